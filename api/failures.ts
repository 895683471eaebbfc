import { TalkoverError } from './errors';

interface NodeApiErrorLike extends Error {
	code?: unknown;
	httpCode?: unknown;
	messages?: string[];
}

/** No answer came: the request may or may not have arrived. */
export class NoAnswerError extends TalkoverError {
	constructor(
		message: string,
		advice: string,
		/** Whether the connection failed, so that a retry may help. False after a timeout. */
		readonly connectionBroke: boolean,
		/** Whether no connection was made, so that the request certainly did not arrive. */
		readonly neverSent: boolean,
	) {
		super(message, { advice });
	}
}

/** Codes of a certificate that is not trusted: then nothing was sent. */
const ABOUT_CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/** Failures without an answer, by codes of the system and of axios, or parts of Node.js's messages. */
const FAILURES: Array<{
	signs: string[];
	message: string;
	advice: string;
	broke: boolean;
	neverSent: boolean;
}> = [
	{
		signs: ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'],
		message: 'gave no answer within {timeout} s',
		advice: 'Try again, or allow more time with the option Timeout.',
		broke: false,
		neverSent: false,
	},
	{
		signs: ['ECONNREFUSED'],
		message: 'refused the connection',
		advice: 'Check the base URL in the Talkover credential, and that nothing blocks the way there.',
		broke: true,
		neverSent: true,
	},
	{
		signs: ['ENOTFOUND', 'EAI_AGAIN'],
		message: 'could not be found on the network',
		advice:
			"Check the host in the base URL of the Talkover credential, and n8n's connection to the network.",
		broke: true,
		neverSent: true,
	},
	{
		signs: [
			'ECONNRESET',
			'EPIPE',
			'ENETUNREACH',
			'EHOSTUNREACH',
			'ENETDOWN',
			'socket hang up',
			'aborted',
		],
		message: 'was reached, but the connection broke before an answer came',
		advice:
			'Try again. If the problem persists, check the network and any proxy between n8n and Talkover.',
		broke: true,
		neverSent: false,
	},
];

/**
 * The error for a request that n8n's HTTP helper could not complete. The helper's own error is dropped, because it contains the
 * request with its token.
 *
 * @param host of the API
 * @param timeout in seconds
 */
export function errorForFailure(thrown: unknown, host: string, timeout: number): NoAnswerError {
	const clues = findClues(thrown);
	const failure = FAILURES.find(({ signs }) =>
		clues.some((clue) => signs.some((sign) => clue.includes(sign))),
	);
	if (!failure) {
		const code = clues.find((clue) => /^[A-Z][A-Z0-9_]+$/.test(clue));
		return new NoAnswerError(
			`The request to Talkover (${host}) failed${code ? ` (${code})` : ''}`,
			'Check the base URL in the Talkover credential, the network, and any proxy or certificate between n8n and Talkover.',
			false,
			code !== undefined && ABOUT_CERTIFICATE.test(code),
		);
	}
	return new NoAnswerError(
		`Talkover (${host}) ${failure.message.replace('{timeout}', String(timeout))}`,
		failure.advice,
		failure.broke,
		failure.neverSent,
	);
}

/** Codes and messages of an error and its causes. n8n 2.41 keeps axios's error as the cause, 1.123 only parts of its message. */
function findClues(thrown: unknown): string[] {
	const clues: unknown[] = [];
	for (
		let error = thrown, depth = 0;
		error instanceof Error && depth < 5;
		error = error.cause, depth++
	) {
		const { code, httpCode, messages, message }: NodeApiErrorLike = error;
		clues.push(code, httpCode, message, ...(messages ?? []));
	}
	return clues.filter((clue) => typeof clue === 'string');
}
