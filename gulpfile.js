const { mkdir, readFile, rm, writeFile } = require('node:fs/promises');
const esbuild = require('esbuild');
// @ts-expect-error gulp brings no types, and three calls need none
const { dest, parallel, series, src } = require('gulp');
const { n8n } = require('./package.json');

/** The source and the output of each file that n8n loads. */
const entryPoints = [...n8n.nodes, ...n8n.credentials].map((file) => ({
	in: file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
	out: file.replace(/^dist\//, '').replace(/\.js$/, ''),
}));

/** The licenses of what is bundled: libphonenumber-js is under MIT, and the metadata in it, which are Google's, under Apache 2.0. */
const LICENSES = ['libphonenumber-js/LICENSE', 'libphonenumber-js/LICENSE.Apache'];

const clean = () => rm('dist', { recursive: true, force: true });

/** Bundles each entry into one file, because the package has no dependencies. Not minified, because n8n reviews the files. */
const bundle = () =>
	esbuild.build({
		entryPoints,
		outdir: 'dist',
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		external: ['n8n-workflow'],
		legalComments: 'none',
	});

const icons = () => src('icons/*.svg').pipe(dest('dist/icons'));
const codex = () => src('nodes/**/*.node.json').pipe(dest('dist/nodes'));

const notices = async () => {
	const texts = LICENSES.map(async (file) => {
		const text = await readFile(`node_modules/${file}`, 'utf8');
		return `${file}\n\n${text.trim()}\n`;
	});
	await mkdir('dist', { recursive: true });
	await writeFile('dist/THIRD_PARTY_NOTICES.txt', (await Promise.all(texts)).join('\n\n'));
};

exports.default = series(clean, parallel(bundle, icons, codex, notices));
