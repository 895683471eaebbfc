import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findBrowser } from '../../dev/editor/browser.cts';

let folder: string;
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
