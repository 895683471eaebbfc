import { TalkoverError } from '../errors';

interface NodeApiErrorLike extends Error {
	code?: unknown;
	httpCode?: unknown;
	messages?: string[];
}

/** No answer came: the request may or may not have arrived. */
export class NoAnswerError extends TalkoverError {
	/** Whether the connection failed, rather than the API taking too long: worth another try. */
	readonly connectionBroke: boolean;

	constructor(message: string, description: string, connectionBroke: boolean) {
		super(message, { description });
		this.connectionBroke = connectionBroke;
	}
}

/** What tells of a request without an answer (codes of the system and of axios, words of Node.js), and what it means for a person. */
const FAILURES: Array<{ signs: string[]; message: string; advice: string; broke: boolean }> = [
	{
		signs: ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'],
		message: 'gave no answer within {timeout} s',
		advice: 'Try again, or allow more time with the option Timeout.',
		broke: false,
	},
	{
		signs: ['ECONNREFUSED'],
		message: 'refused the connection',
		advice: 'Check the base URL in the Talkover credential, and that nothing blocks the way there.',
		broke: true,
	},
	{
		signs: ['ENOTFOUND', 'EAI_AGAIN'],
		message: 'could not be found on the network',
		advice:
			"Check the host in the base URL of the Talkover credential, and n8n's connection to the network.",
		broke: true,
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
		advice: 'Try again. If it stays, check the network and any proxy between n8n and Talkover.',
		broke: true,
	},
];

/**
 * The error for a request that n8n's HTTP helper could not complete. What the helper threw is not kept: it carries the
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
		);
	}
	return new NoAnswerError(
		`Talkover (${host}) ${failure.message.replace('{timeout}', String(timeout))}`,
		failure.advice,
		failure.broke,
	);
}

/** All that may hold a code: n8n 2.41 keeps axios's error as the cause, 1.123 only some of its words. */
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
