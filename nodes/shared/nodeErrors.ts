import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode, JsonObject } from 'n8n-workflow';
import { TalkoverError } from '../../api/errors';

/**
 * Converts any error to one that n8n can show.
 *
 * @param itemIndex of the input item; left out if there is none, as in a drop-down
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
	const cause = toError(error);
	return new NodeOperationError(node, cause, { itemIndex, description: descriptionOf(cause) });
}

/** Message and description of any error in one text, for places where n8n shows only one of them. */
export function fullMessage(error: unknown): string {
	const cause = toError(error);
	return [cause.message, descriptionOf(cause)].filter(Boolean).join('. ');
}

function toError(thrown: unknown): Error {
	return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function descriptionOf(error: Error): string | undefined {
	const description = 'description' in error ? error.description : undefined;
	return typeof description === 'string' ? description : undefined;
}
