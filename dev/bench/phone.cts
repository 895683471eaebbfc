import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import type { PhoneNumber } from 'libphonenumber-js/max';
import { markdownTable } from './stage.cts';

const ROOT = path.join(__dirname, '../..');
const PHONE = 'nodes/Talkover/phone/index.ts';
const TURNS = 7;
const UNASSIGNED = 1500;

type ToE164 = (value: unknown, defaultCountry?: string) => string;
type Written = [value: unknown, defaultCountry: string];

const digits = (text: string) => text.replace(/\D/g, '');

/** How a number of a country is written. */
const WAYS: Record<string, (number: PhoneNumber) => Written> = {
	'E.164': ({ number }) => [number, ''],
	international: (number) => [number.formatInternational(), number.country ?? ''],
	'with dots': (number) => [number.formatInternational().replace(/[ -]/g, '.'), ''],
	'with 00': ({ number, country = '' }) => [number.replace('+', '00'), country],
	national: (number) => [number.formatNational(), number.country ?? ''],
	'national, digits': (number) => [digits(number.formatNational()), number.country ?? ''],
	'without its trunk prefix': ({ nationalNumber, country = '' }) => [nationalNumber, country],
	'without a plus': ({ number, country = '' }) => [digits(number), country],
	'as a JSON number': ({ number, country = '' }) => [Number(digits(number)), country],
};

/**
 * Reading phone numbers, as in the working tree and as in another revision: the time, and whether the answers are the same. Without n8n.
 *
 * @param revision of git; default: HEAD
 */
export async function phone(revision = 'HEAD') {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'talkover-bench-'));
	try {
		const archive = execFileSync('git', ['archive', revision, 'nodes', 'api'], { cwd: ROOT });
		execFileSync('tar', ['-x', '-C', folder], { input: archive });
		const before = await load(path.join(folder, PHONE), path.join(folder, 'before.cjs'));
		const now = await load(path.join(ROOT, PHONE), path.join(folder, 'now.cjs'));
		const rows = Object.entries(samples()).map(([way, written]) => ({
			way,
			numbers: written.length,
			...compare(before, now, written),
		}));
		const table = markdownTable(
			['Time before, now = 1', 'Numbers', 'Before', 'Now', 'Other answers', 'Written'],
			rows.map(({ way, numbers, beforeUs, nowUs, ratio, others }) => [
				`${ratio} ×`,
				numbers,
				`${beforeUs} µs`,
				`${nowUs} µs`,
				others,
				way,
			]),
		);
		return { result: { revision, rows }, table };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function load(source: string, bundle: string): Promise<ToE164> {
	await build({
		entryPoints: [source],
		outfile: bundle,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		nodePaths: [path.join(ROOT, 'node_modules')],
	});
	const { toE164 } = (await import(bundle)) as { toE164: ToE164 };
	return toE164;
}

/** The example number of each country with ten endings, in each way, and fictitious numbers. */
function samples(): Record<string, Written[]> {
	const numbers = getCountries().flatMap((country) => {
		const example = getExampleNumber(country, examples) as PhoneNumber;
		return Array.from({ length: 10 }, (_, ending) => withEnding(example, String(ending)));
	});
	const ways = Object.entries(WAYS).map(([way, write]) => [way, numbers.map(write)]);
	const unassigned = Array.from({ length: UNASSIGNED }, (_, index): Written => [
		`+1555${1_000_000 + index * 37}`,
		index % 2 ? 'US' : '',
	]);
	return { ...Object.fromEntries(ways), 'unassigned, as +1 555 …': unassigned };
}

/** A number with another last digit. */
function withEnding(number: PhoneNumber, ending: string): PhoneNumber {
	const other = Object.assign(Object.create(Object.getPrototypeOf(number)), number) as PhoneNumber;
	other.number = `${number.number.slice(0, -1)}${ending}` as PhoneNumber['number'];
	other.nationalNumber = `${number.nationalNumber.slice(0, -1)}${ending}` as never;
	return other;
}

/** In alternating turns, by the time of the CPU: other processes of the machine do not count. */
function compare(before: ToE164, now: ToE164, written: Written[]) {
	const times = { before: Infinity, now: Infinity };
	for (let turn = 0; turn < TURNS; turn++) {
		times.before = Math.min(times.before, timeOf(before, written));
		times.now = Math.min(times.now, timeOf(now, written));
	}
	const others = written.filter((one) => answerOf(before, one) !== answerOf(now, one));
	return {
		beforeUs: Number(times.before.toFixed(1)),
		nowUs: Number(times.now.toFixed(1)),
		ratio: Number((times.before / times.now).toFixed(1)),
		others: others.length,
	};
}

/** @returns microseconds for one number */
function timeOf(toE164: ToE164, written: Written[]): number {
	const from = process.cpuUsage();
	for (const one of written) answerOf(toE164, one);
	const { user, system } = process.cpuUsage(from);
	return (user + system) / written.length;
}

function answerOf(toE164: ToE164, [value, defaultCountry]: Written): string {
	try {
		return toE164(value, defaultCountry);
	} catch {
		return 'error';
	}
}
