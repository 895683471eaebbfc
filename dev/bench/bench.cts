/**
 * `npm run bench`: the node against the HTTP Request node, in one n8n. What it claims are ratios; the seconds are those of this
 * machine. `npm run bench -- atOnce` runs only the scenario of that name. `npm run bench -- phone:REVISION` compares how phone numbers
 * are read with a revision of git. It also draws the charts of the documentation.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { atOnce } from './atOnce.cts';
import { writeCharts } from './charts.cts';
import { lookups } from './lookups.cts';
import { phone } from './phone.cts';

const RESULT = path.join(__dirname, 'result.json');

type Scenario = (argument?: string) => Promise<{ result: object; table: string }>;

const scenarios: Record<string, Scenario> = { lookups, atOnce, phone };

/** @param wanted scenarios, with or without an argument after a colon; none: all */
async function bench(wanted: string[]) {
	const chosen = (wanted.length > 0 ? wanted : Object.keys(scenarios)).map((one) => one.split(':'));
	const unknown = chosen.map(([name]) => name).filter((name) => !Object.hasOwn(scenarios, name));
	if (unknown.length > 0) {
		throw new Error(`No scenario ${unknown.join(', ')}: ${Object.keys(scenarios).join(', ')}`);
	}
	for (const [name, argument] of chosen) {
		console.error(`Scenario ${name} …`);
		const { result, table } = await scenarios[name](argument);
		console.log(`\n${table}\n`);
		// The results of other scenarios stay.
		const results = { ...JSON.parse(await readFile(RESULT, 'utf8')), [name]: result };
		await writeFile(RESULT, `${JSON.stringify(results, null, '\t')}\n`);
		await writeCharts(results);
		console.error(`Written to ${path.relative(process.cwd(), RESULT)}`);
	}
}

bench(process.argv.slice(2)).catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
