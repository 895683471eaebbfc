import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../json';

/** An answer of the API, with any status. */
export interface Answer {
	status: number;
	/** By name in lower case. */
	headers: Record<string, string | undefined>;
	/** Parsed JSON, or the text if it is not JSON. */
	body: unknown;
}

/** An error from the API, in any of its eight documented formats. */
export interface ApiError {
	message?: string;
	code?: string;
	/** Messages by field name, from a 422. */
	fields: Record<string, string[]>;
	/** Seconds to wait, from a 429. The unit is undocumented, but the documented example is 60. */
	retryAfter?: number;
}

export function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}

/** Whether the request may have been carried out, although a server or a gateway in front of it gave up. */
export function isUnclear(status: number): boolean {
	return status >= 500 || status === 408 || status === 303 || status < 200;
}

/** What the API answers with, under `data`; undefined if the answer says that the request failed. */
export function dataOf({ body }: Answer): unknown {
	return isObject(body) && body.success !== false ? body.data : undefined;
}

/** The same if it is an object; undefined otherwise. */
export function objectOf(answer: Answer): IDataObject | undefined {
	const data = dataOf(answer);
	return isObject(data) ? data : undefined;
}

/** Whether a value is an ID of the API. */
export function isId(value: unknown): value is string | number {
	return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** Reads the body of a failed request. Never throws; missing parts are undefined. */
export function readApiError(body: unknown): ApiError {
	if (!isObject(body)) return { fields: {} };
	// `error` is an object on the pages make-call and api-reference/introduction, and a code on api-reference/authentication.
	const error = isObject(body.error) ? body.error : {};
	const details = isObject(error.details)
		? error.details
		: isObject(body.details)
			? body.details
			: {};
	return {
		message: text(error.message) ?? text(body.message),
		code: text(error.code) ?? text(body.error) ?? text(body.code),
		fields: readFields(body.errors),
		retryAfter: seconds(details.retry_after),
	};
}

/** Whether a 404 is about the route, not the resource: an older installation may lack the endpoint. */
export function isAboutRoute({ message = '' }: ApiError): boolean {
	return /\b(route|endpoint|url|path|method)\b|^not found\W*$/i.test(message);
}

function readFields(errors: unknown): Record<string, string[]> {
	if (!isObject(errors)) return {};
	return Object.fromEntries(
		Object.entries(errors).map(([field, messages]) => [
			field,
			(Array.isArray(messages) ? messages : [messages]).map(String),
		]),
	);
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function seconds(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
