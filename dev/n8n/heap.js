const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

/** @returns {number} the bytes of the heap in use, after a garbage collection */
function liveHeap() {
	collectGarbage();
	return process.memoryUsage().heapUsed;
}

module.exports = { collectGarbage, liveHeap };
