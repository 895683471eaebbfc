import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { onChange } from '../../dev/demo/onChange.cts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'talkover-change-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

/** Runs an action for each input. @returns the inputs that it ran for */
async function runFor(...inputs: string[]) {
	const ran: string[] = [];
	for (const input of inputs) {
		const action = async () => {
			ran.push(input);
			if (input === 'fails') await Promise.reject(new Error('Half done'));
		};
		await onChange(folder, 'action', input, action).catch(() => undefined);
	}
	return ran;
}

test('an action runs only for another input than the last time', async () => {
	expect(await runFor('a', 'a', 'b', 'b', 'a')).toEqual(['a', 'b', 'a']);
});

test('after an action that failed, it runs again for any input', async () => {
	expect(await runFor('a', 'fails', 'fails', 'a', 'a')).toEqual(['a', 'fails', 'fails', 'a']);
});
