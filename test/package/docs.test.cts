import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { drawCharts } from '../../dev/bench/charts.cts';
import results from '../../dev/bench/result.json';
import manifest from '../../package.json';
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

/** @returns the anchors of its headings, as GitHub makes them */
function anchorsOf(page: string): string[] {
	const headings = read(page).matchAll(/^#+ (.+)$/gm);
	return [...headings].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\- ]/gu, '')
			.replaceAll(' ', '-'),
	);
}

test.each(pages)('each link and picture in %s is there', (page) => {
	const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
	const broken = links.filter((link) => {
		if (/^(https?|mailto):/.test(link)) return false;
		const [file, anchor] = link.split('#');
		const target = file ? path.join(path.dirname(page), file) : page;
		if (!existsSync(path.join(project, target))) return true;
		return anchor !== undefined && !anchorsOf(target).includes(decodeURIComponent(anchor));
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
			expect([...anchorsOf(target), 'readme']).toContain(anchor);
		}
	}
});
