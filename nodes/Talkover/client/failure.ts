import { TalkoverError } from '../errors';

/** No answer came: the request may or may not have arrived. */
export class NoAnswerError extends TalkoverError {
	/** Whether the connection failed, rather than the API taking too long: worth another try. */
	readonly connectionBroke: boolean;

	constructor(message: string, description: string, connectionBroke: boolean) {
		super(message, { description });
		this.connectionBroke = connectionBroke;
	}
}

/** The system's codes (errno, Node.js, axios) for a request without an answer, with what they mean for a person. */
const FAILURES: Array<{ codes: string[]; message: string; advice: string; broke: boolean }> = [
	{
		codes: ['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'],
		message: 'gave no answer within {timeout} s',
		advice: 'Try again, or allow more time with the option Timeout.',
		broke: false,
	},
	{
		codes: ['ECONNREFUSED'],
		message: 'refused the connection',
		advice: 'Check the base URL in the Talkover credential, and that nothing blocks the way there.',
		broke: true,
	},
	{
		codes: ['ENOTFOUND', 'EAI_AGAIN'],
		message: 'could not be found on the network',
		advice:
			"Check the host in the base URL of the Talkover credential, and n8n's connection to the network.",
		broke: true,
	},
	{
		codes: ['ECONNRESET', 'EPIPE', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'ERR_BAD_RESPONSE'],
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
	const code = findCode(thrown);
	const failure = FAILURES.find(({ codes }) => codes.includes(code));
	if (!failure) {
		return new NoAnswerError(
			`The request to Talkover (${host}) failed${code && ` (${code})`}`,
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

function findCode(thrown: unknown): string {
	for (
		let error = thrown, depth = 0;
		error instanceof Error && depth < 5;
		error = error.cause, depth++
	) {
		if ('code' in error && typeof error.code === 'string') return error.code;
	}
	return '';
}
