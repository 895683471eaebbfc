import type { ServerResponse } from 'node:http';
import type { Answer } from '../contract/contract.cts';

/**
 * The answer as it goes over the wire.
 *
 * @param now epoch milliseconds
 */
export function encode({ status, headers, body }: Answer, now: number) {
	const isRaw = typeof body === 'string' || body instanceof Uint8Array;
	const type = isRaw ? 'text/html; charset=UTF-8' : 'application/json';
	const all: Record<string, string> = {
		Date: new Date(now).toUTCString(),
		...(body !== undefined && { 'Content-Type': type }),
		...headers,
	};
	return { status, headers: all, bytes: Buffer.from(isRaw ? body : (JSON.stringify(body) ?? '')) };
}

/** @param isBroken whether to announce the whole body, send half of it, and close the connection */
export function send(
	{ status, headers, bytes }: ReturnType<typeof encode>,
	response: ServerResponse,
	isBroken: boolean,
): void {
	response.statusCode = status;
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	if (!isBroken) {
		response.end(bytes);
		return;
	}
	// At least 1, so that even an empty body is incomplete.
	response.setHeader('Content-Length', Math.max(1, bytes.length));
	response.flushHeaders();
	response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}
