/** @typedef {{ json: Record<string, any>, pairedItem?: unknown, error?: any }} Item */
/** @typedef {{ executionStatus: string, executionTime: number, hints?: any[], error?: any, data?: Record<string, Array<Item[] | null>>, inputOverride?: any, source: any[] }} NodeRun */

/** What an execution of a workflow came to. */
class RunResult {
	/** @param {any} execution as n8n gives it */
	constructor(execution) {
		this.status = /** @type {string} */ (execution.status);
		/** Of the node that stopped the workflow; undefined if none did. */
		this.error = execution.data.resultData.error;
		/** By node, each time that it ran. */
		this.runData = /** @type {Record<string, NodeRun[]>} */ (execution.data.resultData.runData);
	}

	/**
	 * @param {string} node its name
	 * @param {number} [output]
	 * @param {string} [connection] `ai_tool` for a tool
	 * @returns {Item[]} what the node put out there, in all its runs
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
 * @throws {Error} with the end of the output if there is no result in it
 */
function parseRunResult(output) {
	const [json] = /^\{$[^]*?^\}$/m.exec(output) ?? [];
	if (!json) throw new Error(`n8n printed no result:\n${output.slice(-5000)}`);
	return new RunResult(JSON.parse(json));
}

module.exports = { RunResult, parseRunResult };
