/** By key, the last step that is under way or waits. */
const last = new Map<string, Promise<void>>();

/**
 * Takes one step after the other for a key: n8n 1.x may have a trigger deactivated while it is being activated.
 *
 * @throws what the step throws
 */
export async function inTurn<T>(key: string, step: () => Promise<T>): Promise<T> {
	const turn = (last.get(key) ?? Promise.resolve()).then(step);
	const ended = turn.then(
		() => undefined,
		() => undefined,
	);
	last.set(key, ended);
	try {
		return await turn;
	} finally {
		if (last.get(key) === ended) last.delete(key);
	}
}
