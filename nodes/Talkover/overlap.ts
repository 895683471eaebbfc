/**
 * Runs a task for each index from 0, several at a time.
 *
 * @param parallel how many at most
 * @returns the tasks' results, in the order of the indexes
 * @throws what the task with the lowest index threw of those that did; none is begun after a failure, and those under way
 * are waited for
 */
export async function overlap<T>(
	count: number,
	parallel: number,
	task: (index: number) => Promise<T>,
): Promise<T[]> {
	const results = new Array<T>(count);
	const failures: Array<{ index: number; error: unknown }> = [];
	let next = 0;
	const work = async () => {
		while (next < count && failures.length === 0) {
			const index = next++;
			try {
				results[index] = await task(index);
			} catch (error) {
				failures.push({ index, error });
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(parallel, count) }, work));
	if (failures.length > 0) throw failures.sort((a, b) => a.index - b.index)[0].error;
	return results;
}
