const { afterEach } = require('@jest/globals');
const { startSimulator } = require('../../dev/simulator');

/** @type {Array<import('../../dev/simulator').Simulator>} */
const started = [];
afterEach(() => Promise.all(started.splice(0).map((simulator) => simulator.stop())));

/**
 * Starts a simulator that stops at the end of the test.
 *
 * @param {import('../../dev/simulator').SimulatorOptions} [options] by default with one agent, Ana
 */
async function start(options) {
	const simulator = await startSimulator({ agents: [{ name: 'Ana' }], ...options });
	started.push(simulator);
	return simulator;
}

/** A clock that only moves with `advance`. */
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

module.exports = { createClock, start };
