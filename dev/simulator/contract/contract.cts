import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

interface Reference {
	$ref?: string;
}

interface Content {
	'application/json': {
		schema: object;
		example?: unknown;
		examples?: Record<string, { value: unknown }>;
	};
}

export interface Response extends Reference {
	headers?: Record<string, Reference & { schema: object }>;
	content?: Content;
}

interface Parameter extends Reference {
	name: string;
	in: 'path' | 'query';
	schema: object;
}

interface Described {
	operationId: string;
	parameters?: Parameter[];
	requestBody?: { content: Content };
	responses: Record<string, Response>;
	security?: [];
	'x-documented-statuses': Record<string, number[]>;
}

interface Schema {
	enum: string[];
	properties: Record<string, { default?: unknown }>;
}

interface Contract {
	paths: Record<string, Record<string, Described> & { parameters?: Parameter[] }>;
	components: Record<string, Record<string, object>> & {
		responses: Record<string, Response>;
		schemas: Record<string, Schema>;
	};
}

/** An operation of the API. */
export interface Operation extends Described {
	method: string;
	/** Below the base path, with `{parameters}`. */
	path: string;
	parameters: Parameter[];
}

/** What an operation answers. Strings and bytes are sent unchanged as the body, everything else as JSON. */
export interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: unknown;
}

/** The API as it is documented. */
export const contract = load(
	readFileSync(join(__dirname, '..', 'talkover-api.openapi.yaml'), 'utf8'),
) as Contract;

export const operations: Operation[] = Object.entries(contract.paths).flatMap(
	([path, { parameters: shared = [], ...methods }]) =>
		Object.entries(methods as Record<string, Described>).map(([method, described]) => ({
			...described,
			method: method.toUpperCase(),
			path,
			parameters: [...shared, ...(described.parameters ?? [])].map(resolve),
		})),
);

const patterns = operations.map(({ method, path }) => {
	const names = [...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name);
	return { method, names, pattern: new RegExp(`^${path.replaceAll(/\{.+?\}/g, '([^/]+)')}$`) };
});

/**
 * @param path raw, below the base path
 * @returns the operation of a request, with the decoded parameters of its path; undefined if there is none
 */
export function findOperation(method: string, path: string) {
	for (const [index, { names, pattern, ...route }] of patterns.entries()) {
		const values = route.method === method ? pattern.exec(path) : null;
		if (!values) continue;
		try {
			const params = names.map((name, nth) => [name, decodeURIComponent(values[nth + 1])]);
			const all: Record<string, string> = Object.fromEntries(params);
			return { operation: operations[index], params: all };
		} catch {
			return undefined;
		}
	}
	return undefined;
}

/** The part of the contract that a reference means. */
export function resolve<T extends Reference>(node: T): T {
	if (!node.$ref) return node;
	const [, , kind, name] = node.$ref.split('/');
	return contract.components[kind][name] as T;
}

/** The bodies that the contract shows as examples of a response. */
export function examplesOf(response: Response): unknown[] {
	const { example, examples = {} } = resolve(response).content?.['application/json'] ?? {};
	return example === undefined ? Object.values(examples).map(({ value }) => value) : [example];
}

/**
 * An answer as the contract shows it. Its pages contradict each other: one error has several shapes, and a client must understand all
 * of them.
 *
 * @param like which example, if there are several; default: the first
 * @param changes members that differ from the example; of `error`, if the body has that
 * @throws {Error} if there is no such example
 */
export function documented(
	{ operationId, responses }: Pick<Operation, 'operationId' | 'responses'>,
	status: number,
	like = /./,
	changes: object = {},
): Answer {
	const examples = responses[status] ? examplesOf(responses[status]) : [];
	const body = examples.find((example) => like.test(JSON.stringify(example)));
	if (typeof body !== 'object' || body === null) {
		throw new Error(`The contract has no example of ${operationId} → ${status} ${like}`);
	}
	const { error } = body as { error?: unknown };
	const isCoded = typeof error === 'object';
	return {
		status,
		body: isCoded ? { ...body, error: { ...error, ...changes } } : { ...body, ...changes },
	};
}

/**
 * @param operationId as in the contract
 * @throws {Error} if there is none
 */
export function operationOf(operationId: string): Operation {
	const operation = operations.find((candidate) => candidate.operationId === operationId);
	if (!operation) throw new Error(`The contract has no operation ${operationId}`);
	return operation;
}
