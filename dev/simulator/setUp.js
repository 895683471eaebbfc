const { setTimeout: sleep } = require('node:timers/promises');
const { afterEach } = require('@jest/globals');
const { startSimulator } = require('.');

/** @type {Array<import('.').Simulator>} */
const started = [];
afterEach(() => Promise.all(started.splice(0).map((simulator) => simulator.stop())));

/**
 * A simulator that the end of the test stops.
 *
 * @param {import('.').SimulatorOptions} [options] one agent, Ana, is there unless they name others
 */
async function start(options) {
	const simulator = await startSimulator({ agents: [{ name: 'Ana' }], ...options });
	started.push(simulator);
	return simulator;
}

/** A clock that stands still unless told to go on. */
function createClock() {
	let time = Date.parse('2024-01-15T11:00:00.250Z');
	return {
		now: () => time,
		/** @param {number} ms */
		advance: (ms) => {
			time += ms;
		},
	};
}

/** @param {() => boolean} condition the test's own time limit ends the wait */
async function until(condition) {
	while (!condition()) await sleep(5);
}

module.exports = { createClock, start, until };
