// Loaded before n8n (`node --require`): notes the most memory that the process has taken, when it ends, and, while there is the
// file for it, how much of its heap is in use, without garbage. Both are in bytes.
const { appendFileSync, existsSync } = require('node:fs');
const { liveHeap } = require('../../test/helpers/heap');

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
