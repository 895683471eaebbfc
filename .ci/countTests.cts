// Adds up the results of Jest runs: `npx tsx .ci/countTests.cts RESULT.json …` prints "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';

/** @returns a run without a result file counts as one failure */
function count(file: string): { passed: number; failed: number } {
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
