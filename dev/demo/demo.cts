import { CleanUp } from '../cleanUp.cts';
import { cacheFolder, isInstalled } from '../n8n/install.cts';
import { createInstance } from '../n8n/instance.cts';
import type { Instance } from '../n8n/instance.cts';
import { step } from '../n8n/progress.cts';
import { newest } from '../n8n/versions.cts';
import { addExamples, readExamples } from './examples.cts';
import { addLeadTable } from './leadTable.cts';
import { buildNode, installNode, watchNode } from './node.cts';
import { setUpOwner } from './owner.cts';
import { demoFolder, makeWritable, proxySettings, readPort, requireFreePort } from './place.cts';
import { table } from './table.cts';
import { openTalkover } from './talkover.cts';

interface DemoOptions {
	/** Stops everything. */
	signal: AbortSignal;
	/** Whether n8n loads the node again when its files change. */
	watch: boolean;
}

/**
 * Shows a real n8n with the node, the examples, and a simulated or real Talkover.
 *
 * @throws Error whose message says what to do; any error if the signal has stopped the demo
 */
export async function runDemo(options: DemoOptions) {
	const port = readPort();
	await requireFreePort(port);
	await makeWritable(demoFolder(port));
	const cleanUp = new CleanUp();
	try {
		await show(port, cleanUp, options);
	} finally {
		await cleanUp.run();
	}
}

/**
 * @param port of the editor
 * @param cleanUp gets the steps that end what is started
 */
async function show(port: number, cleanUp: CleanUp, { signal, watch }: DemoOptions) {
	const folder = demoFolder(port);
	const talkover = await openTalkover(folder, signal);
	cleanUp.add(talkover.close);
	console.log(talkover.description);

	const pack = await step('Building the node', () => buildNode(signal));
	cleanUp.add(pack.remove);

	const examples = await readExamples(talkover);
	const [first] = examples;
	const installed = await isInstalled(newest);
	if (!installed) {
		console.log(
			`n8n ${newest} is installed into ${cacheFolder()}, once: about 5 minutes and 3 GB.`,
		);
	}
	const env = {
		...(talkover.isReal && proxySettings()),
		...(watch && { N8N_DEV_RELOAD: 'true' }),
	};
	const [n8n] = await Promise.all([
		step(`${installed ? 'Opening' : 'Installing'} n8n ${newest}`, async (onProgress) => {
			const n8n = await createInstance({ folder, env, onProgress, signal });
			cleanUp.add(() => n8n.remove());
			return n8n;
		}),
		step(`Running the example "${first.name}"`, async () => {
			// n8n's engine takes a second to load, and not every start of the demo gets here.
			const { runExample } = require('./runExample.cts') as typeof import('./runExample.cts');
			const results = await runExample(first, talkover.credential);
			signal.throwIfAborted();
			console.log(`\n${results}\n`);
		}),
	]);
	await step('Adding the node and the examples', async () => {
		await installNode(n8n, pack.tarball);
		await n8n.importCredentials([talkover.credential]);
		await addExamples(n8n, examples);
	});

	const { server, signIn, leads } = await step('Starting the editor', async () => {
		const server = await startEditor(n8n, port, signal);
		const { isSignedIn, signIn } = await setUpOwner(server.client);
		const leads = isSignedIn
			? await addLeadTable(server.client, examples)
			: 'not added, since the demo cannot sign in';
		return { server, signIn, leads };
	});
	signal.throwIfAborted();
	talkover.askN8n?.(server.url);
	if (watch) cleanUp.add(watchNode(n8n, signal));
	const urlOf = ({ id }: { id: string }) => `${server.url}/workflow/${id}`;
	console.log(`
  Editor:   ${urlOf(first)}
  Sign in:  ${signIn}

First, open the editor, sign in, and click "Execute workflow" at the bottom:
each contact leaves "On a Call?" as Active, Not Found or Error. It dials nobody.

${table(
	['More examples', ''],
	[
		...examples.slice(1).map((example) => [example.name, urlOf(example)]),
		['Their table of leads', leads],
	],
)}
${talkover.hint ? `\n${talkover.hint}\n` : ''}
${watch ? 'The node is built and loaded again when a file in api/, credentials/, icons/ or nodes/ changes.\n' : ''}Press Ctrl-C to stop everything.`);
	await Promise.race([server.ended, aborted(signal)]);
	if (!signal.aborted) throw new Error(`n8n has stopped:\n${server.log()}`);
}

/** @throws Error that names the port, if another program has taken it in the meantime */
async function startEditor(n8n: Instance, port: number, signal: AbortSignal) {
	try {
		return await n8n.startServer({ port });
	} catch (error) {
		if (!signal.aborted) await requireFreePort(port);
		throw error;
	}
}

function aborted(signal: AbortSignal) {
	return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
