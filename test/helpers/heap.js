const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

/** @returns {number} how much of the heap is in use, without garbage, in bytes */
function liveHeap() {
	collectGarbage();
	return process.memoryUsage().heapUsed;
}

module.exports = { collectGarbage, liveHeap };
