import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePorts } from '../ports.cts';
import { start } from '../processes.cts';
import { untilReady } from '../untilReady.cts';
import { findProgram } from './program.cts';

/**
 * Starts an empty Redis on loopback, which saves nothing.
 *
 * @returns when it accepts connections
 * @throws Error if Redis is not installed, or does not start
 */
export async function startRedis(): Promise<{
	host: string;
	port: number;
	stop: () => Promise<void>;
}> {
	const program = await findProgram('redis-server');
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-redis-'));
	const host = '127.0.0.1';
	const [port] = await freePorts(1);
	const settings = { bind: host, port: String(port), dir: folder, save: '', appendonly: 'no' };
	const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
	const server = start(program, args, { cwd: folder, env: { PATH: process.env.PATH } });
	const stop = async () => {
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await untilReady(server, { name: 'Redis', prints: 'Ready to accept connections' });
	} catch (error) {
		await stop();
		throw error;
	}
	return { host, port, stop };
}
