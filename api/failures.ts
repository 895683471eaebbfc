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

/** Codes of a certificate that n8n does not trust: then nothing was sent. Not of an alert from the server, which may come later. */
const ABOUT_CERTIFICATE = /^(?!.*ALERT).*(CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS)/;

interface Failure {
	/** Matches a code of the system or of axios, or a part of a message of Node.js. */
	signs: RegExp;
	message: string;
	advice: string;
	broke: boolean;
	neverSent: boolean;
}

const UNREACHABLE = {
	message: 'cannot be reached from here',
	advice:
		"Check n8n's connection to the network, any firewall, and the host in the base URL of the Talkover credential.",
	broke: true,
	neverSent: true,
};

/** Failures without an answer. The first one that matches counts. */
const FAILURES: Failure[] = [
	{
		// EPROTO is for a write that failed (seen in Node.js 20 and 24), so at least the end of the request was not sent.
		signs: /before secure TLS connection was established|EPROTO/,
		message: 'was reached, but no secure connection (TLS) could be made',
		advice:
			'Check the base URL in the Talkover credential, and any proxy or firewall between n8n and Talkover.',
		broke: true,
		neverSent: true,
	},
	{
		signs: /before receiving CONNECT response/,
		message: "cannot be reached, because n8n's outgoing proxy closed the connection",
		advice: 'Check the proxy (HTTPS_PROXY), and that it lets n8n connect to Talkover.',
		broke: true,
		neverSent: true,
	},
	{
		// SsrfBlockedIpError and SsrfBlockedHostnameError, n8n 2.41.1.
		signs: /^The request was blocked because/,
		message: 'cannot be reached, because the settings of n8n forbid it',
		advice:
			"Ask your n8n administrator to allow the host in n8n's protection against server-side request forgery (SSRF).",
		broke: false,
		neverSent: true,
	},
	{
		signs: /ECONNREFUSED/,
		message: 'refused the connection',
		advice: 'Check the base URL in the Talkover credential, and that nothing blocks the way there.',
		broke: true,
		neverSent: true,
	},
	{
		signs: /ENOTFOUND|EAI_AGAIN/,
		message: 'could not be found on the network',
		advice:
			"Check the host in the base URL of the Talkover credential, and n8n's connection to the network.",
		broke: true,
		neverSent: true,
	},
	// Any other failed connect, also of several addresses: `connect ETIMEDOUT … | connect ENETUNREACH …`.
	{ signs: /\bconnect E[A-Z]/, ...UNREACHABLE },
	{
		signs: /ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT/,
		message: 'gave no answer within {timeout} s',
		advice: 'Try again, or allow more time with the option Timeout.',
		broke: false,
		neverSent: false,
	},
	{
		// The network may also become unreachable during a connection: then a read or a write fails.
		signs:
			/ECONNRESET|EPIPE|socket hang up|aborted|\b(read|write) (EHOSTUNREACH|ENETUNREACH|ENETDOWN)/,
		message: 'was reached, but the connection broke before an answer came',
		advice:
			'Try again. If the problem persists, check the network and any proxy between n8n and Talkover.',
		broke: true,
		neverSent: false,
	},
	{ signs: /EHOSTUNREACH|ENETUNREACH|ENETDOWN/, ...UNREACHABLE },
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
	const failure = FAILURES.find(({ signs }) => clues.some((clue) => signs.test(clue)));
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
