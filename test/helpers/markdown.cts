import path from 'node:path';

/** What a page and its translation have in common, from one heading to the next. */
export interface Section {
	/** Empty before the first heading. */
	heading: string;
	/** 0 before the first heading. */
	level: number;
	listItems: number;
	/** For each table, the number of cells in each row. */
	tables: number[][];
	/** Fenced blocks with their language, without comments. */
	blocks: string[];
	/** Inline code, each once, sorted. */
	code: string[];
	/** Where links and pictures lead to, sorted. */
	links: string[];
}

interface Lines {
	heading: string;
	level: number;
	text: string[];
	blocks: string[];
}

const FENCE = /^\s*```(.*)$/;
const COMMENT = /^\s*(?:#|\/\/|--) /;
const INLINE_CODE = /`[^`]+`/g;

/** @returns the anchors of a page's headings in their order, as GitHub makes them */
export function anchorsOf(markdown: string): string[] {
	return cut(markdown)
		.slice(1)
		.map(({ heading }) =>
			heading
				.toLowerCase()
				.replace(/[^\p{L}\p{N}\- ]/gu, '')
				.replaceAll(' ', '-'),
		);
}

/** @returns where the links and pictures of a text lead to, as written */
export function linksIn(markdown: string): string[] {
	return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
}

/**
 * @param resolve gives a link the same text in each language
 * @returns the sections of a page; the first is what comes before its first heading
 */
export function sectionsOf(markdown: string, resolve: (link: string) => string): Section[] {
	return cut(markdown).map(({ heading, level, text, blocks }) => {
		const prose = text.join('\n');
		const code = prose.match(INLINE_CODE) ?? [];
		return {
			heading,
			level,
			listItems: text.filter((line) => /^\s*(?:[-*]|\d+\.) /.test(line)).length,
			tables: tablesIn(text),
			blocks,
			code: [...new Set(code)].sort(),
			links: linksIn(prose.replace(INLINE_CODE, '')).map(resolve).sort(),
		};
	});
}

/** A link of a page, relative to the project, with the number of the heading in place of its anchor. */
export function resolveLink(
	page: string,
	link: string,
	read: (file: string) => string,
): { file: string; heading: number | undefined } {
	const [file, anchor] = link.split('#');
	const target = file ? path.join(path.dirname(page), file) : page;
	const heading =
		anchor === undefined ? undefined : anchorsOf(read(target)).indexOf(decodeURIComponent(anchor));
	return { file: target, heading };
}

function cut(markdown: string): Lines[] {
	const sections: Lines[] = [{ heading: '', level: 0, text: [], blocks: [] }];
	let block: string[] | undefined;
	for (const line of markdown.split('\n')) {
		const section = sections[sections.length - 1];
		const [, hashes, heading] = /^(#+) (.+)$/.exec(line) ?? [];
		if (FENCE.test(line)) {
			if (block) section.blocks.push(block.join('\n'));
			block = block ? undefined : [line];
		} else if (block) {
			if (!COMMENT.test(line)) block.push(line);
		} else if (hashes) {
			sections.push({ heading, level: hashes.length, text: [], blocks: [] });
		} else {
			section.text.push(line);
		}
	}
	if (block) throw new Error(`A code block does not end: ${block[0]}`);
	return sections;
}

function tablesIn(lines: string[]): number[][] {
	const tables: number[][] = [];
	let inTable = false;
	for (const line of lines) {
		const isRow = line.startsWith('|');
		if (isRow && !inTable) tables.push([]);
		inTable = isRow;
		if (isRow) tables[tables.length - 1].push(cellsIn(line));
	}
	return tables;
}

const cellsIn = (row: string) =>
	row.replace(INLINE_CODE, '').replaceAll('\\|', '').split('|').length - 2;
