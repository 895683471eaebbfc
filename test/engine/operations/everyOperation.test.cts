import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { operations, resources } from '../../../nodes/Talkover/operations';
import { everyOperation } from '../../helpers/e2e/everyOperation.cts';

/** Each operation as `Call: Make Call`. */
const NAMES = operations.map(({ resource, name }) => `${resources[resource].name}: ${name}`);

/** Get Active Call has its own workflows in a real n8n. */
const NOT_IN_WORKFLOW = ['Call: Get Active Call'];

const read = (file: string) => readFileSync(join(__dirname, '../../..', file), 'utf8');

/** The operations in the first column of a README's table: `Agent: Get, Get Many` are two. */
function inReadme(file: string) {
	const sections = read(file).split(/^## /m);
	const table = sections.find((section) => /^Opera/.test(section)) ?? '';
	return [...table.matchAll(/^\| (\w[\w ]*): ([^|]+)\|/gm)].flatMap(([, resource, names]) =>
		names.split(',').map((name) => `${resource}: ${name.replace(/\[(.*?)\]\(.*?\)/, '$1').trim()}`),
	);
}

/** The operations in the workflow for a real n8n. n8n does not save the default resource and operation. */
function inWorkflow() {
	const indexes = everyOperation('every operation', [{ phone: '+15551234501' }], 'webhook-1')
		.nodes.filter(({ type }) => type === 'n8n-nodes-talkover.talkover')
		.map(({ parameters }) => {
			const { resource = 'call', operation } = parameters as {
				resource?: string;
				operation?: string;
			};
			return operations.findIndex(
				(candidate) =>
					candidate.resource === resource && (!operation || candidate.value === operation),
			);
		});
	return [...NOT_IN_WORKFLOW, ...indexes.map((index) => NAMES[index])];
}

test.each([
	['the table of operations in README.md', () => inReadme('README.md')],
	['the table of operations in docs/pt-BR/README.md', () => inReadme('docs/pt-BR/README.md')],
	['test/helpers/e2e/everyOperation.cts', inWorkflow],
])('%s has every operation, and no other', (_, find) => {
	const found = find();
	expect({
		missing: NAMES.filter((name) => !found.includes(name)),
		unknown: found.filter((name) => !NAMES.includes(name)),
	}).toEqual({ missing: [], unknown: [] });
});

// A function that is made for each request would be another one each time, and its result would not be found in the cache.
test('each GET is read by a function of its module, so that equal requests of a run are one', () => {
	const files = readdirSync(join(__dirname, '../../../api'), { recursive: true }).map(String);
	const sources = files.filter((file) => file.endsWith('.ts')).map((file) => read(`api/${file}`));
	const calls = sources.flatMap((source) =>
		source
			.split('client.get(')
			.slice(1)
			.map((call) => ({ source, reader: /^.*?, (\w+)\);/s.exec(call)?.[1] })),
	);
	expect(calls.length).toBeGreaterThanOrEqual(5);
	for (const { source, reader } of calls) {
		expect(source).toMatch(new RegExp(`^(async )?function ${reader}\\(`, 'm'));
	}
});
