const { owner } = require('../demo/owner');

/** Far more than a slow and busy machine needs. */
const TIMEOUT_MS = 120_000;

/**
 * Signs in to the demo's n8n like a person. All pages of the context are signed in then.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} url of the editor
 */
async function signIn(context, url) {
	context.setDefaultTimeout(TIMEOUT_MS);
	const page = await context.newPage();
	await page.goto(`${url}/signin`);
	const form = page.getByTestId('auth-form');
	await form.locator('input[type="email"]').fill(owner.email);
	await form.locator('input[type="password"]').fill(owner.password);
	await form.getByRole('button').click();
	await page.waitForURL(`${url}/home/**`);
	await page.close();
}

module.exports = { signIn };
