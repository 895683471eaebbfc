/** `npm start`: a real n8n with the node, the examples, and a simulated or real Talkover. */
const { createInstance } = require('../n8n/instance');
const { packTarball } = require('../n8n/pack');
const { addExamples } = require('./examples');
const { installNode } = require('./node');
const { setUpOwner } = require('./owner');
const { demoFolder, proxySettings, requireFreePort } = require('./place');
const { runExample } = require('./runExample');
const { table } = require('./table');
const { openTalkover } = require('./talkover');

/** @param {string} message */
const say = (message) => console.log(message);

/** @param {AbortSignal} signal stops everything */
async function start(signal) {
	const port = await requireFreePort();
	/** Run in reverse order at the end. @type {Array<() => Promise<unknown>>} */
	const cleanUp = [];
	try {
		const talkover = await openTalkover();
		cleanUp.push(talkover.close);
		say(talkover.description);

		const pack = await packTarball();
		cleanUp.push(pack.remove);
		const n8n = await createInstance({
			folder: demoFolder(port),
			env: talkover.isReal ? proxySettings() : {},
			onProgress: say,
			signal,
		});
		cleanUp.push(() => n8n.remove());
		say(`Preparing n8n ${n8n.version} …`);
		await installNode(n8n, pack.tarball);
		await n8n.importCredentials([talkover.credential]);
		const [first, ...others] = await addExamples(n8n, talkover.agent);

		say(`Running the example "${first.name}" …\n`);
		say(await runExample(n8n, first));

		say('\nStarting the editor …');
		const server = await n8n.startServer({ port });
		const signIn = await setUpOwner(server.client);
		const urlOf = (/** @type {{ id: string }} */ { id }) => `${server.url}/workflow/${id}`;
		say(`
  Editor:   ${urlOf(first)}
  Sign in:  ${signIn}

${table(
	['More examples', ''],
	others.map((example) => [example.name, urlOf(example)]),
)}

Press Ctrl-C to stop everything.`);
		await Promise.race([server.ended, aborted(signal)]);
		if (!signal.aborted) throw new Error(`n8n has stopped:\n${server.log()}`);
	} finally {
		for (const step of cleanUp.reverse()) await step();
	}
}

/** @param {AbortSignal} signal */
function aborted(signal) {
	return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	process.on(signal, () => {
		if (!interrupt.signal.aborted) say('\nStopping …');
		interrupt.abort();
	});
}
start(interrupt.signal).catch((error) => {
	if (interrupt.signal.aborted) return;
	console.error(`\n${error.message}`);
	process.exitCode = 1;
});
