/** Runs a wait during which another task takes the place of this one. Afterwards, this one goes on as soon as a place is free. */
export type StepAside = <T>(wait: () => Promise<T>) => Promise<T>;

/**
 * Runs a task for each index from 0. The tasks start in this order.
 *
 * @param concurrency how many tasks run at the same time, at most
 * @returns the results, in the order of the indexes
 * @throws the error of the first failed task. No task starts after it, and the running ones are awaited.
 */
export async function mapConcurrently<T>(
	count: number,
	concurrency: number,
	task: (index: number, stepAside: StepAside) => Promise<T>,
): Promise<T[]> {
	const results = new Array<T>(count);
	const failures: unknown[] = [];
	const places = new Places(concurrency);
	const stepAside: StepAside = async (wait) => {
		places.leave();
		return await wait().finally(async () => await places.take());
	};
	const run = async (index: number) => {
		try {
			results[index] = await task(index, stepAside);
		} catch (error) {
			failures.push(error);
		} finally {
			places.leave();
		}
	};
	const running: Array<Promise<void>> = [];
	for (let index = 0; index < count; index++) {
		await places.take();
		if (failures.length > 0) break;
		running.push(run(index));
	}
	await Promise.all(running);
	if (failures.length > 0) throw failures[0];
	return results;
}

/** A limited number of places. Those who wait for one get it in the order in which they came. */
class Places {
	private readonly waiting: Array<() => void> = [];

	constructor(private free: number) {}

	async take(): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	leave(): void {
		const next = this.waiting.shift();
		if (next) next();
		else this.free++;
	}
}
