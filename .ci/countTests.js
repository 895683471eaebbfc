// Adds up the results of Jest runs: `node .ci/countTests.js RESULT.json …` prints "N passed, N failed".
const { existsSync, readFileSync } = require('node:fs');

/** @param {string} file @returns {{ passed: number, failed: number }} a run without a result file counts as one failure */
function count(file) {
	if (!existsSync(file)) return { passed: 0, failed: 1 };
	const result = JSON.parse(readFileSync(file, 'utf8'));
	return {
		passed: result.numPassedTests,
		failed: result.numFailedTests + result.numRuntimeErrorTestSuites + result.numPendingTests,
	};
}

const counts = process.argv.slice(2).map(count);
const passed = counts.reduce((sum, run) => sum + run.passed, 0);
const failed = counts.reduce((sum, run) => sum + run.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
