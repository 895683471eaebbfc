const { afterEach, beforeEach, expect, jest: timers, test } = require('@jest/globals');
const { Progress } = require('../../dev/n8n/progress');

beforeEach(() => void timers.useFakeTimers());
afterEach(() => void timers.useRealTimers());

/** @param {{ isTTY?: boolean, columns?: number }} [terminal] */
function createProgress(terminal) {
	let written = '';
	const write = (/** @type {string | Uint8Array} */ text) => Boolean((written += text));
	const progress = new Progress({ write, ...terminal });
	return { progress, written: () => written };
}

/** Lets a step run for some seconds. @param {number} seconds */
const pass = (seconds) => timers.advanceTimersByTimeAsync(seconds * 1000);

/** @returns {{ promise: Promise<string>, end: (result: string) => void }} */
function createStep() {
	let end = (/** @type {string} */ _result) => {};
	const promise = /** @type {Promise<string>} */ (new Promise((resolve) => (end = resolve)));
	return { promise, end };
}

test('without a terminal, a step is announced, and says every ten seconds how far it is', async () => {
	const { progress, written } = createProgress();
	const { promise, end } = createStep();
	const step = progress.step('Installing', (report) => {
		report('part 1 of 3');
		return promise;
	});
	await pass(75);
	end('done');
	expect(await step).toBe('done');
	await pass(60);
	expect(written().split('\n').slice(0, 3)).toEqual([
		'Installing …',
		'Installing … 10 s (part 1 of 3)',
		'Installing … 20 s (part 1 of 3)',
	]);
	expect(written().split('\n').slice(-3)).toEqual([
		'Installing … 1 min 0 s (part 1 of 3)',
		'Installing … 1 min 10 s (part 1 of 3)',
		'',
	]);
});

test('on a terminal, a step has one line, which is rewritten and ends with its duration', async () => {
	const { progress, written } = createProgress({ isTTY: true, columns: 30 });
	const { promise, end } = createStep();
	const step = progress.step('Installing', (report) => {
		report('a detail that is too long for the line');
		return promise;
	});
	await pass(2);
	end('done');
	await step;
	progress.say('Next');
	expect(written().split('\r\x1b[K')).toEqual([
		'',
		'Installing …',
		'Installing … 1 s (a detail th',
		'Installing … 2 s (a detail th',
		'Installing … 2 s\nNext\n',
	]);
});

test('text that is printed during a step ends its line', async () => {
	const { progress, written } = createProgress({ isTTY: true });
	const { promise, end } = createStep();
	const step = progress.step('Installing', () => promise);
	progress.say('Stopping');
	await pass(20);
	end('');
	await step;
	expect(written()).toBe('\r\x1b[KInstalling …\nStopping\n');
});

test('a step that fails ends its line, and its error is thrown', async () => {
	const { progress, written } = createProgress({ isTTY: true });
	const step = progress.step('Installing', async () => {
		throw new Error('No disk');
	});
	await expect(step).rejects.toThrow('No disk');
	expect(written()).toMatch(/Installing …\n$/);
});
