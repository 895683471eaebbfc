import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import { BUNDLE } from './bundle.cts';

let shared: N8nEnvironment | undefined;

/**
 * Node.js with n8n's packages, the same one for all test files of a process: n8n is loaded once, and what V8 has optimized stays.
 * Each file loads all other modules anew, those of this package among them.
 */
export default class N8nEnvironment extends NodeEnvironment {
	private readonly ownGlobals = new Set(Reflect.ownKeys(this.global));

	constructor(...options: ConstructorParameters<typeof NodeEnvironment>) {
		if (shared) return shared;
		super(...options);
		shared = this;
		let n8n: unknown;
		this.global.loadN8n = () => (n8n ??= this.load());
		this.ownGlobals = new Set(Reflect.ownKeys(this.global));
	}

	private load(): unknown {
		const parameters = ['require', 'module', '__filename', '__dirname'];
		const run = vm.compileFunction(readFileSync(BUNDLE, 'utf8'), parameters, {
			filename: BUNDLE,
			parsingContext: this.getVmContext() ?? undefined,
		});
		const module = { exports: {} };
		run(createRequire(BUNDLE), module, BUNDLE, path.dirname(BUNDLE));
		return module.exports;
	}

	/** Of one file, of which no global stays. The context is needed for the next one. */
	override async teardown() {
		for (const key of Reflect.ownKeys(this.global))
			if (!this.ownGlobals.has(key)) Reflect.deleteProperty(this.global, key);
	}
}
