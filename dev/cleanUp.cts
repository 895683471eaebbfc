/** Steps that end what was started: the last one first. */
export class CleanUp {
	#steps: Array<() => Promise<unknown>> = [];

	/** @param step runs before those that were added earlier */
	add(step: () => Promise<unknown>) {
		this.#steps.unshift(step);
	}

	/**
	 * Runs all steps once, even if some fail.
	 *
	 * @throws the first error of a step
	 */
	async run() {
		const errors: unknown[] = [];
		for (const step of this.#steps.splice(0)) await step().catch((error) => errors.push(error));
		if (errors.length > 0) throw errors[0];
	}
}
