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
		// n8n takes its version of xlsx from another host than npm.
		overrides: { xlsx: '0.18.5' },
		// Its default engine needs isolated-vm, which npm has not built for Node.js 20, and the machine may have no compiler.
		env: { N8N_EXPRESSION_ENGINE: 'legacy', N8N_RUNNERS_ENABLED: 'true' },
	},
};

/** The newest first. */
export const versions = Object.keys(releases);

/** The one that `npm start` shows. */
export const [newest] = versions;
