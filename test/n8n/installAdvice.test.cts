import { expect, test } from '@jest/globals';
import { adviceFor } from '../../dev/n8n/installAdvice.cts';

test.each([
	[
		'npm error code ENOTFOUND\nnpm error request to https://registry.example/n8n failed',
		'registry',
	],
	['npm error code EAI_AGAIN', 'registry'],
	['npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write', 'disk is full'],
	['npm error code EROFS\nnpm error path /home/ana/.npm/_cacache/tmp', 'cannot be written to'],
	['npm error gyp ERR! find Python', 'Install Python 3'],
])('"%s" is explained', (output, advice) => {
	expect(adviceFor(output)).toContain(advice);
});

test('an unknown failure has no advice', () => {
	expect(adviceFor('npm error code ETARGET')).toBe('');
});
