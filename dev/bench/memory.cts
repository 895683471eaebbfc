// Loaded before n8n (`node --require`). When the process ends, it writes its peak memory to one file. If another file exists at the
// start, it also writes the heap in use, without garbage, every second. Both are in bytes.
import { appendFileSync, existsSync } from 'node:fs';
import { liveHeap } from '../n8n/heap.cts';

const { PEAK_MEMORY_FILE = '', LIVE_MEMORY_FILE = '' } = process.env;

process.on('exit', () => {
	appendFileSync(PEAK_MEMORY_FILE, `${process.resourceUsage().maxRSS * 1024}\n`);
});

if (existsSync(LIVE_MEMORY_FILE)) {
	const sample = () => {
		const bytes = liveHeap();
		appendFileSync(LIVE_MEMORY_FILE, `${process.pid} ${Date.now()} ${bytes}\n`);
	};
	setInterval(sample, 1000).unref();
}
