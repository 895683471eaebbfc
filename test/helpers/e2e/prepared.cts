import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInstance } from '../../../dev/n8n/instance.cts';
import type { Credential, Instance, InstanceOptions } from '../../../dev/n8n/instance.cts';
import { createQueueMode } from '../../../dev/n8n/queueMode.cts';
import type { QueueMode } from '../../../dev/n8n/queueMode.cts';

export type CreateOptions = Required<Pick<InstanceOptions, 'version'>> &
	Pick<InstanceOptions, 'env'>;

/** What the credential of all workflows has, besides its ID and its data. */
export const ACCOUNT = { name: 'Talkover account', type: 'talkoverApi' };

/** The credentials of the workflows and of the examples. They get their data when n8n runs: only then a Talkover runs, too. */
export const ACCOUNTS: Credential[] = ['talkover', 'talkoverDemo'].map((id) => ({
	...ACCOUNT,
	id,
	data: {},
}));

/** The tarball that packOnce.cts made. */
function packedPackage(): string {
	const { TALKOVER_TARBALL: tarball } = process.env;
	if (!tarball) throw new Error('The package was not packed before the tests');
	return tarball;
}

const templateOf = (version: string) => path.join(path.dirname(packedPackage()), `n8n-${version}`);

/** @returns the same n8n, which has the credentials now */
async function withAccounts<N8n extends Pick<Instance, 'importCredentials' | 'remove'>>(
	n8n: N8n,
): Promise<N8n> {
	try {
		await n8n.importCredentials(ACCOUNTS);
		return n8n;
	} catch (error) {
		await n8n.remove();
		throw error;
	}
}

/** Prepares what `createN8n` copies: n8n would take 10 seconds to make its database for each test file. */
export async function prepare(version: string) {
	const folder = templateOf(version);
	await withAccounts(await createInstance({ version, tarball: packedPackage(), folder }));
}

/** Creates a real n8n of one process, with the packed package and the credentials. */
export async function createN8n(options: CreateOptions): Promise<Instance> {
	const template = templateOf(options.version);
	if (existsSync(template)) return await createInstance({ ...options, template });
	return await withAccounts(await createInstance({ ...options, tarball: packedPackage() }));
}

/** Creates a real n8n in queue mode, with the packed package and the credentials. */
export async function createQueue(options: CreateOptions): Promise<QueueMode> {
	return await withAccounts(await createQueueMode({ ...options, tarball: packedPackage() }));
}
