import path from 'node:path';
import { expect, test } from '@jest/globals';
import { findProgram } from '../../dev/n8n/services/program.cts';

test('finds a program in PATH, and only there if a folder is given', async () => {
	const found = await findProgram('npm');
	expect(path.basename(found)).toBe('npm');
	expect(await findProgram('npm', path.dirname(found))).toBe(found);
	await expect(findProgram('npm', __dirname)).rejects.toThrow('"npm" is not installed');
});

test('says how to install a program that is missing', async () => {
	await expect(findProgram('no-such-program')).rejects.toThrow(
		'apt-get install postgresql redis-server',
	);
});
