const { CleanUp } = require('../../../dev/cleanUp.cts');
const { createInstance } = require('../../../dev/n8n/instance.cts');
const { startSimulator } = require('../../../dev/simulator/index.cts');

const TOKEN = 'sim_token_4711';

/** What the credential of all workflows has, besides its ID and its data. */
const ACCOUNT = { name: 'Talkover account', type: 'talkoverApi' };

const OWNER = { email: 'owner@talkover.example', password: 'Password1' };

/** @typedef {import('../../../dev/n8n/instance.cts').InstanceOptions} InstanceOptions */
/** @typedef {Awaited<ReturnType<typeof setUp>>} SetUp */
/**
 * @typedef {object} SetUpOptions
 * @property {string} version of n8n
 * @property {import('../../../dev/simulator/index.cts').SimulatorOptions} [talkover] without the token
 * @property {import('../../../dev/n8n/instance.cts').Credential[]} [credentials] additional ones
 * @property {NodeJS.ProcessEnv} [env] added to n8n's environment
 */

/**
 * A real n8n with the packed package, and a simulated Talkover that its credentials are for.
 *
 * @template {Pick<import('../../../dev/n8n/instance.cts').Instance, 'importCredentials' | 'remove'>} N8n
 * @param {(options: InstanceOptions) => Promise<N8n>} create
 * @param {SetUpOptions} options
 */
async function setUpWith(create, { version, talkover: simulated, credentials = [], env }) {
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
 *
 * @param {SetUpOptions} options
 */
async function setUp(options) {
	const real = await setUpWith(createInstance, options);
	try {
		return { ...real, server: await startServer(real.n8n) };
	} catch (error) {
		await real.cleanUp();
		throw error;
	}
}

/**
 * @param {import('../../../dev/n8n/instance.cts').Instance} n8n
 * @returns {Promise<import('../../../dev/n8n/instance.cts').RunningServer>} signed in
 */
async function startServer(n8n) {
	const server = await n8n.startServer();
	await server.client.signIn(OWNER);
	return server;
}

module.exports = { ACCOUNT, OWNER, setUp, setUpWith, startServer, TOKEN };
