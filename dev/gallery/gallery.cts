/** `npm run gallery`: makes the files for n8n's template gallery from the examples, in `gallery/`. They are submitted by hand. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Workflow } from '../n8n/instance.cts';
import { project } from '../n8n/pack.cts';
import { templateOf, TITLES } from './template.cts';

const folder = path.join(project, 'gallery');

async function makeGallery() {
	await mkdir(folder, { recursive: true });
	for (const name of await readdir(path.join(project, 'examples'))) {
		if (!(name in TITLES)) continue;
		const text = await readFile(path.join(project, 'examples', name), 'utf8');
		const template = templateOf(name, JSON.parse(text) as Workflow);
		await writeFile(path.join(folder, name), `${JSON.stringify(template, null, '\t')}\n`);
		console.log(`${path.relative(process.cwd(), path.join(folder, name))}: ${template.name}`);
	}
}

makeGallery().catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
