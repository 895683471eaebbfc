import type { BrowserContextOptions } from 'playwright-core';
import { CleanUp } from '../cleanUp.cts';
import { addExamples, readExamples } from '../demo/examples.cts';
import { addLeadTable } from '../demo/leadTable.cts';
import { setUpOwner } from '../demo/owner.cts';
import { simulateTalkover } from '../demo/talkover.cts';
import { createInstance } from '../n8n/instance.cts';
import { packTarball } from '../n8n/pack.cts';
import { launchBrowser } from './browser.cts';
import { signIn } from './signIn.cts';

export type Demo = Awaited<ReturnType<typeof openDemo>>;

/** The packed package: that of all tests, or of the build. */
async function tarball(cleanUp: CleanUp): Promise<string> {
	if (process.env.TALKOVER_TARBALL) return process.env.TALKOVER_TARBALL;
	const pack = await packTarball();
	cleanUp.add(pack.remove);
	return pack.tarball;
}

/**
 * The demo of `npm start` with a new n8n of the newest version, and a browser that is signed in to it.
 *
 * @param options of the browser's pages, such as their size
 * @returns call `close` after use
 * @throws Error if there is no browser, or something does not start
 */
export async function openDemo(options?: BrowserContextOptions) {
	const cleanUp = new CleanUp();
	const close = () => cleanUp.run();
	try {
		// First, because it may be missing.
		const browser = await launchBrowser();
		cleanUp.add(() => browser.close());
		const n8n = await createInstance({ tarball: await tarball(cleanUp) });
		cleanUp.add(() => n8n.remove());
		const { simulator, credential, ...choice } = await simulateTalkover(n8n.folder);
		cleanUp.add(() => simulator.stop());
		await n8n.importCredentials([credential]);
		const examples = await readExamples(choice);
		await addExamples(n8n, examples);
		const { url, client } = await n8n.startServer();
		await setUpOwner(client);
		await addLeadTable(client, examples);
		const context = await browser.newContext(options);
		// The editor asks npm for the package.
		await context.route(
			(to) => to.origin !== url,
			async (route) => await route.abort(),
		);
		await signIn(context, url);
		return { simulator, credential, agent: choice.agent, examples, url, client, context, close };
	} catch (error) {
		await close();
		throw error;
	}
}
