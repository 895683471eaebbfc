import { CleanUp } from '../../../dev/cleanUp.cts';
import { createInstance } from '../../../dev/n8n/instance.cts';
import { startSimulator } from '../../../dev/simulator/index.cts';
import type {
	Credential,
	Instance,
	InstanceOptions,
	RunningServer,
} from '../../../dev/n8n/instance.cts';
import type { SimulatorOptions } from '../../../dev/simulator/index.cts';

export const TOKEN = 'sim_token_4711';

/** What the credential of all workflows has, besides its ID and its data. */
export const ACCOUNT = { name: 'Talkover account', type: 'talkoverApi' };

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

/** A real n8n with the packed package, and a simulated Talkover that its credentials are for. */
export async function setUpWith<N8n extends Pick<Instance, 'importCredentials' | 'remove'>>(
	create: (options: InstanceOptions) => Promise<N8n>,
	{ version, talkover: simulated, credentials = [], env }: SetUpOptions,
) {
	const ends = new CleanUp();
	const cleanUp = () => ends.run();
	try {
		const talkover = await startSimulator({ tokens: [TOKEN], ...simulated });
		ends.add(() => talkover.stop());
		const n8n = await create({ version, tarball: process.env.TALKOVER_TARBALL, env });
		ends.add(() => n8n.remove());
		const data = { token: TOKEN, baseUrl: talkover.baseUrl };
		// The second is that of the examples.
		const own = ['talkover', 'talkoverDemo'].map((id) => ({ ...ACCOUNT, id, data }));
		await n8n.importCredentials([...own, ...credentials]);
		return { n8n, talkover, onCleanUp: ends.add.bind(ends), cleanUp };
	} catch (error) {
		await cleanUp();
		throw error;
	}
}

/**
 * The same, with an n8n of one process, which runs and is signed in. Its workflows run in that process: n8n would take seconds to start
 * another for each. So what the node remembers of one test, such as whom it has called, it still knows in the next.
 */
export async function setUp(options: SetUpOptions) {
	const real = await setUpWith(createInstance, options);
	try {
		return { ...real, server: await startServer(real.n8n) };
	} catch (error) {
		await real.cleanUp();
		throw error;
	}
}

/** @returns signed in */
export async function startServer(n8n: Instance): Promise<RunningServer> {
	const server = await n8n.startServer();
	await server.client.signIn(OWNER);
	return server;
}
