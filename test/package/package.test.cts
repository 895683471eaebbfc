import { execFileSync } from 'node:child_process';
import {
	cpSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ICredentialType, Icon, INodeType, Themed } from 'n8n-workflow';
import manifest from '../../package.json';

const root = join(__dirname, '../..');
let folder: string;
let files: string[];

/** Packs the built package with npm, and unpacks the tarball. */
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'talkover-package-'));
	execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
		cwd: root,
		stdio: 'pipe',
	});
	const [tarball] = readdirSync(folder);
	execFileSync('tar', ['-xzf', tarball], { cwd: folder });
	// The package finds n8n-workflow beside itself, as in n8n.
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	folder = join(folder, 'package');
	files = readdirSync(folder, { recursive: true })
		.map(String)
		.filter((file) => statSync(join(folder, file)).isFile())
		.sort();
});

afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** The node and the credential of the packed package. */
function load() {
	const { Talkover } = require(join(folder, manifest.n8n.nodes[0])) as {
		Talkover: new () => INodeType;
	};
	const { TalkoverApi } = require(join(folder, manifest.n8n.credentials[0])) as {
		TalkoverApi: new () => ICredentialType;
	};
	return { node: new Talkover(), credential: new TalkoverApi() };
}

const read = (file: string) => readFileSync(join(folder, file), 'utf8');

describe('the packed package', () => {
	test('has the files that n8n loads, the documents, and nothing else', () => {
		expect(files).toEqual([
			'CHANGELOG.md',
			'LICENSE',
			'README.md',
			'dist/THIRD_PARTY_NOTICES.txt',
			'dist/credentials/TalkoverApi.credentials.js',
			'dist/icons/talkover.dark.svg',
			'dist/icons/talkover.svg',
			'dist/nodes/Talkover/Talkover.node.js',
			'dist/nodes/Talkover/Talkover.node.json',
			'dist/nodes/TalkoverTrigger/TalkoverTrigger.node.js',
			'dist/nodes/TalkoverTrigger/TalkoverTrigger.node.json',
			'index.js',
			'package.json',
		]);
	});

	// npm shows any README.* of the root as the page of the package, not always README.md.
	test('has one README, and so has the root of the repository', () => {
		const isReadme = (file: string) => /^readme/i.test(file);
		expect(files.filter(isReadme)).toEqual(['README.md']);
		expect(readdirSync(root).filter(isReadme)).toEqual(['README.md']);
	});

	test('takes less than 600 kB', () => {
		const bytes = files.map((file) => statSync(join(folder, file)).size);
		expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(600_000);
	});

	test('has the license of everything that is bundled', () => {
		const bundled = files
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) => [...read(file).matchAll(/^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm)])
			.map(([, name]) => name);
		expect([...new Set(bundled)]).toEqual(['libphonenumber-js']);
		const notices = read('dist/THIRD_PARTY_NOTICES.txt');
		for (const license of ['libphonenumber-js/LICENSE', 'MIT License', 'Apache License']) {
			expect(notices).toContain(license);
		}
	});

	// .npmrc turns scripts off, and prepack with them, so that npm would publish a fresh clone without dist/.
	test('is built by npm when a fresh clone is published', () => {
		const clone = mkdtempSync(join(tmpdir(), 'talkover-clone-'));
		try {
			const notInClone = ['.git', 'dist', 'node_modules'].map((name) => join(root, name));
			cpSync(root, clone, { recursive: true, filter: (file) => !notInClone.includes(file) });
			symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
			// With --force also if this version is published already.
			const output = execFileSync('npm', ['publish', '--dry-run', '--force', '--json'], {
				cwd: clone,
				encoding: 'utf8',
				stdio: 'pipe',
			});
			// What the scripts print comes first, and npm 11 puts the package's name around its answer.
			const json = output.slice(output.search(/^\{$/m));
			const { [manifest.name]: inner, ...outer } = JSON.parse(json) as Record<string, unknown>;
			const published = (inner ?? outer) as { id: string; files: Array<{ path: string }> };
			expect(published.id).toBe(`${manifest.name}@${manifest.version}`);
			expect(published.files.map(({ path }) => path).sort()).toEqual(files);
		} finally {
			rmSync(clone, { recursive: true, force: true });
		}
	}, 120_000);

	test('requires nothing but n8n-workflow and crypto', () => {
		const required = files
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) => [
				...read(file).matchAll(/\b(?:require|import)\(\s*([^)]*)\)|\bfrom\s+["']([^"']+)["']/g),
			])
			.map(([, call, from]) => from ?? call.replace(/["']/g, ''));
		expect(required.length).toBeGreaterThan(0);
		for (const name of required) expect(['n8n-workflow', 'crypto', 'node:crypto']).toContain(name);
		expect(builtinModules.filter((name) => name !== 'crypto' && required.includes(name))).toEqual(
			[],
		);
	});

	test('has no dependencies, and n8n-workflow as its only peer', () => {
		expect(manifest).not.toHaveProperty('dependencies');
		expect(manifest).not.toHaveProperty('optionalDependencies');
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	test('loads, and its node and credential have their fixed names', () => {
		const { node, credential } = load();
		expect(node.description).toMatchObject({
			name: 'talkover',
			displayName: 'Talkover',
			usableAsTool: true,
			credentials: [{ name: 'talkoverApi', required: true }],
		});
		expect(credential).toMatchObject({ name: 'talkoverApi', displayName: 'Talkover API' });
	});

	test('has the icons of the node and the credential', () => {
		const { node, credential } = load();
		const icons = [
			...Object.values(node.description.icon as Themed<Icon>).map((icon) => [
				manifest.n8n.nodes[0],
				icon,
			]),
			...Object.values(credential.icon as Themed<Icon>).map((icon) => [
				manifest.n8n.credentials[0],
				icon,
			]),
		];
		for (const [file, icon] of icons) {
			expect(files).toContain(join(file, '..', String(icon).replace('file:', '')));
		}
	});

	test("passes n8n's scan for community packages", async () => {
		const scan = `
			import { analyzePackage } from '@n8n/scan-community-package/scanner/scanner.mjs';
			const result = await analyzePackage(process.argv[1]);
			console.log(JSON.stringify(result));
		`;
		const output = execFileSync(
			process.execPath,
			['--input-type=module', '--eval', scan, '--', folder],
			{ cwd: root, encoding: 'utf8', stdio: 'pipe' },
		);
		expect(JSON.parse(output)).toEqual({ passed: true });
	});
});
