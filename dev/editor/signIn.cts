import type { BrowserContext } from 'playwright-core';
import { owner } from '../demo/owner.cts';

/** Far more than a slow and busy machine needs. */
const TIMEOUT_MS = 120_000;

/**
 * Signs in to the demo's n8n like a person. All pages of the context are signed in then.
 *
 * @param url of the editor
 */
export async function signIn(context: BrowserContext, url: string) {
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
