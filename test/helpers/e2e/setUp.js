const { createInstance } = require('../../../dev/n8n/instance');
const { packTarball } = require('../../../dev/n8n/pack');
const { startSimulator } = require('../../../dev/simulator');

const TOKEN = 'sim_token_4711';

/** @typedef {Awaited<ReturnType<typeof setUp>>} SetUp */

/**
 * A real n8n with the packed package, and a simulated Talkover that its credential "talkover" is for.
 *
 * @param {object} options
 * @param {string} options.version of n8n
 * @param {import('../../../dev/simulator').SimulatorOptions} [options.talkover] without the token
 * @param {import('../../../dev/n8n/instance').Credential[]} [options.credentials] additional ones
 * @param {NodeJS.ProcessEnv} [options.env] added to n8n's environment
 */
async function setUp({ version, talkover: simulated, credentials = [], env }) {
	/** @type {Array<() => Promise<unknown>>} */
	const steps = [];
	/** @param {() => Promise<unknown>} step runs before earlier ones */
	const onCleanUp = (step) => void steps.unshift(step);
	const cleanUp = async () => {
		for (const step of steps) await step();
	};
	try {
		const talkover = await startSimulator({ tokens: [TOKEN], ...simulated });
		onCleanUp(() => talkover.stop());
		const { tarball, remove } = await packTarball();
		onCleanUp(remove);
		const n8n = await createInstance({ version, tarball, env });
		onCleanUp(() => n8n.remove());
		const data = { token: TOKEN, baseUrl: talkover.baseUrl };
		await n8n.importCredentials([
			{ id: 'talkover', name: 'Talkover account', type: 'talkoverApi', data },
			...credentials,
		]);
		/** @param {import('../../../dev/n8n/instance').Workflow} workflow */
		const run = async (workflow) => await n8n.execute(await n8n.importWorkflow(workflow));
		return { n8n, talkover, run, onCleanUp, cleanUp };
	} catch (error) {
		await cleanUp();
		throw error;
	}
}

module.exports = { setUp, TOKEN };
