import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Another user of the system; only root can run a command as one. */
export interface User {
	uid: number;
	gid: number;
}

export interface ProcessOptions {
	cwd: string;
	/** The whole environment; nothing is inherited. */
	env: NodeJS.ProcessEnv;
	/** Default: the user of this process. */
	user?: User;
}

export interface Ended {
	/** The exit code; 128 or more after a signal. */
	code: number;
	/** Stdout and stderr. */
	output: string;
}

export interface RunningProcess {
	/** Its output until now. */
	output: () => string;
	/** Never rejects. */
	ended: Promise<Ended>;
	/** Ends it and its child processes. */
	stop: () => Promise<Ended>;
	/** Ends them immediately, like a crash, so that nothing more is saved. */
	kill: () => Promise<Ended>;
}

export interface RunOptions extends ProcessOptions {
	signal?: AbortSignal;
	/** What the signal does; default: `stop`. */
	onAbort?: 'stop' | 'kill';
	/** Whether to ignore the exit code. */
	mayFail?: boolean;
}

/** How long n8n may take to finish writing, in seconds. */
const GRACE = 10;

/**
 * Runs a command in a shell, which ends it and its child processes when the shell's stdin is closed: by `stop`, or because this process
 * has ended, even by SIGKILL. Otherwise each test run that somebody interrupts would leave an n8n of 400 MB. The shell leads a process
 * group of its own.
 */
const GUARD = `
	exec 3<&0
	"$@" </dev/null 3<&- &
	command=$!
	{
		cat <&3
		kill -TERM $command
		seconds=0
		while kill -0 $command && [ $((seconds += 1)) -le ${GRACE} ]; do sleep 1; done
		kill -KILL 0
	} >/dev/null 2>&1 &
	wait $command`;

/**
 * Starts a command that ends with its child processes when it is stopped, or when this process ends.
 *
 * Its output goes to a file: a pipe loses what n8n has not written yet when it exits (seen with results of some megabytes).
 */
export function start(
	command: string,
	args: string[],
	{ cwd, env, user }: ProcessOptions,
): RunningProcess {
	const file = path.join(os.tmpdir(), `n8n-nodes-talkover-output-${randomUUID()}`);
	const stream = openSync(file, 'wx+', 0o600);
	// The file exists as long as a process has it open.
	rmSync(file);
	const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], {
		cwd,
		env,
		...user,
		detached: true,
		stdio: ['pipe', stream, stream],
	});
	let output = () => readAll(stream);
	const ended = endOf(guard)
		.then(
			(code) => ({ code, output: output() }),
			(error: Error) => ({ code: 127, output: error.message }),
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
			guard.stdin?.destroy();
			return ended;
		},
		kill() {
			killGroup(guard);
			return ended;
		},
	};
}

function readAll(file: number): string {
	const content = Buffer.alloc(fstatSync(file).size);
	readSync(file, content, 0, content.length, 0);
	return content.toString();
}

/** @returns the exit code */
async function endOf(guard: ChildProcess): Promise<number> {
	const [code]: Array<number | null> = await once(guard, 'exit');
	// A child of the command may have outlived it.
	killGroup(guard);
	return code ?? 137;
}

function killGroup({ pid }: ChildProcess): void {
	// Without a process ID, it could not be started.
	if (!pid) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// The group has no process any more.
	}
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// A process of another user is alive.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/**
 * Runs a command to its end.
 *
 * @returns its output
 * @throws Error with the end of its output if it fails, or the signal's reason if the signal stopped it
 */
export async function run(
	command: string,
	args: string[],
	{ signal, onAbort = 'stop', mayFail = false, ...options }: RunOptions,
): Promise<string> {
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

/** @returns the last lines of a text */
export function tail(text: string): string {
	return text.trimEnd().split('\n').slice(-40).join('\n');
}

/** @returns a PATH with this folder first */
export function pathWith(binFolder: string): string {
	return [binFolder, process.env.PATH].join(path.delimiter);
}
