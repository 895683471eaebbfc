interface N8n {
	core: () => typeof import('n8n-core');
	workflow: () => typeof import('n8n-workflow');
}

/** A global of environment.cts. */
declare const loadN8n: () => N8n;

export = loadN8n();
