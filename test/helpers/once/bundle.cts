import { mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { onChange } from '../../../dev/demo/onChange.cts';

const modules = path.resolve(__dirname, '../../../node_modules');
const folder = path.join(modules, '.cache/n8n-nodes-talkover');

/** n8n's packages in one file, which is made when others are installed. */
export const BUNDLE = path.join(folder, 'n8n.js');

/** Both from one bundle, so that they share the packages that both need. */
const SOURCE = `
	module.exports = {
		workflow: () => require('n8n-workflow'),
		core: () => ({
			...require('n8n-core'),
			...require('n8n-core/dist/execution-engine/node-execution-context/utils/get-input-connection-data'),
		}),
	};
`;

/** In place of esbuild's function, which names each again: nearly all have kept their names, and what is no constructor needs none. */
const FASTER_NAME = `__name = (named, name) =>
	named.name === name || !named.prototype ? named : Object.defineProperty(named, 'name', { value: name, configurable: true });`;

/** Bundles n8n's packages, which are 2,000 files, before the tests: most test files load them. */
export default async function bundle() {
	await mkdir(folder, { recursive: true });
	const installed = await readFile(path.join(modules, '.package-lock.json'), 'utf8');
	await onChange(folder, 'n8n', installed + (await readFile(__filename, 'utf8')), async () => {
		const unfinished = `${BUNDLE}.${process.pid}`;
		await build({
			stdin: { contents: SOURCE, resolveDir: modules },
			outfile: unfinished,
			bundle: true,
			platform: 'node',
			target: 'node20',
			format: 'cjs',
			minifyWhitespace: true,
			// n8n shows the names of its errors.
			keepNames: true,
			footer: { js: FASTER_NAME },
			// What n8n-core loads only to report errors, and what works without the code for this machine.
			external: ['@sentry/*', '@opentelemetry/*', 'isolated-vm', '*.node'],
			logLevel: 'warning',
		});
		await rename(unfinished, BUNDLE);
	});
}
