import type { IncomingHttpHeaders } from 'node:http';
import { findOperation } from '../contract/contract.cts';

export const basePath = '/api/v1';

/** A request as it came. */
export interface RecordedRequest {
	method: string;
	/** Path and query, not decoded. */
	url: string;
	/** Raw, without the query, below the base path; the whole path if the URL is not below it. */
	path: string;
	/** Decoded. */
	query: Record<string, string>;
	headers: IncomingHttpHeaders;
	/** Of the bearer; empty if there is none. */
	token: string;
	/** `operationId` in the contract; undefined if there is none. */
	operation?: string;
	/** Of the path, decoded. */
	params: Record<string, string>;
	/** The number that is looked up or to be called. */
	readonly phone?: string;
	/** Parsed if it is JSON, otherwise text; undefined if empty. */
	body?: unknown;
	/** Epoch milliseconds. */
	startedAt: number;
	/** Over HTTP, the number of requests in flight when it arrived, including itself. */
	inFlight: number;
	/** Of the answer; undefined before it. */
	status?: number;
}

/** @param url raw, from the first slash on */
export const isApiUrl = (url: string) => url.startsWith(`${basePath}/`);

export function recordRequest(
	{ method, url, headers, body }: Pick<RecordedRequest, 'method' | 'url' | 'headers' | 'body'>,
	startedAt: number,
): RecordedRequest {
	const [wholePath, search = ''] = url.split(/\?(.*)/s);
	const path = isApiUrl(url) ? wholePath.slice(basePath.length) : wholePath;
	const found = isApiUrl(url) ? findOperation(method, path) : undefined;
	const params = found?.params ?? {};
	return {
		method,
		url,
		path,
		query: Object.fromEntries(new URLSearchParams(search)),
		headers,
		token: /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '',
		operation: found?.operation.operationId,
		params,
		get phone() {
			const { to } = Object(this.body) as { to?: unknown };
			return params.phone ?? (typeof to === 'string' ? to : undefined);
		},
		body,
		startedAt,
		inFlight: 0,
	};
}
