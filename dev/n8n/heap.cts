import v8 from 'node:v8';
import vm from 'node:vm';

v8.setFlagsFromString('--expose-gc');
export const collectGarbage = vm.runInNewContext('gc');

/** @returns the bytes of the heap in use, after a garbage collection */
export function liveHeap(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed;
}
