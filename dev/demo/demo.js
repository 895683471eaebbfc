const { CleanUp } = require('../cleanUp');
const { cacheFolder, isInstalled } = require('../n8n/install');
const { createInstance } = require('../n8n/instance');
const { withLock } = require('../n8n/lock');
const { newest } = require('../n8n/versions');
const { addExamples } = require('./examples');
const { buildNode, installNode } = require('./node');
const { setUpOwner } = require('./owner');
const {
	demoFolder,
	makeWritable,
	portInUse,
	proxySettings,
	readPort,
	requireFreePort,
} = require('./place');
const { runExample } = require('./runExample');
const { table } = require('./table');
const { openTalkover } = require('./talkover');

/**
 * @typedef {object} DemoOptions
 * @property {import('../n8n/progress').Progress} progress
 * @property {AbortSignal} signal stops everything
 */

/**
 * Shows a real n8n with the node, the examples, and a simulated or real Talkover.
 *
 * @param {DemoOptions} options
 * @throws {Error} whose message says what to do; any error if the signal has stopped the demo
 */
async function runDemo(options) {
	const port = readPort();
	const onWait = () => {
		throw portInUse(port, 'another "npm start"');
	};
	await withLock(demoFolder(port), { onWait, signal: options.signal }, async () => {
		await requireFreePort(port);
		await makeWritable(demoFolder(port));
		const cleanUp = new CleanUp();
		try {
			await show(port, cleanUp, options);
		} finally {
			await cleanUp.run();
		}
	});
}

/**
 * @param {number} port of the editor
 * @param {CleanUp} cleanUp gets the steps that end what is started
 * @param {DemoOptions} options
 */
async function show(port, cleanUp, { progress, signal }) {
	const folder = demoFolder(port);
	const talkover = await openTalkover(folder, signal);
	cleanUp.add(talkover.close);
	progress.say(talkover.description);

	const pack = await progress.step('Building the node', (onProgress) =>
		buildNode({ onProgress, signal }),
	);
	cleanUp.add(pack.remove);

	const installed = await isInstalled(newest);
	if (!installed) {
		progress.say(
			`n8n ${newest} is installed into ${cacheFolder()}, once: about 5 minutes and 3 GB.`,
		);
	}
	const env = talkover.isReal ? proxySettings() : {};
	const n8n = await progress.step(
		`${installed ? 'Opening' : 'Installing'} n8n ${newest}`,
		(onProgress) => createInstance({ folder, env, onProgress, signal }),
	);
	cleanUp.add(() => n8n.remove());

	const [first, ...others] = await progress.step('Adding the node and the examples', async () => {
		await installNode(n8n, pack.tarball);
		await n8n.importCredentials([talkover.credential]);
		return await addExamples(n8n, talkover.agent);
	});
	const results = await progress.step(`Running the example "${first.name}"`, () =>
		runExample(n8n, first),
	);
	progress.say(`\n${results}\n`);

	const { server, signIn } = await progress.step('Starting the editor', async () => {
		const server = await startEditor(n8n, port, signal);
		return { server, signIn: await setUpOwner(server.client) };
	});
	signal.throwIfAborted();
	const urlOf = (/** @type {{ id: string }} */ { id }) => `${server.url}/workflow/${id}`;
	progress.say(`
  Editor:   ${urlOf(first)}
  Sign in:  ${signIn}

First, open the editor, sign in, and click "Execute workflow" at the bottom:
each contact leaves "On a Call?" as Active, Not Found or Error. It dials nobody.

${table(
	['More examples', ''],
	others.map((example) => [example.name, urlOf(example)]),
)}
${talkover.hint ? `\n${talkover.hint}\n` : ''}
Press Ctrl-C to stop everything.`);
	await Promise.race([server.ended, aborted(signal)]);
	if (!signal.aborted) throw new Error(`n8n has stopped:\n${server.log()}`);
}

/**
 * @param {import('../n8n/instance').Instance} n8n
 * @param {number} port
 * @param {AbortSignal} signal
 * @throws {Error} that names the port, if another program has taken it in the meantime
 */
async function startEditor(n8n, port, signal) {
	try {
		return await n8n.startServer({ port });
	} catch (error) {
		if (!signal.aborted) await requireFreePort(port);
		throw error;
	}
}

/** @param {AbortSignal} signal */
function aborted(signal) {
	return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

module.exports = { runDemo };
