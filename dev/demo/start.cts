/** `npm start`: runs the demo until Ctrl-C. `npm run dev` also loads the node again when its files change. */
import { runDemo } from './demo.cts';

const interrupt = new AbortController();
const stop = () => {
	if (interrupt.signal.aborted) return;
	interrupt.abort();
	console.log('\nStopping …');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
// The terminal was closed, or the program that read the output has ended.
process.stdout.on('error', stop);

const watch = process.argv.includes('--watch');
runDemo({ signal: interrupt.signal, watch }).catch((error) => {
	// npm would report another exit code as an error.
	if (interrupt.signal.aborted) return;
	console.error(`\n${error.message}`);
	process.exitCode = 1;
});
