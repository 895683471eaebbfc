import { TalkoverError } from '../errors';

interface NodeApiErrorLike extends Error {
	code?: unknown;
	httpCode?: unknown;
	messages?: string[];
}

/** Codes of a certificate that n8n does not trust: then nothing was sent. Not of an alert from the server, which may come later. */
const ABOUT_CERTIFICATE = /^(?!.*ALERT).*(CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS)/;

interface Failure {
	/** Matches a code of the system or of axios, or a part of a message of Node.js. */
	signs: RegExp;
	message: string;
	advice: string;
	connectionBroke: boolean;
	sent: 'no' | 'maybe';
}

const UNREACHABLE: Omit<Failure, 'signs'> = {
	message: 'cannot be reached from here',
	advice:
		"Check n8n's connection to the network, any firewall, and the host in the base URL of the Talkover credential.",
	connectionBroke: true,
	sent: 'no',
};

/** Failures without an answer. The first one that matches counts. */
const FAILURES: Failure[] = [
	{
		// EPROTO is for a write that failed (seen in Node.js 20 and 24), so at least the end of the request was not sent.
		signs: /before secure TLS connection was established|EPROTO/,
		message: 'was reached, but no secure connection (TLS) could be made',
		advice:
			'Check the base URL in the Talkover credential, and any proxy or firewall between n8n and Talkover.',
		connectionBroke: true,
		sent: 'no',
	},
	{
		signs: /before receiving CONNECT response/,
		message: "cannot be reached, because n8n's outgoing proxy closed the connection",
		advice: 'Check the proxy (HTTPS_PROXY), and that it lets n8n connect to Talkover.',
		connectionBroke: true,
		sent: 'no',
	},
	{
		// SsrfBlockedIpError and SsrfBlockedHostnameError, n8n 2.41.1.
		signs: /^The request was blocked because/,
		message: 'cannot be reached, because the settings of n8n forbid it',
		advice:
			"Ask your n8n administrator to allow the host in n8n's protection against server-side request forgery (SSRF).",
		connectionBroke: false,
		sent: 'no',
	},
	{
		signs: /ECONNREFUSED/,
		message: 'refused the connection',
		advice: 'Check the base URL in the Talkover credential, and that nothing blocks the way there.',
		connectionBroke: true,
		sent: 'no',
	},
	{
		signs: /ENOTFOUND|EAI_AGAIN/,
		message: 'could not be found on the network',
		advice:
			"Check the host in the base URL of the Talkover credential, and n8n's connection to the network.",
		connectionBroke: true,
		sent: 'no',
	},
	// Any other failed connect, also of several addresses: `connect ETIMEDOUT … | connect ENETUNREACH …`.
	{ signs: /\bconnect E[A-Z]/, ...UNREACHABLE },
	{
		signs: /ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT/,
		message: 'gave no answer within {timeout} s',
		advice: "Try again, or allow more time with the option 'Timeout'.",
		connectionBroke: false,
		sent: 'maybe',
	},
	{
		// The network may also become unreachable during a connection: then a read or a write fails.
		signs:
			/ECONNRESET|EPIPE|socket hang up|aborted|\b(read|write) (EHOSTUNREACH|ENETUNREACH|ENETDOWN)/,
		message: 'was reached, but the connection broke before an answer came',
		advice:
			'Try again. If it happens again, check the network and any proxy between n8n and Talkover.',
		connectionBroke: true,
		sent: 'maybe',
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
export function errorForNoAnswer(thrown: unknown, host: string, timeout: number): TalkoverError {
	const clues = findClues(thrown);
	const failure = FAILURES.find(({ signs }) => clues.some((clue) => signs.test(clue)));
	if (failure) {
		const { message, advice, connectionBroke, sent } = failure;
		const what = message.replace('{timeout}', String(timeout));
		return new TalkoverError(`Talkover (${host}) ${what}`, { advice, connectionBroke, sent });
	}
	const code = clues.find((clue) => /^[A-Z][A-Z0-9_]+$/.test(clue));
	return new TalkoverError(`The request to Talkover (${host}) failed${code ? ` (${code})` : ''}`, {
		advice:
			'Check the base URL in the Talkover credential, the network, and any proxy or certificate between n8n and Talkover.',
		sent: code !== undefined && ABOUT_CERTIFICATE.test(code) ? 'no' : 'maybe',
	});
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
