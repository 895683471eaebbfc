import type { INodeProperties } from 'n8n-workflow';

/** The largest body that is read, in bytes. No event is that large. */
const MAX_BYTES = 1_000_000;

/**
 * Makes n8n leave the body of a request unread, so that the node can check the secret first. Otherwise n8n would parse what a
 * stranger sends, and would itself answer a body that is not JSON.
 *
 * n8n looks for exactly this name and value, and only in a node of version 1 (`parseRequestBody` in webhook-helpers, n8n 1.123.81
 * and 2.41.1).
 */
export const unreadBodyField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'hidden',
	default: { binaryData: true },
};

/** A request whose body n8n has not read. */
export interface UnreadRequest {
	/** The names are in lower case. */
	headers: Record<string, string | string[] | undefined>;
	/** Set by `readRawBody`. */
	rawBody?: Buffer;
	/** Also decompresses the body. Rejects with `status` 413 when it is larger than n8n allows. */
	readRawBody(): Promise<unknown>;
}

/** @returns the body as text, empty if it cannot be read; undefined if it is too large */
export async function readBody(request: UnreadRequest): Promise<string | undefined> {
	if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) return undefined;
	try {
		await request.readRawBody();
	} catch (error) {
		if ((error as { status?: unknown }).status === 413) return undefined;
	}
	const { rawBody } = request;
	if (!rawBody) return '';
	return rawBody.length > MAX_BYTES ? undefined : rawBody.toString('utf8');
}
