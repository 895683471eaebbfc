import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

interface PushOptions {
	method: string;
	headers: Record<string, string>;
	body: string;
	/** Until the end of the answer. */
	timeoutMs: number;
	signal: AbortSignal;
}

/**
 * Sends one request on a new connection: a kept-alive one may close just when it is used again, a fault that no test asked for.
 *
 * @returns the answer with any status; redirects are not followed
 * @throws {Error} if there is no answer
 */
export async function push(
	url: string,
	{ method, headers, body, timeoutMs, signal }: PushOptions,
): Promise<{ status: number; body: string }> {
	let timer: NodeJS.Timeout | undefined;
	const answer = new Promise<{ status: number; body: string }>((resolve, reject) => {
		const { request } = new URL(url).protocol === 'https:' ? https : http;
		const sent = request(url, { method, headers, agent: false, signal });
		sent.on('error', reject);
		sent.on('response', (response) => {
			text(response).then(
				(answered) => resolve({ status: response.statusCode ?? 0, body: answered }),
				reject,
			);
		});
		timer = setTimeout(() => {
			reject(new Error('Connection timeout'));
			sent.destroy();
		}, timeoutMs);
		sent.end(body);
	});
	return await answer.finally(() => clearTimeout(timer));
}
