import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode, JsonObject, NodeError } from 'n8n-workflow';

export interface Explanation {
	/** What the builder should do next. */
	advice?: string;
	/** What the answer said, without secrets. */
	said?: string;
	/** Whether something other than Talkover may have said it: a proxy, or a web server. */
	saidByOther?: boolean;
	/** The HTTP status of Talkover's answer, when there was one. */
	status?: number;
}

/** Something went wrong between this node and Talkover: no answer, or one that is not what was asked for. */
export class TalkoverError extends Error {
	constructor(
		message: string,
		readonly explanation: Explanation = {},
	) {
		super(message);
		this.name = 'TalkoverError';
	}

	get description(): string | undefined {
		const { advice, said, saidByOther } = this.explanation;
		const quote = said && `${saidByOther ? 'It' : 'Talkover'} said: “${said}”`;
		return [advice, quote].filter(Boolean).join(' ') || undefined;
	}
}

/** Talkover was asked to do something, and clearly refused. */
export class RefusedError extends TalkoverError {}

/** Talkover was asked to do something, and nobody knows whether it did. */
export class UncertainError extends TalkoverError {}

/** n8n tells from the word "canceled" that this is no error (processSuccessExecution, n8n-core 2.41.1). */
export class CanceledError extends Error {
	constructor() {
		super('The execution was canceled');
	}
}

/** What the builder gave us cannot be used; no request has been made. */
export class InputError extends Error {
	readonly description?: string;

	constructor(message: string, description?: string) {
		super(message);
		this.name = 'InputError';
		this.description = description;
	}
}

/**
 * The one place where an error gets the form that n8n shows to a person: with the item it belongs to, and without the token.
 *
 * @param itemIndex index of the input item; left out where there is none, as in a drop-down
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof TalkoverError) {
		return new NodeApiError(node, {} as JsonObject, {
			message: error.message,
			description: error.description,
			httpCode: error.explanation.status?.toString(),
			itemIndex,
		});
	}
	const cause = error instanceof Error ? error : new Error(String(error));
	const description = 'description' in cause ? cause.description : undefined;
	return new NodeOperationError(node, cause, {
		itemIndex,
		description: typeof description === 'string' ? description : undefined,
	});
}

/** Message and description, for where n8n shows only one of them. */
export function inOneString({ message, description }: NodeError): string {
	return description ? `${message}. ${description}` : message;
}
