/** What is known of a failure. Plain JSON, because n8n saves it with the execution. */
export interface Explanation {
	/** What the builder should do next. */
	advice?: string;
	/** What the answer says, with secrets redacted. */
	quote?: string;
	/** Whether the answer may come from something other than Talkover, such as a proxy. */
	isFromOther?: boolean;
	/** The HTTP status of the answer. */
	status?: number;
	/**
	 * What became of a request to change something: Talkover clearly refused it, or nobody knows whether it was carried out; or `gone`:
	 * what the request is about does not exist.
	 */
	outcome?: 'refused' | 'unknown' | 'gone';
	/** For a request without an answer: whether it certainly did not arrive, since no connection was made. */
	sent?: 'no' | 'maybe';
	/** For a request without an answer: whether the connection failed, so that a retry may help. Not after a timeout. */
	connectionBroke?: boolean;
}

/** Talkover gave no answer, or an unexpected one. */
export class TalkoverError extends Error {
	constructor(
		message: string,
		readonly explanation: Explanation = {},
	) {
		super(message);
		this.name = 'TalkoverError';
	}

	get description(): string | undefined {
		const { advice, quote, isFromOther } = this.explanation;
		const quoted = quote && `${isFromOther ? 'It' : 'Talkover'} said: “${quote}”`;
		return [advice, quoted].filter(Boolean).join(' ') || undefined;
	}

	/** The same facts with a message that says what they mean, and with other advice if it is given. */
	as(message: string, advice = this.explanation.advice): TalkoverError {
		return new TalkoverError(message, { ...this.explanation, advice });
	}
}

/** For `catch`: handles a TalkoverError, and throws any other error, so that a cancel stays a cancel. */
export function onTalkoverError<T>(handle: (error: TalkoverError) => T): (error: unknown) => T {
	return (error) => {
		if (!(error instanceof TalkoverError)) throw error;
		return handle(error);
	};
}

/** The facts of an error; none if it is not about an answer or its absence. */
export function explanationOf(error: unknown): Explanation {
	return error instanceof TalkoverError ? error.explanation : {};
}

/** n8n recognizes a canceled execution by the word "canceled" (processSuccessExecution, n8n-core 2.41.1). */
export class CanceledError extends Error {
	constructor() {
		super('The execution was canceled');
	}
}

/** A value that the builder entered is not valid. No request was sent. */
export class InputError extends Error {
	readonly description?: string;

	constructor(message: string, description?: string) {
		super(message);
		this.name = 'InputError';
		this.description = description;
	}
}
