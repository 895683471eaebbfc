const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');

/** @typedef {import('node:stream').Readable} Readable */
/**
 * @typedef {object} ProcessOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env the whole environment; nothing is inherited
 */
/**
 * @typedef {object} Ended
 * @property {number} code the exit code; 128 and more after a signal
 * @property {string} output of stdout and stderr, as they came
 */
/**
 * @typedef {object} RunningProcess
 * @property {() => string} output until now
 * @property {Promise<Ended>} ended never rejects
 * @property {() => Promise<Ended>} stop ends it and all that it started
 */

/**
 * Starts a command that ends when it is stopped, or when this process does, with all that it has started itself.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {ProcessOptions} options
 * @returns {RunningProcess}
 */
function start(command, args, { cwd, env }) {
	const guard = spawn(process.execPath, [path.join(__dirname, 'guard.js'), command, ...args], {
		cwd,
		env,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	const { stdout, stderr } =
		/** @type {import('node:child_process').ChildProcessByStdio<null, Readable, Readable>} */ (
			/** @type {unknown} */ (guard)
		);
	const streams = [stdout, stderr];
	let output = '';
	for (const stream of streams) stream.setEncoding('utf8').on('data', (text) => (output += text));
	const ended = endOf(guard, streams).then(
		(code) => ({ code, output }),
		(error) => ({ code: 127, output: error.message }),
	);
	return {
		output: () => output,
		ended,
		stop() {
			if (guard.connected) guard.disconnect();
			return ended;
		},
	};
}

/**
 * Not the event `close`, which never comes after a disconnect (seen in Node 20).
 *
 * @param {import('node:child_process').ChildProcess} guard
 * @param {Readable[]} streams
 * @returns {Promise<number>} the exit code, when all output is here
 */
async function endOf(guard, streams) {
	const closed = streams.map((stream) => once(stream, 'close'));
	const [code] = await once(guard, 'exit');
	// A child of the command that has outlived it would keep the streams open.
	killGroup(/** @type {number} */ (guard.pid));
	await Promise.all(closed);
	return code ?? 137;
}

/** @param {number} pid of the group's leader */
function killGroup(pid) {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// Nobody is left in it.
	}
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {ProcessOptions & { signal?: AbortSignal, mayFail?: boolean }} options `mayFail`: its exit code says nothing of interest
 * @returns {Promise<string>} what it printed
 * @throws {Error} with the end of what it printed, if it fails; the signal's reason, if that stopped it
 */
async function run(command, args, { signal, mayFail = false, ...options }) {
	signal?.throwIfAborted();
	const running = start(command, args, options);
	signal?.addEventListener('abort', running.stop, { once: true });
	const { code, output } = await running.ended;
	signal?.removeEventListener('abort', running.stop);
	signal?.throwIfAborted();
	if (code !== 0 && !mayFail) {
		const name = [command, ...args].map((part) => path.basename(part)).join(' ');
		throw new Error(`"${name}" failed with exit code ${code}:\n${tail(output)}`);
	}
	return output;
}

/**
 * @param {string} text
 * @returns {string} its last lines
 */
function tail(text) {
	return text.trimEnd().split('\n').slice(-40).join('\n');
}

/**
 * @param {string} binFolder
 * @returns {string} a PATH that finds commands there first
 */
function pathWith(binFolder) {
	return [binFolder, process.env.PATH].join(path.delimiter);
}

module.exports = { start, run, tail, pathWith };
