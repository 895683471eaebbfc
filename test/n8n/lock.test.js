const { spawn } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const { afterEach, expect, test } = require('@jest/globals');
const { withLock } = require('../../dev/n8n/lock');

/** @type {import('node:child_process').ChildProcess | undefined} */
let holder;
afterEach(() => void holder?.kill('SIGKILL'));

/**
 * Starts a process that takes the lock, and never releases it.
 *
 * @param {string} name
 */
async function holdElsewhere(name) {
	const program = `require('../../dev/n8n/lock').withLock(${JSON.stringify(name)}, { onWait() {} }, () => {
		console.log('in');
		return new Promise(() => setInterval(() => {}, 1000));
	});`;
	holder = spawn(process.execPath, ['-e', program], {
		cwd: __dirname,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(/** @type {import('node:stream').Readable} */ (holder.stdout), 'data');
	return holder;
}

test('a lock admits one at a time, and the others are told that they wait', async () => {
	const lock = randomUUID();
	/** @type {string[]} */
	const events = [];
	let waits = 0;
	const enter = (/** @type {string} */ name) =>
		withLock(lock, { onWait: () => void waits++ }, async () => {
			events.push(`${name} in`);
			// The first keeps the lock until the second waits for it.
			while (waits === 0) await sleep(5);
			events.push(`${name} out`);
		});
	const first = enter('first');
	while (events.length === 0) await sleep(5);
	await Promise.all([first, enter('second')]);
	expect(events).toEqual(['first in', 'first out', 'second in', 'second out']);
});

test('a lock is released when its process is killed', async () => {
	const lock = randomUUID();
	const process = await holdElsewhere(lock);
	let waits = 0;
	const onWait = () => {
		if (waits++ === 0) process.kill('SIGKILL');
	};
	expect(await withLock(lock, { onWait }, async () => 'in')).toBe('in');
	expect(waits).toBeGreaterThan(0);
});

test('a suspended process keeps its lock', async () => {
	const lock = randomUUID();
	(await holdElsewhere(lock)).kill('SIGSTOP');
	const onWait = () => {
		throw new Error('Held');
	};
	await expect(withLock(lock, { onWait }, async () => 'in')).rejects.toThrow('Held');
});

test('a signal ends the wait', async () => {
	const lock = randomUUID();
	await holdElsewhere(lock);
	const interrupt = new AbortController();
	const options = { onWait: () => interrupt.abort(), signal: interrupt.signal };
	await expect(withLock(lock, options, async () => 'in')).rejects.toThrow('aborted');
});
