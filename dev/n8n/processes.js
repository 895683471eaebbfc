const { spawn } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const { closeSync, fstatSync, openSync, readSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * @typedef {object} ProcessOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env the whole environment; nothing is inherited
 * @property {User} [user] default: the user of this process
 */
/** @typedef {{ uid: number, gid: number }} User another user of the system; only root can run a command as one */
/**
 * @typedef {object} Ended
 * @property {number} code the exit code; 128 or more after a signal
 * @property {string} output stdout and stderr
 */
/**
 * @typedef {object} RunningProcess
 * @property {() => string} output until now
 * @property {Promise<Ended>} ended never rejects
 * @property {() => Promise<Ended>} stop ends it and its child processes
 * @property {() => Promise<Ended>} kill ends them immediately, like a crash, so that nothing more is saved
 */

/**
 * Starts a command that ends with its child processes when it is stopped, or when this process ends.
 *
 * Its output goes to a file: a pipe loses what n8n has not written yet when it exits (seen with results of some megabytes).
 *
 * @param {string} command
 * @param {string[]} args
 * @param {ProcessOptions} options
 * @returns {RunningProcess}
 */
function start(command, args, { cwd, env, user }) {
	const file = path.join(os.tmpdir(), `n8n-nodes-talkover-output-${randomUUID()}`);
	const stream = openSync(file, 'wx+', 0o600);
	// The file exists as long as a process has it open.
	rmSync(file);
	const guarded = [JSON.stringify(user ?? {}), command, ...args];
	const guard = spawn(process.execPath, [path.join(__dirname, 'guard.js'), ...guarded], {
		cwd,
		env,
		detached: true,
		stdio: ['ignore', stream, stream, 'ipc'],
	});
	let output = () => readAll(stream);
	const ended = endOf(guard)
		.then(
			(code) => ({ code, output: output() }),
			(error) => ({ code: 127, output: error.message }),
		)
		.then((end) => {
			output = () => end.output;
			closeSync(stream);
			return end;
		});
	return {
		output: () => output(),
		ended,
		stop() {
			if (guard.connected) guard.disconnect();
			return ended;
		},
		kill() {
			killGroup(/** @type {number} */ (guard.pid));
			return ended;
		},
	};
}

/** @param {number} file */
function readAll(file) {
	const content = Buffer.alloc(fstatSync(file).size);
	readSync(file, content, 0, content.length, 0);
	return content.toString();
}

/**
 * @param {import('node:child_process').ChildProcess} guard
 * @returns {Promise<number>} the exit code
 */
async function endOf(guard) {
	const [code] = await once(guard, 'exit');
	// A child of the command may have outlived it.
	killGroup(/** @type {number} */ (guard.pid));
	return code ?? 137;
}

/** @param {number} pid of the group's leader */
function killGroup(pid) {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// The group has no process any more.
	}
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// A process of another user is alive.
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {ProcessOptions & { signal?: AbortSignal, onAbort?: 'stop' | 'kill', mayFail?: boolean }} options `onAbort`: what the signal does, by default `stop`; `mayFail`: whether to ignore the exit code
 * @returns {Promise<string>} its output
 * @throws {Error} with the end of its output if it fails, or the signal's reason if the signal stopped it
 */
async function run(command, args, { signal, onAbort = 'stop', mayFail = false, ...options }) {
	signal?.throwIfAborted();
	const running = start(command, args, options);
	signal?.addEventListener('abort', running[onAbort], { once: true });
	const { code, output } = await running.ended;
	signal?.removeEventListener('abort', running[onAbort]);
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
 * @returns {string} a PATH with this folder first
 */
function pathWith(binFolder) {
	return [binFolder, process.env.PATH].join(path.delimiter);
}

module.exports = { isAlive, start, run, tail, pathWith };
