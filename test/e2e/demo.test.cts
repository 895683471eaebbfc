import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureN8n } from '../../dev/n8n/install.cts';
import { freePorts, isFree } from '../../dev/n8n/ports.cts';
import { RestClient } from '../../dev/n8n/restClient.cts';
import { newest } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { startDemo } from '../helpers/demo.cts';
import type { Demo } from '../helpers/demo.cts';

const OWNER = { email: 'demo@talkover.example', password: 'Talkover1' };
const READY = 'Press Ctrl-C';
/** The node in n8n's user folder. */
const INSTALLED = '.n8n/nodes/node_modules/n8n-nodes-talkover/dist/nodes/Talkover/Talkover.node.js';

describe('npm start', () => {
	/** A new user's cache folder, in which only n8n is installed. */
	let cache: string;
	/** For temporary files. */
	let temporary: string;
	/** The same for all, so that each start finds what the one before has left. */
	let port: number;
	const demos: Demo[] = [];

	beforeAll(async () => {
		const { folder } = await ensureN8n(newest);
		cache = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-demo-'));
		await mkdir(path.join(cache, 'n8n-nodes-talkover'));
		await symlink(folder, path.join(cache, 'n8n-nodes-talkover', path.basename(folder)));
		[port] = await freePorts(1);
	});
	afterAll(() => rm(cache, { recursive: true }));

	beforeEach(async () => {
		temporary = await mkdtemp(path.join(os.tmpdir(), 'tmp-'));
	});
	afterEach(async () => {
		await Promise.all(demos.splice(0).map((demo) => demo.end()));
		await rm(temporary, { recursive: true });
	});

	async function start(command: string[] = ['npm', 'start']) {
		const env = { XDG_CACHE_HOME: cache, TMPDIR: temporary, N8N_PORT: String(port) };
		const demo = startDemo(env, command);
		demos.push(demo);
		return demo;
	}

	async function stop(demo: Demo) {
		demo.interrupt();
		await demo.closed;
		expect(demo.output()).toMatch(/\nStopping …\n$/);
	}

	async function expectNothingLeft() {
		const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args']);
		expect(stdout).not.toContain(cache);
		expect(await isFree(port)).toBe(true);
		// n8n leaves a folder of its own.
		const names = await readdir(temporary);
		expect(names.filter((name) => name.startsWith('n8n-nodes-talkover'))).toEqual([]);
	}

	/** Signs in as the printed owner. */
	async function signIn() {
		const client = new RestClient(`http://127.0.0.1:${port}`);
		await client.signIn(OWNER);
		return client;
	}

	// The first start, interrupted at each step.
	test.each(['Building the node', 'Adding the node', 'Running the example', 'Starting the editor'])(
		'Ctrl-C during "%s" leaves nothing',
		async (step) => {
			const demo = await start();
			await demo.untilPrinted(step);
			await stop(demo);
			await expectNothingLeft();
		},
	);

	test('a start after those shows an example, the editor and what to click first; after Ctrl-C, nothing is left', async () => {
		const demo = await start();
		await demo.untilPrinted(READY);
		const output = demo.output();
		// The example needs no installed n8n, so that a newcomer does not wait for it.
		expect(output.indexOf('free to be called')).toBeLessThan(output.indexOf('Adding the node'));
		expect(output).toMatch(/Ana Lima +\+1 555 123 4501 +on a call/);
		expect(output).toMatch(/Bruno Reis .* free to be called/);
		expect(output).toContain(`Sign in:  ${OWNER.email}, password ${OWNER.password}`);
		expect(output).toContain('click "Execute workflow"');
		const urls = output.match(/http:\S+/g) ?? [];
		const examples = (await readdir('examples')).filter((name) => name.endsWith('.json'));
		// One of each example, and one of the table of leads.
		expect(urls).toHaveLength(examples.length + 1);
		for (const url of urls) expect((await fetch(url)).status).toBe(200);
		await stop(demo);
		await expectNothingLeft();
	});

	test('a port that another program takes after the check is named', async () => {
		const demo = await start();
		await demo.untilPrinted('Running the example');
		const server = createServer().listen(port, '127.0.0.1');
		await once(server, 'listening');
		try {
			expect((await demo.closed).code).toBe(1);
		} finally {
			server.close();
		}
		expect(demo.output()).toContain(`Port ${port} is in use by another program`);
		expect(demo.output()).not.toContain('    at ');
	});

	test('"npm run dev" builds the node again when one of its files changes, and n8n loads it', async () => {
		const demo = await start(['npm', 'run', 'dev']);
		await demo.untilPrinted(READY);
		const client = await signIn();
		const node = path.join(cache, 'n8n-nodes-talkover', `demo-${port}`, INSTALLED);
		// As if it were an older one, without a change of the sources.
		const older = (await readFile(node, 'utf8')).replace(
			'displayName: "Talkover"',
			'displayName: "Older"',
		);
		/** The list is large, so it is not asked for all the time. While n8n writes it, it is not complete. */
		const names = async () => {
			await sleep(1000);
			const types = await client.nodeTypes().catch(() => []);
			return types.map(({ displayName }) => displayName);
		};
		// n8n begins to watch the file only after its editor is up.
		await until(async () => {
			await writeFile(node, older);
			return (await names()).includes('Older');
		});
		const now = new Date();
		await utimes('nodes/Talkover/Talkover.node.ts', now, now);
		await until(async () => (await names()).includes('Talkover'));
		expect(demo.output()).toContain('The node is built again.');
		await stop(demo);
		await expectNothingLeft();
	});

	test('a published trigger receives events after the next start', async () => {
		const first = await start();
		await first.untilPrinted(READY);
		await (await signIn()).activate('talkoverLogEnded');
		await stop(first);

		const second = await start();
		await second.untilPrinted(READY);
		const client = await signIn();
		expect(await client.executions('talkoverLogEnded')).toEqual([]);
		await client.startExecution('talkoverHangUp', 'When clicking ‘Execute workflow’');
		await until(async () => (await client.executions('talkoverLogEnded')).length > 0);
		await stop(second);
	});
});
