/**
 * Runs a command and sees to its end: when whoever started the guard closes the channel or dies, however it dies,
 * the command and all that it has started end too. Started as the leader of a process group of its own; see processes.js.
 */
const { spawn } = require('node:child_process');
const { constants } = require('node:os');

/** n8n gets this long to finish what it is writing. */
const GRACE_MS = 10_000;

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** The guard is in the group, so this is its own end as well. */
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
