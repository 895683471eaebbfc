/** An n8n to test with. */
export interface Release {
	/** The major version of Node.js that it runs on. */
	node: number;
	/** That npm installs at the top level of `node_modules`, about; to show the progress. */
	packages: number;
	/** npm's overrides of its dependencies. */
	overrides?: Record<string, string>;
	/** Environment variables that it needs. */
	env?: NodeJS.ProcessEnv;
	/** Versions of its AI Agent node that run tools in different ways. */
	agentVersions: number[];
}

/** n8n takes its version of xlsx from another host than npm. */
const XLSX = { xlsx: '0.18.5' };

export const releases: Record<string, Release> = {
	'2.41.1': {
		node: 24,
		packages: 1_514,
		agentVersions: [2.2, 3.1],
		// This module requests a list from n8n's server, even if everything else is switched off.
		env: { N8N_DISABLED_MODULES: 'mcp-registry' },
	},
	'1.123.81': {
		node: 20,
		packages: 1_234,
		agentVersions: [1.9, 2.2, 3],
		overrides: XLSX,
		// Its default engine needs isolated-vm, which npm has not built for Node.js 20, and the machine may have no compiler.
		env: { N8N_EXPRESSION_ENGINE: 'legacy', N8N_RUNNERS_ENABLED: 'true' },
	},
	'2.20.12': { node: 22, packages: 1_370, agentVersions: [3.1], overrides: XLSX },
	'2.0.3': { node: 22, packages: 1_243, agentVersions: [3], overrides: XLSX },
	'1.100.1': {
		node: 20,
		packages: 1_416,
		agentVersions: [2],
		overrides: XLSX,
		env: { N8N_RUNNERS_ENABLED: 'true' },
	},
};

/** Those that everything is tested in, the newest first. */
export const versions = ['2.41.1', '1.123.81'];

/** Others that are tried by hand, with `npm run test:versions`. */
export const olderVersions = Object.keys(releases).filter((version) => !versions.includes(version));

/** The one that `npm start` shows. */
export const [newest] = versions;
