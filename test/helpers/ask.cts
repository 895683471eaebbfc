import { assertAnswer } from '../../dev/simulator/contract/validation.cts';

interface RequestOptions {
	method?: string;
	/** Null for none. */
	token?: string | null;
	/** Strings are sent unchanged, everything else as JSON. */
	body?: unknown;
	signal?: AbortSignal;
}

/**
 * Sends a request to a simulated Talkover over HTTP.
 *
 * @param path with the query, below the base path
 * @returns the answer, its body parsed if it is JSON
 */
export async function askAnything(
	{ baseUrl }: { baseUrl: string },
	path: string,
	{ method = 'GET', token = 'sim_token', body, signal }: RequestOptions = {},
) {
	const response = await fetch(baseUrl + path, {
		method,
		headers: {
			...(token !== null && { Authorization: `Bearer ${token}` }),
			...(body !== undefined && { 'Content-Type': 'application/json' }),
		},
		body: typeof body === 'string' ? body : JSON.stringify(body),
		signal,
		redirect: 'manual',
	});
	const text = await response.text();
	const headers: Record<string, string> = Object.fromEntries(response.headers);
	const isJson = headers['content-type'] === 'application/json';
	return { status: response.status, headers, body: isJson ? (JSON.parse(text) as Body) : { text } };
}

/** What the tests read in an answer; `text` if it is not JSON. */
export interface Body {
	success?: boolean;
	message?: string;
	text?: string;
	data?: unknown;
	errors?: Record<string, string[]>;
	[member: string]: unknown;
}

/** Sends a request, and throws if the API's contract does not allow the answer. */
export async function ask(
	simulator: { baseUrl: string },
	path: string,
	options: RequestOptions = {},
): ReturnType<typeof askAnything> {
	const answer = await askAnything(simulator, path, options);
	assertAnswer(options.method ?? 'GET', path, answer);
	return answer;
}
