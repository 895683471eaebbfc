import { CleanUp } from '../../../dev/cleanUp.cts';
import { startSimulator } from '../../../dev/simulator/index.cts';
import type { Credential, Instance, RunningServer } from '../../../dev/n8n/instance.cts';
import type { SimulatorOptions } from '../../../dev/simulator/index.cts';
import { ACCOUNTS, createN8n } from './prepared.cts';
import type { CreateOptions } from './prepared.cts';

export const TOKEN = 'sim_token_4711';

export const OWNER = { email: 'owner@talkover.example', password: 'Password1' };

export type SetUp = Awaited<ReturnType<typeof setUp>>;

export interface SetUpOptions {
	/** Of n8n. */
	version: string;
	/** Without the token. */
	talkover?: SimulatorOptions;
	/** Additional ones. */
	credentials?: Credential[];
	/** Added to n8n's environment. */
	env?: NodeJS.ProcessEnv;
}

/** An n8n of one process, or of several. */
interface ServedN8n<Server extends RunningServer> {
	importCredentials: Instance['importCredentials'];
	remove: () => Promise<void>;
	startServer: (options?: { port?: number }) => Promise<Server>;
}

/**
 * A running n8n that is signed in, and a simulated Talkover that its credentials are for.
 *
 * @param create creates the n8n, with the packed package and the credentials
 */
export async function setUpWith<Server extends RunningServer>(
	create: (options: CreateOptions) => Promise<ServedN8n<Server>>,
	{ version, talkover: simulated, credentials = [], env }: SetUpOptions,
) {
	const ends = new CleanUp();
	const cleanUp = () => ends.run();
	try {
		const talkover = await startSimulator({ tokens: [TOKEN], ...simulated });
		ends.add(() => talkover.stop());
		const n8n = await create({ version, env });
		ends.add(() => n8n.remove());
		if (credentials.length > 0) await n8n.importCredentials(credentials);
		const server = await startServer(n8n);
		const data = { token: TOKEN, baseUrl: talkover.baseUrl };
		for (const account of ACCOUNTS) await server.client.updateCredential({ ...account, data });
		return { n8n, server, talkover, onCleanUp: ends.add.bind(ends), cleanUp };
	} catch (error) {
		await cleanUp();
		throw error;
	}
}

/**
 * The same, with an n8n of one process. Its workflows run in that process: n8n would take seconds to start another for each. So what the
 * node remembers of one test, such as whom it has called, it still knows in the next.
 */
export async function setUp(options: SetUpOptions) {
	return await setUpWith(createN8n, options);
}

/** @returns signed in */
export async function startServer<Server extends RunningServer>(
	n8n: Pick<ServedN8n<Server>, 'startServer'>,
	options?: { port?: number },
): Promise<Server> {
	const server = await n8n.startServer(options);
	await server.client.signIn(OWNER);
	return server;
}
