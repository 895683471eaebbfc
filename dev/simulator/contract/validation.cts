import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020';
import type { ErrorObject } from 'ajv/dist/2020';
import { contract, findOperation, resolve } from './contract.cts';
import type { Answer, Operation } from './contract.cts';

/** Messages by field; empty if all is valid. */
export type Objections = Record<string, string[]>;

// A test of the contract checks its schemas, which takes ajv most of its time.
const options = { strict: false, allErrors: true, validateSchema: false };
// Parameters and headers are text, so their types are coerced.
const bodies = withContract(new Ajv2020(options));
const texts = withContract(new Ajv2020({ ...options, coerceTypes: true }));

// For ajv, the contract is one schema with unknown keywords.
function withContract(ajv: Ajv2020): Ajv2020 {
	addFormats.default(ajv);
	return ajv.addSchema(contract, 'contract');
}

const compiled = new Map<object, ReturnType<Ajv2020['compile']>>();

function errorsOf(ajv: Ajv2020, schema: object, value: unknown): ErrorObject[] {
	let validate = compiled.get(schema);
	if (!validate) {
		const absolute = JSON.stringify(schema).replaceAll('"#/', '"contract#/');
		validate = ajv.compile(JSON.parse(absolute) as object);
		compiled.set(schema, validate);
	}
	validate(value);
	return validate.errors ?? [];
}

/**
 * Checks the input of a request against the contract.
 *
 * @param params of the path
 * @param body treated as empty if it is not an object
 */
export function objectionsTo(
	{ parameters, requestBody }: Operation,
	params: Record<string, string>,
	query: Record<string, string>,
	body: object,
): Objections {
	const objections: Objections = {};
	const add = (field: string, errors: ErrorObject[]) => {
		for (const error of errors) {
			const name = [field, fieldOf(error)].filter(Boolean).join('.');
			const message = messageOf(name.replaceAll('_', ' '), error);
			// The contract has some rules twice.
			if (!objections[name]?.includes(message)) (objections[name] ??= []).push(message);
		}
	};
	for (const { name, in: place, schema } of parameters) {
		const value = place === 'path' ? params[name] : query[name];
		if (value) add(name, errorsOf(texts, schema, value));
	}
	if (requestBody) add('', errorsOf(bodies, requestBody.content['application/json'].schema, body));
	return objections;
}

/** Such as `events.0`. */
function fieldOf({ instancePath, params }: ErrorObject): string {
	const { missingProperty } = params as { missingProperty?: string };
	return [...instancePath.split('/').slice(1), ...(missingProperty ? [missingProperty] : [])].join(
		'.',
	);
}

function messageOf(name: string, { keyword, message = 'is invalid', params }: ErrorObject): string {
	if (keyword === 'required') return `The ${name} field is required.`;
	if (keyword === 'enum') return `The selected ${name} is invalid.`;
	const { limit } = params as { limit?: number };
	if (keyword === 'minItems') return `The ${name} field must contain at least ${limit} items.`;
	return `The ${name} field ${message}.`;
}

/**
 * Checks an answer against the contract: its operation, status and content type, the types of documented headers, and the body.
 *
 * @param path raw, below the base path
 * @param answer the names of its headers in lower case
 * @throws {Error} if the contract does not allow the answer
 */
export function assertAnswer(
	method: string,
	path: string,
	{ status, headers = {}, body }: Answer,
): void {
	const what = `${method} ${path} → ${status}`;
	const { responses } = findOperation(method, path.split('?')[0])?.operation ?? {};
	if (!responses) throw new Error(`${what}: no such operation`);
	const key = [String(status), `${String(status)[0]}XX`, 'default'].find((name) => responses[name]);
	if (!key) throw new Error(`${what}: no such status`);

	const refuse = (part: string, errors: ErrorObject[]) => {
		if (errors.length) throw new Error(`${what}: ${part}: ${bodies.errorsText(errors)}`);
	};
	const { headers: described = {}, content } = resolve(responses[key]);
	for (const [name, header] of Object.entries(described)) {
		const value = headers[name.toLowerCase()];
		if (value !== undefined) refuse(name, errorsOf(texts, resolve(header).schema, value));
	}
	if (!content) return;
	const type = headers['content-type']?.split(';')[0];
	if (type !== 'application/json') throw new Error(`${what}: content type ${type}`);
	refuse('body', errorsOf(bodies, content['application/json'].schema, body));
}
