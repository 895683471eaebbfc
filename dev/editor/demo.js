const { CleanUp } = require('../cleanUp');
const { addExamples } = require('../demo/examples');
const { setUpOwner } = require('../demo/owner');
const { simulateTalkover } = require('../demo/talkover');
const { createInstance } = require('../n8n/instance');
const { packTarball } = require('../n8n/pack');
const { launchBrowser } = require('./browser');
const { signIn } = require('./signIn');

/** @typedef {Awaited<ReturnType<typeof openDemo>>} Demo */

/**
 * The demo of `npm start` with a new n8n of the newest version, and a browser that is signed in to it.
 *
 * @param {import('playwright-core').BrowserContextOptions} [options] of the browser's pages, such as their size
 * @returns call `close` after use
 * @throws {Error} if there is no browser, or something does not start
 */
async function openDemo(options) {
	const cleanUp = new CleanUp();
	const close = () => cleanUp.run();
	try {
		// First, because it may be missing.
		const browser = await launchBrowser();
		cleanUp.add(() => browser.close());
		const pack = await packTarball();
		cleanUp.add(pack.remove);
		const n8n = await createInstance({ tarball: pack.tarball });
		cleanUp.add(() => n8n.remove());
		const { simulator, credential, agent } = await simulateTalkover(n8n.folder);
		cleanUp.add(() => simulator.stop());
		await n8n.importCredentials([credential]);
		const examples = await addExamples(n8n, agent);
		const { url, client } = await n8n.startServer();
		await setUpOwner(client);
		const context = await browser.newContext(options);
		// The editor asks npm for the package.
		await context.route(
			(to) => to.origin !== url,
			async (route) => await route.abort(),
		);
		await signIn(context, url);
		return { simulator, credential, agent, examples, url, client, context, close };
	} catch (error) {
		await close();
		throw error;
	}
}

module.exports = { openDemo };
