/**
 * `npm run bench`: the node against the HTTP Request node, in one n8n. What it claims are ratios; the seconds are those of this
 * machine. `npm run bench -- atOnce` runs only the scenario of that name.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { atOnce } from './atOnce.cts';
import { lookups } from './lookups.cts';

const RESULT = path.join(__dirname, 'result.json');

const scenarios: Record<string, () => Promise<{ result: object; table: string }>> = {
	lookups,
	atOnce,
};

/** @param names of scenarios; none: all */
async function bench(names: string[]) {
	const unknown = names.filter((name) => !Object.hasOwn(scenarios, name));
	if (unknown.length > 0) {
		throw new Error(`No scenario ${unknown.join(', ')}: ${Object.keys(scenarios).join(', ')}`);
	}
	for (const name of names.length > 0 ? names : Object.keys(scenarios)) {
		console.error(`Scenario ${name} …`);
		const { result, table } = await scenarios[name]();
		console.log(`\n${table}\n`);
		// The results of other scenarios stay.
		const results = { ...JSON.parse(await readFile(RESULT, 'utf8')), [name]: result };
		await writeFile(RESULT, `${JSON.stringify(results, null, '\t')}\n`);
		console.error(`Written to ${path.relative(process.cwd(), RESULT)}`);
	}
}

bench(process.argv.slice(2)).catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
