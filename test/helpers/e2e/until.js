const { setTimeout: sleep } = require('node:timers/promises');

/** Far more than a slow machine takes. */
const PATIENCE_MS = 1_200_000;

/**
 * Waits for something to become true.
 *
 * @param {() => unknown} isSo
 * @throws {Error} if it does not, in a time that no machine takes
 */
async function until(isSo) {
	const deadline = Date.now() + PATIENCE_MS;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`Still not so: ${isSo}`);
		await sleep(100);
	}
}

module.exports = { until };
