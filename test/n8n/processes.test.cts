import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { isAlive, run, start } from '../../dev/n8n/processes.cts';
import { until } from '../../dev/until.cts';

const options = { cwd: __dirname, env: { PATH: process.env.PATH } };

/** Prints its own process id and that of a child, which ignores SIGTERM. */
const family = `
	if (process.argv[1] === 'child') {
		process.on('SIGTERM', () => {});
		setInterval(() => {}, 1000);
	} else {
		const { pid } = require('node:child_process').spawn(process.execPath, ['-e', process.env.PROGRAM, 'child']);
		console.log('family', process.pid, pid);
		if (process.argv[1] === 'ends') setTimeout(() => process.exit(7), 200);
		else setInterval(() => {}, 1000);
	}`;
const familyOptions = { ...options, env: { ...options.env, PROGRAM: family } };

async function pidsIn(output: () => string): Promise<number[]> {
	const printed = () => /family (\d+) (\d+)\n/.exec(output());
	await until(printed);
	const [, parent, child] = printed() ?? [];
	return [Number(parent), Number(child)];
}

const untilGone = async (pids: number[]) => await until(() => !pids.some(isAlive));

test('a process that is stopped ends with all processes that it started', async () => {
	const running = start(process.execPath, ['-e', family, 'parent'], familyOptions);
	const pids = await pidsIn(running.output);
	expect(pids.map(isAlive)).toEqual([true, true]);
	await running.stop();
	await untilGone(pids);
});

test('a process that ends by itself leaves no process behind, and its exit code is returned', async () => {
	const running = start(process.execPath, ['-e', family, 'ends'], familyOptions);
	const pids = await pidsIn(running.output);
	expect((await running.ended).code).toBe(7);
	await untilGone(pids);
});

test('a process ends when this one is killed', async () => {
	const us = spawn(
		process.execPath,
		[
			'--require',
			'tsx/cjs',
			'-e',
			`const running = require('../../dev/n8n/processes.cts').start(process.execPath, ['-e', process.env.PROGRAM, 'parent'], { cwd: '.', env: process.env });
			setInterval(() => process.stdout.write(running.output()), 50);`,
		],
		{ ...familyOptions, stdio: ['ignore', 'pipe', 'inherit'] },
	);
	let output = '';
	us.stdout.setEncoding('utf8').on('data', (text) => (output += text));
	const pids = await pidsIn(() => output);
	us.kill('SIGKILL');
	await once(us, 'exit');
	await untilGone(pids);
});

test('the output of a command is its own only, also when it ends at once', async () => {
	const outputs = await Promise.all(
		Array.from({ length: 100 }, () => run('echo', ['ready'], options)),
	);
	expect(new Set(outputs)).toEqual(new Set(['ready\n']));
});

test('a command that fails is an error with its output', async () => {
	const failing = run(
		process.execPath,
		['-e', 'console.error("no disk"); process.exit(3)'],
		options,
	);
	await expect(failing).rejects.toThrow(/exit code 3:\nno disk/);
	await expect(run('no-such-command', [], options)).rejects.toThrow('not found');
});

test('a signal ends a command, even before its start', async () => {
	const interrupt = new AbortController();
	const running = run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
		...options,
		signal: interrupt.signal,
	});
	interrupt.abort(new Error('Enough'));
	await expect(running).rejects.toThrow('Enough');
	const late = run(process.execPath, ['--version'], { ...options, signal: interrupt.signal });
	await expect(late).rejects.toThrow('Enough');
});
