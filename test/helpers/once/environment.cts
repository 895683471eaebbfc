import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isPromise } from 'node:util/types';
import v8 from 'node:v8';
import vm from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import { getOrCreate } from '../../../api/getOrCreate';
import { BUNDLE } from './bundle.cts';

// V8 compiles what runs often for speed. Here that takes longer than it saves, so six times as often is soon enough. Only Node.js 20
// has this flag.
if (process.versions.v8.startsWith('11.')) v8.setFlagsFromString('--interrupt-budget=400000');

/**
 * For Jest, which asks which test an error belongs to. Node's own follows each promise, which slows down all of them. Tests run one after
 * the other here, so the one that runs is enough: it fails also for what an earlier one has left behind.
 */
class CurrentStorage<T> extends AsyncLocalStorage<T> {
	private current: T | undefined;

	override getStore() {
		return this.current;
	}

	override run<R, Args extends unknown[]>(store: T, callback: (...args: Args) => R, ...args: Args) {
		const before = this.current;
		const end = () => {
			this.current = before;
		};
		this.current = store;
		const result = callback(...args);
		// All that Jest runs in it are async functions.
		if (isPromise(result)) result.then(end, end);
		return result;
	}
}

// From Node.js 22 on, it cannot be assigned.
Object.defineProperty(asyncHooks, 'AsyncLocalStorage', { value: CurrentStorage });

let shared: N8nEnvironment | undefined;

const { compileFunction, createContext } = vm;

/** By the name of the file. */
const compiled = new Map<string, { source: string; run: ReturnType<typeof compileFunction> }>();

// Jest would compile each module again for each test file.
vm.compileFunction = (source, parameters, options = {}) => {
	const { filename = '' } = options;
	const known = compiled.get(filename);
	if (known?.source === source) return known.run;
	const run = compileFunction(source, parameters, options);
	compiled.set(filename, { source, run });
	return run;
};

/** Jest's global is a proxy, which takes a while each time that code uses a global. This one is an ordinary object. */
const createPlainContext = () => createContext(vm.constants.DONT_CONTEXTIFY);

/**
 * Node.js with n8n's packages, the same one for all test files of a process: n8n is loaded once, as is what once.cts loads, and
 * what V8 has optimized stays. Each file loads all other modules anew, those of this package among them. What else it changes in the
 * process, such as a prototype or `process.env`, it must put back itself.
 */
export default class N8nEnvironment extends NodeEnvironment {
	private readonly globals = Object.getOwnPropertyDescriptors(this.global);
	private readonly modules = new Map<string, unknown>();
	private readonly loadOnce!: (name: string, load: () => unknown) => unknown;

	constructor(...options: ConstructorParameters<typeof NodeEnvironment>) {
		if (shared) return shared;
		vm.createContext = createPlainContext;
		try {
			super(...options);
		} finally {
			vm.createContext = createContext;
		}
		const { watch, watchAll } = options[0].globalConfig;
		// In watch mode, a changed contract must take effect.
		this.loadOnce = (name, load) =>
			watch || watchAll ? load() : getOrCreate(this.modules, name, load);
		shared = this;
	}

	override async setup() {
		this.global.loadN8n = () => getOrCreate(this.modules, 'n8n', () => this.load());
		this.global.loadOnce = this.loadOnce;
		// Jest keeps 100 lines of each stack, which takes long where many requests fail. These are as many as in n8n.
		Error.stackTraceLimit = this.global.Error.stackTraceLimit = 10;
	}

	private load(): unknown {
		const parameters = ['require', 'module', '__filename', '__dirname'];
		const run = compileFunction(readFileSync(BUNDLE, 'utf8'), parameters, {
			// Not its path: Jest would read the whole file for a source map, in each test file.
			filename: `bundle:${BUNDLE}`,
			parsingContext: this.getVmContext() ?? undefined,
		});
		const module = { exports: {} };
		run(createRequire(BUNDLE), module, BUNDLE, path.dirname(BUNDLE));
		return module.exports;
	}

	/** Puts the globals back as they were: a hanging test leaves its clock behind. The context stays, for the next file. */
	override async teardown() {
		for (const key of Reflect.ownKeys(this.global))
			if (!Object.hasOwn(this.globals, key)) Reflect.deleteProperty(this.global, key);
		Object.defineProperties(this.global, this.globals);
	}
}
