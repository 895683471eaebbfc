import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePorts } from '../ports.cts';
import { run, start } from '../processes.cts';
import type { RunningProcess, User } from '../processes.cts';
import { untilReady } from '../untilReady.cts';
import { findProgram } from './program.cts';

/** The name of the database, and of the user that owns it. */
const NAME = 'n8n';

/** A crash of the machine may destroy the data. In return, the tests do not wait for the disk. */
const FAST = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/**
 * Starts a PostgreSQL with an empty database, on loopback and in a folder of its own. It uses nothing of a PostgreSQL that the system
 * may run.
 *
 * @returns when it accepts connections
 * @throws Error if PostgreSQL is not installed, or does not start
 */
export async function startPostgres(): Promise<{
	host: string;
	port: number;
	database: string;
	user: string;
	password: string;
	stop: () => Promise<void>;
}> {
	const postgres = await findProgram('postgres');
	// Those of the same version. Also, the createdb in PATH may be Debian's own, which looks for Debian's own PostgreSQL.
	const programs = path.dirname(await realpath(postgres));
	const initdb = await findProgram('initdb', programs);
	const createdb = await findProgram('createdb', programs);
	const user = await userToRunAs();
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-postgres-'));
	const options = { cwd: folder, env: { PATH: process.env.PATH }, user };
	let server: RunningProcess | undefined;
	const stop = async () => {
		await server?.stop();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const password = randomUUID();
		const passwordFile = path.join(folder, 'password');
		await writeFile(passwordFile, password, { mode: 0o600 });
		if (user) {
			for (const file of [folder, passwordFile]) await chown(file, user.uid, user.gid);
		}
		const data = path.join(folder, 'data');
		const owner = [`--username=${NAME}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
		const format = ['--encoding=UTF8', '--no-locale', '--no-sync'];
		await run(initdb, [`--pgdata=${data}`, ...owner, ...format], options);

		const host = '127.0.0.1';
		const [port] = await freePorts(1);
		const settings = { listen_addresses: host, unix_socket_directories: '', ...FAST };
		const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
		server = start(postgres, ['-D', data, '-p', String(port), ...flags], options);
		await untilReady(server, {
			name: 'PostgreSQL',
			prints: 'database system is ready to accept connections',
		});
		const address = [`--host=${host}`, `--port=${port}`, `--username=${NAME}`];
		await run(createdb, [...address, NAME], {
			...options,
			env: { ...options.env, PGPASSWORD: password },
		});
		return { host, port, database: NAME, user: NAME, password, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/**
 * PostgreSQL refuses to run as root.
 *
 * @returns for root, the user that the package of PostgreSQL creates; for everybody else nothing, since they run it themselves
 * @throws Error if there is no such user
 */
async function userToRunAs(): Promise<User | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const options = { cwd: os.tmpdir(), env: { PATH: process.env.PATH } };
	try {
		const [uid, gid] = await Promise.all(
			['-u', '-g'].map(async (flag) => Number(await run('id', [flag, 'postgres'], options))),
		);
		return { uid, gid };
	} catch (error) {
		throw new Error(
			'PostgreSQL does not run as root, and the user "postgres" does not exist. Run this as another user, or create that one.',
			{ cause: error },
		);
	}
}
