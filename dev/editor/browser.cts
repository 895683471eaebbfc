import { chromium, selectors } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { findExecutable, foldersIn } from '../findExecutable.cts';

// n8n's own tests find the parts of the editor by it.
selectors.setTestIdAttribute('data-test-id');

/** The programs that may be there, the best first. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const FLAGS = [
	// Chromium refuses its sandbox to root, as in many containers.
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/**
 * @param searchPath folders as in PATH, which is the default
 * @returns the path of the machine's Chromium
 * @throws Error that says how to install it, if there is none
 */
export function findBrowser(searchPath?: string): string {
	const found = findExecutable(NAMES, foldersIn(searchPath));
	if (found) return found;
	throw new Error(
		`There is no Chromium on the PATH (${NAMES.join(', ')}). On Debian or Ubuntu: apt-get install chromium`,
	);
}

/**
 * Starts the machine's Chromium without a window. It ends with this process.
 *
 * @throws Error if there is none, or it does not start
 */
export async function launchBrowser(): Promise<Browser> {
	return await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
}
