import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { BUNDLE } from './bundle.cts';

/** Shared by all test files of a process: V8 compiles a script once, and each file runs it again in its own context. */
let script: vm.Script | undefined;

const compile = () =>
	new vm.Script(
		`(function (require, module, __filename, __dirname) { ${readFileSync(BUNDLE, 'utf8')}\nreturn module.exports; })`,
		{ filename: BUNDLE },
	);

/** Node.js, with a function that loads n8n's packages for a module. */
export default class N8nEnvironment extends TestEnvironment {
	override async setup() {
		await super.setup();
		this.global.loadN8n = (...module: unknown[]) => {
			script ??= compile();
			return script.runInContext(this.getVmContext() as vm.Context)(...module);
		};
	}
}
