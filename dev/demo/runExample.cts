import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Instance } from '../n8n/instance.cts';
import type { Example } from './examples.cts';
import { table } from './table.cts';

const TALKOVER = 'n8n-nodes-talkover.talkover';

/** The meaning of an item, by its output. */
const outputs = [
	(call: IDataObject) => `on a call (${call.status}, ${call.id})`,
	() => 'free to be called',
	(item: IDataObject) => `error: ${firstSentence(String(item.error))}`,
];

/**
 * Runs an example, and shows the result for each contact that its Talkover node received.
 *
 * @returns a table, or the error
 */
export async function runExample(n8n: Instance, example: Example): Promise<string> {
	const result = await n8n.execute(example.id);
	if (result.error) {
		const { message, description = '' } = result.error;
		return `The example failed: ${message}\n${description}`;
	}
	const [name = ''] = example.nodes
		.filter(({ type }) => type === TALKOVER)
		.map((node) => node.name);
	const [source] = result.runData[name][0].source;
	const contacts = source ? result.items(source.previousNode, source.previousNodeOutput) : [];
	const rows = contacts.map(({ json }, index) => [
		String(json.name),
		String(json.phone),
		outputs
			.flatMap((tell, output) =>
				result
					.items(name, output)
					.filter(({ pairedItem }) => comesFrom(pairedItem, index))
					.map((item) => tell(item.json)),
			)
			.join('; '),
	]);
	return table(['Contact', 'Phone', 'Right now'], rows);
}

/** @param index of an input item */
function comesFrom(pairedItem: INodeExecutionData['pairedItem'], index: number) {
	const pair = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return (typeof pair === 'object' ? pair.item : pair) === index;
}

function firstSentence(text: string) {
	return text.split('. ')[0];
}
