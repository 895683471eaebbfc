/** @typedef {{ json: Record<string, any>, binary?: Record<string, any>, pairedItem?: unknown, error?: any }} Item */
/** @typedef {{ executionStatus: string, executionTime: number, hints?: any[], error?: any, data?: Record<string, Array<Item[] | null>>, inputOverride?: any, source: any[] }} NodeRun */

/** The result of an execution. */
class RunResult {
	/** @param {any} execution in n8n's format */
	constructor(execution) {
		this.status = /** @type {string} */ (execution.status);
		/** The error of the node that stopped the workflow; undefined if none did. */
		this.error = execution.data.resultData.error;
		/** All runs of each node, by name. */
		this.runData = /** @type {Record<string, NodeRun[]>} */ (execution.data.resultData.runData);
	}

	/**
	 * @param {string} node its name
	 * @param {number} [output]
	 * @param {string} [connection] `ai_tool` for a tool
	 * @returns {Item[]} the items on this output, from all runs of the node
	 */
	items(node, output = 0, connection = 'main') {
		const runs = this.runData[node] ?? [];
		return runs.flatMap(({ data }) => data?.[connection]?.[output] ?? []);
	}

	/**
	 * @param {string} node its name
	 * @param {number} [output]
	 * @returns {Array<Item['json']>}
	 */
	json(node, output) {
		return this.items(node, output).map(({ json }) => json);
	}
}

/**
 * @param {string} output of `n8n execute`
 * @returns {RunResult}
 * @throws {Error} with the end of the output, if it contains no result
 */
function parseRunResult(output) {
	const [json] = /^\{$[^]*?^\}$/m.exec(output) ?? [];
	if (!json) throw new Error(`n8n printed no result:\n${output.slice(-5000)}`);
	return new RunResult(JSON.parse(json));
}

module.exports = { RunResult, parseRunResult };
