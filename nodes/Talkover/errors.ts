import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode, JsonObject } from 'n8n-workflow';

interface Explanation {
	/** What the builder should do next, and what the API said. */
	description?: string;
	/** The HTTP status of Talkover's answer, when there was one. */
	status?: number;
}

/** Something went wrong between this node and Talkover: no answer, or one that is not what was asked for. */
export class TalkoverError extends Error {
	readonly description?: string;
	readonly status?: number;

	constructor(message: string, { description, status }: Explanation = {}) {
		super(message);
		this.name = 'TalkoverError';
		this.description = description;
		this.status = status;
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
			httpCode: error.status?.toString(),
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
