export interface Explanation {
	/** What the builder should do next. */
	advice?: string;
	/** What the answer says, with secrets redacted. */
	quote?: string;
	/** Whether the answer may come from something other than Talkover, such as a proxy. */
	isFromOther?: boolean;
	/** The HTTP status of the answer. */
	status?: number;
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
}

/** Talkover clearly refused a one-time action. */
export class RefusedError extends TalkoverError {}

/** The outcome of a one-time action is unknown. */
export class UncertainError extends TalkoverError {}

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
