/**
 * Runs a task for each index from 0.
 *
 * @param concurrency how many tasks run at the same time, at most
 * @returns the results, in the order of the indexes
 * @throws the error of the first failed task. No task starts after it, and the running ones are awaited.
 */
export async function mapConcurrently<T>(
	count: number,
	concurrency: number,
	task: (index: number) => Promise<T>,
): Promise<T[]> {
	const results = new Array<T>(count);
	const failures: unknown[] = [];
	let next = 0;
	const work = async () => {
		while (next < count && failures.length === 0) {
			const index = next++;
			try {
				results[index] = await task(index);
			} catch (error) {
				failures.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
	if (failures.length > 0) throw failures[0];
	return results;
}
