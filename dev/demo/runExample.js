const { table } = require('./table');

const TALKOVER = 'n8n-nodes-talkover.talkover';

/** The meaning of an item, by its output. */
const outputs = [
	(/** @type {any} */ call) => `on a call (${call.status}, ${call.id})`,
	() => 'free to be called',
	(/** @type {any} */ item) => `error: ${firstSentence(String(item.error))}`,
];

/**
 * Runs an example, and shows the result for each contact that its Talkover node received.
 *
 * @param {import('../n8n/instance').Instance} n8n
 * @param {import('./examples').Example} example
 * @returns {Promise<string>} a table, or the error
 */
async function runExample(n8n, example) {
	const result = await n8n.execute(example.id);
	if (result.error) {
		const { message, description = '' } = result.error;
		return `The example failed: ${message}\n${description}`;
	}
	const node = example.nodes.find(({ type }) => type === TALKOVER);
	const [{ previousNode, previousNodeOutput }] = result.runData[node.name][0].source;
	const contacts = result.items(previousNode, previousNodeOutput);
	const rows = contacts.map(({ json }, index) => [
		json.name,
		json.phone,
		outputs
			.flatMap((tell, output) =>
				result
					.items(node.name, output)
					.filter(({ pairedItem }) => comesFrom(pairedItem, index))
					.map((item) => tell(item.json)),
			)
			.join('; '),
	]);
	return table(['Contact', 'Phone', 'Right now'], rows);
}

/**
 * @param {any} pairedItem
 * @param {number} index of an input item
 */
function comesFrom(pairedItem, index) {
	const pair = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return (pair?.item ?? pair) === index;
}

/** @param {string} text */
function firstSentence(text) {
	return text.split('. ')[0];
}

module.exports = { runExample };
