/** Callbacks by signal. They share one listener, because Node.js warns about more than ten. */
const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls a function when a signal is aborted.
 *
 * @returns a function that removes the callback
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	let callbacks = callbacksOf.get(signal);
	if (!callbacks) {
		const all = new Set<() => void>();
		signal.addEventListener('abort', () => all.forEach((call) => call()), { once: true });
		callbacksOf.set(signal, all);
		callbacks = all;
	}
	callbacks.add(callback);
	return () => callbacks.delete(callback);
}
