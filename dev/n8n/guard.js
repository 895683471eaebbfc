/**
 * Runs a command, and ends it and its child processes when the process that started the guard closes the channel or ends, even by a
 * crash. Started as the leader of its own process group: see processes.js.
 *
 * Arguments: the user to run the command as, `{ "uid": …, "gid": … }` or `{}` for the guard's own user; the command; its arguments.
 */
const { spawn } = require('node:child_process');
const { constants } = require('node:os');

/** How long n8n may take to finish writing. */
const GRACE_MS = 10_000;

const [user, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, {
	stdio: ['ignore', 'inherit', 'inherit'],
	...JSON.parse(user),
});

/** Ends the guard, too, because it is in the group. */
const killGroup = () => process.kill(-process.pid, 'SIGKILL');

child.once('error', (error) => {
	console.error(error.message);
	process.exit(127);
});
child.once('exit', (code, signal) => {
	if (!process.connected) killGroup();
	process.exit(code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)]);
});
process.once('disconnect', () => {
	child.kill('SIGTERM');
	setTimeout(killGroup, GRACE_MS);
});
