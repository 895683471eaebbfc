import type { Answer } from '../contract/contract.cts';
import type { RecordedRequest } from './request.cts';

/**
 * With `status`, `body` or `redirectTo` it replaces the API's answer, and the API neither sees nor counts the request. Otherwise it
 * changes how the API's answer is sent.
 */
export interface ScriptedAnswer {
	/** Whether the API carries out the request first, so that only its answer is lost. */
	afterApi?: boolean;
	/** Default 200 with a `body`, 302 with `redirectTo`. */
	status?: number;
	headers?: Record<string, string>;
	/** Strings and bytes are sent unchanged (by default as text/html), everything else as JSON. */
	body?: unknown;
	/** Instead of the simulator's latency. */
	delayMs?: number;
	/** Close the connection before the answer (and before the API sees the request, unless `afterApi`), or after half of its body. */
	breakConnection?: 'before' | 'middle';
	/** URL. */
	redirectTo?: string;
	/** Accept the request and never answer. */
	never?: boolean;
}

type Decision = ScriptedAnswer | undefined | void;

export interface Script {
	/**
	 * Which requests below the base path: `operation` is an `operationId` of the contract, `path` is raw and without the query; `nth`
	 * counts matching requests after the script was added, from 1.
	 */
	when: { operation?: string; method?: string; path?: string | RegExp; nth?: number };
	/** How many requests, from the nth on; default 1. */
	times?: number;
	/** A function is given how many requests have matched so far; if it returns nothing, the API answers. */
	answer:
		ScriptedAnswer | ((request: RecordedRequest, nth: number) => Decision | Promise<Decision>);
}

/** The scripts of a test. */
export class Scripts {
	#scripts: Array<Script & { seen: number; left: number }> = [];

	add(script: Script): void {
		this.#scripts.push({ ...script, seen: 0, left: script.times ?? 1 });
	}

	/** The answer of the first script that matches the request and is not used up. */
	take(request: RecordedRequest): Decision | Promise<Decision> {
		const matching = this.#scripts.filter(({ when }) => matches(when, request));
		for (const script of matching) script.seen++;
		const script = matching.find(({ when, seen, left }) => left > 0 && seen >= (when.nth ?? 1));
		if (!script) return undefined;
		script.left--;
		const { answer, seen } = script;
		return typeof answer === 'function' ? answer(request, seen) : answer;
	}

	clear(): void {
		this.#scripts = [];
	}
}

function matches({ operation, method, path }: Script['when'], request: RecordedRequest): boolean {
	if (operation && operation !== request.operation) return false;
	if (method && method !== request.method) return false;
	if (path instanceof RegExp) return request.path.search(path) >= 0;
	return path === undefined || path === request.path;
}

/** The answer that replaces the API's answer, if there is one. */
export function replacementOf({
	status,
	headers,
	body,
	redirectTo,
}: ScriptedAnswer): Answer | undefined {
	if (redirectTo !== undefined) {
		return {
			status: status ?? 302,
			headers: { Location: redirectTo, ...headers },
			body: body ?? '',
		};
	}
	if (status !== undefined || body !== undefined) return { status: status ?? 200, headers, body };
	return undefined;
}
