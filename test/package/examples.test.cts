import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { templateOf, TITLES } from '../../dev/gallery/template.cts';
import type { Workflow } from '../../dev/n8n/instance.cts';

const folder = path.resolve(__dirname, '../../examples');
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

test.each(names)('%s reads no number as one of a country that its user did not choose', (name) => {
	expect(read(name)).not.toContain('defaultCountry');
});

test.each(names)('a note in %s names each node in which something is to be chosen', (name) => {
	const { nodes }: Workflow = JSON.parse(read(name));
	const notes = nodes.flatMap(({ parameters: { content } }) => (content ? [content] : [])).join();
	const isEmpty = (value: unknown) => (value as { value?: string } | undefined)?.value === '';
	const unnamed = nodes
		.filter(({ parameters }) => [parameters.agentId, parameters.dataTableId].some(isEmpty))
		.filter((node) => !notes.includes(`**${node.name}**`));
	expect(unnamed.map((node) => node.name)).toEqual([]);
});

// The editor's button executes the first schedule in the file.
test('opening-hours.json closes the line when somebody just executes it', () => {
	const { nodes }: Workflow = JSON.parse(read('opening-hours.json'));
	const first = nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger');
	expect(first?.name).toBe('Closing Time');
});

test('each example has a title in the template gallery', () => {
	expect(Object.keys(TITLES).sort()).toEqual([...names].sort());
});

test.each(names)('%s is a template without credentials, with a note on what it needs', (name) => {
	const template = templateOf(name, JSON.parse(read(name)));
	const text = JSON.stringify(template);
	expect(text).not.toMatch(/talkoverDemo|"credentials"/);
	expect(template).not.toHaveProperty('id');
	expect(template.nodes[0].parameters?.content).toContain('Self-hosted n8n');
});
