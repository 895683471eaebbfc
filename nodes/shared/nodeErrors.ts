import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { INode, JsonObject, NodeError } from 'n8n-workflow';
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
	const cause = error instanceof Error ? error : new Error(String(error));
	const description = 'description' in cause ? cause.description : undefined;
	return new NodeOperationError(node, cause, {
		itemIndex,
		description: typeof description === 'string' ? description : undefined,
	});
}

/** Message and description in one text, for places where n8n shows only one of them. */
export function fullMessage({ message, description }: NodeError): string {
	return description ? `${message}. ${description}` : message;
}
