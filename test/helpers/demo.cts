import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../../dev/until.cts';

const project = path.resolve(__dirname, '../..');

const START = [
	'--require',
	'./dev/demo/requirements.cts',
	'--require',
	'tsx/cjs',
	'dev/demo/start.cts',
];

export type Demo = Awaited<ReturnType<typeof startDemo>>;

/**
 * Starts the demo as a terminal does: in its own process group.
 *
 * @param env added to the environment
 * @param command default: without npm
 */
export function startDemo(
	env: NodeJS.ProcessEnv,
	[command, ...args]: string[] = [process.execPath, ...START],
) {
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
		/** @param text waits until it is printed */
		untilPrinted: (text: string) =>
			until(() => {
				if (!output.includes(text) && hasEnded) throw new Error(`The demo ended:\n${output}`);
				return output.includes(text);
			}),
		/** Presses Ctrl-C: the signal reaches npm, too. */
		interrupt: () => process.kill(-(child.pid as number), 'SIGINT'),
		/** Ends it in any case. */
		async end() {
			if (!hasEnded) child.kill('SIGTERM');
			await closed;
		},
	};
}
