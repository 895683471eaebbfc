/** Node.js reads this file as it is, before anything that could read TypeScript: that needs Node.js 20 and the packages. So there
 * is no type in it. */
const MIN_NODE = 20;

if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
	console.error(`The demo needs Node.js ${MIN_NODE} or newer. This is ${process.version}.`);
	process.exit(1);
}
try {
	require.resolve('tsx/cjs');
} catch {
	console.error('Run "npm ci" first: it installs the packages that the demo needs.');
	process.exit(1);
}
