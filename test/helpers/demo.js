const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { until } = require('./until');

const project = path.resolve(__dirname, '../..');

const START = [
	'--require',
	'./dev/demo/requirements.js',
	'--require',
	'tsx/cjs',
	'dev/demo/start.cts',
];

/** @typedef {Awaited<ReturnType<typeof startDemo>>} Demo */

/**
 * Starts the demo as a terminal does: in its own process group.
 *
 * @param {NodeJS.ProcessEnv} env added to the environment
 * @param {string[]} [command] default: without npm
 */
function startDemo(env, [command, ...args] = [process.execPath, ...START]) {
	const { TALKOVER_TOKEN: _token, TALKOVER_BASE_URL: _url, ...inherited } = process.env;
	const child = spawn(command, args, {
		cwd: project,
		env: { ...inherited, ...env },
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text) => (output += text));
	}
	const closed = once(child, 'close').then(([code, signal]) => ({ code, signal }));
	let hasEnded = false;
	void closed.then(() => (hasEnded = true));
	return {
		/** What it has printed until now. */
		output: () => output,
		/** Resolves when it has ended and closed its output. */
		closed,
		/** @param {string} text waits until it is printed */
		untilPrinted: (text) =>
			until(() => {
				if (!output.includes(text) && hasEnded) throw new Error(`The demo ended:\n${output}`);
				return output.includes(text);
			}),
		/** Presses Ctrl-C: the signal reaches npm, too. */
		interrupt: () => process.kill(-(/** @type {number} */ (child.pid)), 'SIGINT'),
		/** Ends it in any case. */
		async end() {
			if (!hasEnded) child.kill('SIGTERM');
			await closed;
		},
	};
}

module.exports = { startDemo };
