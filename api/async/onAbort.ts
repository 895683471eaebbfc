import { getOrCreate } from '../getOrCreate';

/** Callbacks by signal. They share one listener, because Node.js warns about more than ten. */
const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls a function when a signal is aborted.
 *
 * @returns a function that removes the callback
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	const callbacks = getOrCreate(callbacksOf, signal, () => {
		const all = new Set<() => void>();
		signal.addEventListener('abort', () => all.forEach((call) => call()), { once: true });
		return all;
	});
	callbacks.add(callback);
	return () => callbacks.delete(callback);
}
