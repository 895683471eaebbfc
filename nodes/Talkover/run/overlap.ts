/**
 * Runs a task for each index from 0, several at a time.
 *
 * @param parallel how many at most
 * @returns the tasks' results, in the order of the indexes
 * @throws what the first task that failed threw; none is begun after it, and those under way are waited for
 */
export async function overlap<T>(
	count: number,
	parallel: number,
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
	await Promise.all(Array.from({ length: Math.min(parallel, count) }, work));
	if (failures.length > 0) throw failures[0];
	return results;
}
