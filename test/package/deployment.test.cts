import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { INSTALL_FLAGS } from '../../dev/n8n/instance.cts';
import { queueEnvironment } from '../../dev/n8n/queueEnvironment.cts';
import { name } from '../../package.json';

const page = readFileSync(join(__dirname, '../../docs/deployment.md'), 'utf8');

/**
 * @param info what follows the opening fence
 * @returns the variables in these code blocks
 */
function variablesIn(info: string): Record<string, string> {
	const blocks = [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].filter(([, own]) => own === info);
	return Object.fromEntries(
		blocks.flatMap(([, , block]) =>
			[...block.matchAll(/^(\w+)=(.*)$/gm)].map(([, ...pair]) => pair),
		),
	);
}

/** What npm run test:queue would set at the addresses of the page. */
const { every, main } = queueEnvironment({
	postgres: {
		host: 'postgres.example.com',
		port: 5432,
		database: 'n8n',
		user: 'n8n',
		password: 'a-password',
	},
	redis: { host: 'redis.example.com', port: 6379 },
	encryptionKey: 'a-long-random-text',
	webhookUrl: 'https://n8n.example.com/',
});

test('docs/deployment.md has the environment of queue mode that the tests use', () => {
	expect(variablesIn('env')).toEqual(every);
	expect(variablesIn('env main')).toEqual(main);
});

test('docs/deployment.md installs the package as the tests do', () => {
	expect(page).toContain(`npm install ${INSTALL_FLAGS.join(' ')} ${name}\n`);
});
