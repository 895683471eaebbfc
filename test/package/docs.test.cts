import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { drawCharts } from '../../dev/bench/charts.cts';
import results from '../../dev/bench/result.json';
import manifest from '../../package.json';
import { anchorsOf, linksIn, resolveLink, sectionsOf } from '../helpers/markdown.cts';
import { AGENT_EVENTS, CAMPAIGN_EVENTS } from '../../api/webhooks/events';

const project = path.resolve(__dirname, '../..');

const read = (file: string) => readFileSync(path.join(project, file), 'utf8');

const pagesIn = (folder: string) =>
	readdirSync(path.join(project, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => path.join(folder, name));

const pages = [...pagesIn('.'), ...pagesIn('docs'), ...pagesIn('docs/pt-BR')];

/** Pages for developers are in English only. */
const ENGLISH_ONLY = ['decisions.md'];

const EXTERNAL = /^(https?|mailto):/;

test.each(pages)('each link and picture in %s is there', (page) => {
	const broken = linksIn(read(page)).filter((link) => {
		if (EXTERNAL.test(link)) return false;
		const [file] = link.split('#');
		if (!existsSync(path.join(project, path.dirname(page), file))) return true;
		return resolveLink(page, link, read).heading === -1;
	});
	expect(broken).toEqual([]);
});

test('the charts show the results of the last benchmark', () => {
	const charts = drawCharts(results);
	const shown = Object.keys(charts).map((name) => [name, read(`docs/pictures/${name}`)]);
	expect(Object.fromEntries(shown)).toEqual(charts);
});

test('the pages for users are in both languages', () => {
	const names = (folder: string) => pagesIn(folder).map((page) => path.basename(page));
	const forUsers = names('docs').filter((name) => !ENGLISH_ONLY.includes(name));
	expect(names('docs/pt-BR')).toEqual(['README.md', ...forUsers]);
});

/** The English page of a Portuguese one; any other file is its own. */
function inEnglish(file: string): string {
	const [, name] = /^docs\/pt-BR\/(.+)$/.exec(file) ?? [];
	if (!name) return file;
	return name === 'README.md' ? name : `docs/${name}`;
}

/** A link as the sections of both languages have it: `docs/operations.md, heading 3`. */
function inBothLanguages(page: string, link: string): string {
	if (EXTERNAL.test(link)) return link.replace('docs.talkover.ai/pt-br', 'docs.talkover.ai');
	const { file, heading } = resolveLink(page, link, read);
	return heading === undefined ? inEnglish(file) : `${inEnglish(file)}, heading ${heading + 1}`;
}

test.each(pagesIn('docs/pt-BR'))(
	'%s has the headings, lists, tables, code and links of the English page',
	(page) => {
		const sections = (file: string) =>
			sectionsOf(read(file), (link) => inBothLanguages(file, link));
		const translated = sections(page);
		const english = sections(inEnglish(page));
		expect(translated.map(({ level }) => level)).toEqual(english.map(({ level }) => level));
		expect(translated).toEqual(
			english.map((section, nth) => ({ ...section, heading: translated[nth].heading })),
		);
	},
);

test('docs/pt-BR/errors.md has the messages of docs/errors.md, which n8n shows in English', () => {
	const messages = (page: string) =>
		[...read(page).matchAll(/^\| (.+?) +\|/gm)].map(([, cell]) => cell);
	const words = {
		Mensagem: 'Message',
		' ou ': ' or ',
		botão: 'button',
		'do próprio n8n': "n8n's own",
	};
	const inPortuguese = messages('docs/pt-BR/errors.md').map((message) =>
		Object.entries(words).reduce((text, [word, english]) => text.replace(word, english), message),
	);
	expect(inPortuguese).toEqual(messages('docs/errors.md'));
});

test.each(['docs/operations.md', 'docs/pt-BR/operations.md'])(
	'%s has each event of an agent and of a campaign, in a row of a table',
	(page) => {
		const text = read(page);
		const names = [...AGENT_EVENTS, ...CAMPAIGN_EVENTS].map(({ name }) => name);
		expect(names).toHaveLength(22 + 13);
		const rows = [...text.matchAll(/^\| `((?:event_|campaign).+?)` +\|/gm)].map(([, name]) => name);
		expect(rows).toEqual(names);
	},
);

test.each(['README.md', 'docs/pt-BR/README.md'])('%s has at most 1,800 words', (page) => {
	const words = read(page)
		.split(/\s+/)
		.filter((word) => /[\p{L}\p{N}]/u.test(word));
	expect(words.length).toBeLessThanOrEqual(1800);
});

/** Without `.git`, as `package.json` has it. */
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');

test('all links to the repository have the address in package.json', () => {
	const files = [
		'SECURITY.md',
		'package.json',
		'credentials/TalkoverApi.credentials.ts',
		'nodes/Talkover/Talkover.node.json',
		'nodes/TalkoverTrigger/TalkoverTrigger.node.json',
		...readdirSync(path.join(project, '.github/ISSUE_TEMPLATE')).map(
			(name) => `.github/ISSUE_TEMPLATE/${name}`,
		),
	];
	const links = files.flatMap((file) =>
		[...read(file).matchAll(/https:\/\/github\.com[^"'\s)]*/g)].map(([link]) => [file, link]),
	);
	expect(links.length).toBeGreaterThan(5);
	expect(links.filter(([, link]) => !link.startsWith(repository))).toEqual([]);
});

test('the addresses that n8n links to are headings of the documentation', () => {
	const files = [
		'credentials/TalkoverApi.credentials.ts',
		'nodes/Talkover/Talkover.node.json',
		'nodes/TalkoverTrigger/TalkoverTrigger.node.json',
	];
	for (const file of files) {
		const links = [...read(file).matchAll(/https:\/\/github\.com[^"'\s]*/g)].map(([link]) => link);
		expect(links.length).toBeGreaterThan(0);
		for (const link of links) {
			const [page, anchor] = link.split('#');
			const target =
				page === repository ? 'README.md' : page.replace(`${repository}/blob/main/`, '');
			expect([...anchorsOf(read(target)), 'readme']).toContain(anchor);
		}
	}
});
