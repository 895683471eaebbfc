// Loaded before n8n (`node --require`): notes the most memory that the process has taken, when it ends.
const { appendFileSync } = require('node:fs');

const { PEAK_MEMORY_FILE } = process.env;

process.on('exit', () => {
	if (PEAK_MEMORY_FILE) appendFileSync(PEAK_MEMORY_FILE, `${process.resourceUsage().maxRSS}\n`);
});
