import { RequestQueue } from './requestQueue';

/** How long to keep an unused queue, in milliseconds: longer than the API's windows. */
const MAX_AGE = 600_000;

/** How many queues to keep. Queues with requests are kept even above this number. */
const MAX_QUEUES = 1000;

/** By token and base URL, in the order of their last use. */
const queues = new Map<string, RequestQueue>();
let nextSweep = 0;

/**
 * The queue for all requests of this process with one token.
 *
 * @param key identifies the token and the base URL
 */
export function sharedQueue(key: string): RequestQueue {
	sweep();
	const queue = queues.get(key) ?? new RequestQueue();
	queues.delete(key);
	queues.set(key, queue);
	return queue;
}

/** Removes unused queues. */
function sweep(): void {
	if (queues.size < MAX_QUEUES && Date.now() < nextSweep) return;
	nextSweep = Date.now() + MAX_AGE / 10;
	for (const [key, queue] of queues) {
		const age = queues.size >= MAX_QUEUES ? 0 : MAX_AGE;
		if (queue.isIdleFor(age)) queues.delete(key);
	}
}
