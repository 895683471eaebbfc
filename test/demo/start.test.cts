import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { freePorts } from '../../dev/n8n/ports.cts';
import { startDemo } from '../helpers/demo.cts';

let cache: string;
beforeEach(async () => {
	cache = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-demo-'));
});
afterEach(() => rm(cache, { recursive: true }));

/**
 * Starts the demo, which must end before it builds anything.
 *
 * @returns the only line that it prints
 */
async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
	const demo = startDemo({ XDG_CACHE_HOME: cache, ...env });
	expect(await demo.closed).toEqual({ code: 1, signal: null });
	const lines = demo.output().trim().split('\n');
	expect(lines).toHaveLength(1);
	return lines[0];
}

test.each(['abc', '0', '65536', '5678.5'])('N8N_PORT=%s is refused', async (port) => {
	expect(await refusal({ N8N_PORT: port })).toBe(
		`N8N_PORT is "${port}", which is not a port. Set it to a number from 1 to 65535, or leave it out: the default is 5678.`,
	);
});

test('a port that another program uses is named, with how to choose another one', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	try {
		expect(await refusal({ N8N_PORT: String(port) })).toBe(
			`Port ${port} is in use by another program, perhaps another n8n. Stop that, or choose another port: N8N_PORT=5678 npm start`,
		);
	} finally {
		server.close();
	}
});

test('a folder that cannot be written to is named, with how to choose another one', async () => {
	const file = path.join(cache, 'file');
	await writeFile(file, '');
	const [port] = await freePorts(1);
	const refused = await refusal({ N8N_PORT: String(port), XDG_CACHE_HOME: file });
	expect(refused).toContain(`cannot write there (ENOTDIR`);
	expect(refused).toContain('XDG_CACHE_HOME=/path/to/folder npm start');
});
