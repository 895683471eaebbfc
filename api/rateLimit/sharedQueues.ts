import { RequestQueue } from './requestQueue';

/** How long an unused queue is kept, in milliseconds: longer than the API's windows. */
const KEPT = 600_000;

/** The most queues that are kept. */
const MOST = 1000;

/** By token and base URL. Those used last are at the end. */
const queues = new Map<string, RequestQueue>();
let nextSweep = 0;

/**
 * The queue for all requests of this process with one token.
 *
 * @param key tells tokens and base URLs apart
 */
export function sharedQueue(key: string): RequestQueue {
	sweep();
	const queue = queues.get(key) ?? new RequestQueue();
	queues.delete(key);
	queues.set(key, queue);
	return queue;
}

/** How many queues are kept. */
export function countQueues(): number {
	return queues.size;
}

/** Forgets queues that nobody has used for a while. A queue with requests is never forgotten. */
function sweep(): void {
	if (queues.size < MOST && Date.now() < nextSweep) return;
	nextSweep = Date.now() + KEPT / 10;
	for (const [key, queue] of queues) {
		const age = queues.size >= MOST ? 0 : KEPT;
		if (queue.isIdleFor(age)) queues.delete(key);
	}
}
