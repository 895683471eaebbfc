const { chmod, mkdtemp, rm, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { afterEach, beforeEach, expect, test } = require('@jest/globals');
const { findBrowser } = require('../../dev/editor/browser');

/** @type {string} */
let folder;
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-browser-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('without Chromium, the error says how to install it', () => {
	expect(() => findBrowser(folder)).toThrow('apt-get install chromium');
});

test('finds a program, but no other file', async () => {
	await writeFile(path.join(folder, 'chromium'), '');
	const chrome = path.join(folder, 'google-chrome');
	await writeFile(chrome, '');
	await chmod(chrome, 0o755);
	expect(findBrowser(['/nowhere', folder].join(path.delimiter))).toBe(chrome);
});
