import type {
	ExecutionError,
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRun,
	IRunData,
	NodeConnectionType,
} from 'n8n-workflow';

/** The result of an execution. */
export class RunResult {
	readonly status: ExecutionStatus;
	/** The error of the node that stopped the workflow; undefined if none did. */
	readonly error: ExecutionError | undefined;
	/** All runs of each node, by name. */
	readonly runData: IRunData;

	constructor({ status, data }: Pick<IRun, 'status' | 'data'>) {
		this.status = status;
		this.error = data.resultData.error;
		this.runData = data.resultData.runData;
	}

	/**
	 * @param node its name
	 * @param connection `ai_tool` for a tool
	 * @returns the items on this output, from all runs of the node
	 */
	items(node: string, output = 0, connection: NodeConnectionType = 'main'): INodeExecutionData[] {
		const runs = this.runData[node] ?? [];
		return runs.flatMap(({ data }) => data?.[connection]?.[output] ?? []);
	}

	/** @param node its name */
	json(node: string, output?: number): IDataObject[] {
		return this.items(node, output).map(({ json }) => json);
	}
}

/**
 * @param output of `n8n execute`
 * @throws Error with the end of the output, if it contains no result
 */
export function parseRunResult(output: string): RunResult {
	const [json] = /^\{$[^]*?^\}$/m.exec(output) ?? [];
	if (!json) throw new Error(`n8n printed no result:\n${output.slice(-5000)}`);
	return new RunResult(JSON.parse(json));
}
