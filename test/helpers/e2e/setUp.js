const { CleanUp } = require('../../../dev/cleanUp.cts');
const { createInstance } = require('../../../dev/n8n/instance.cts');
const { packTarball } = require('../../../dev/n8n/pack.cts');
const { startSimulator } = require('../../../dev/simulator');

const TOKEN = 'sim_token_4711';

/** @typedef {import('../../../dev/n8n/instance.cts').InstanceOptions} InstanceOptions */
/** @typedef {Awaited<ReturnType<typeof setUp>>} SetUp */
/**
 * @typedef {object} SetUpOptions
 * @property {string} version of n8n
 * @property {import('../../../dev/simulator').SimulatorOptions} [talkover] without the token
 * @property {import('../../../dev/n8n/instance.cts').Credential[]} [credentials] additional ones
 * @property {NodeJS.ProcessEnv} [env] added to n8n's environment
 */

/**
 * A real n8n with the packed package, and a simulated Talkover that its credential "talkover" is for.
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
		const { tarball, remove } = await packTarball();
		ends.add(remove);
		const n8n = await create({ version, tarball, env });
		ends.add(() => n8n.remove());
		const data = { token: TOKEN, baseUrl: talkover.baseUrl };
		await n8n.importCredentials([
			{ id: 'talkover', name: 'Talkover account', type: 'talkoverApi', data },
			...credentials,
		]);
		return { n8n, talkover, onCleanUp: ends.add.bind(ends), cleanUp };
	} catch (error) {
		await cleanUp();
		throw error;
	}
}

/**
 * The same, with an n8n of one process, whose workflows can be run without a server.
 *
 * @param {SetUpOptions} options
 */
async function setUp(options) {
	const real = await setUpWith(createInstance, options);
	/** @param {import('../../../dev/n8n/instance.cts').Workflow} workflow */
	const run = async (workflow) => await real.n8n.execute(await real.n8n.importWorkflow(workflow));
	return { ...real, run };
}

module.exports = { setUp, setUpWith, TOKEN };
