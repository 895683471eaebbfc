/** Steps that end what was started: the last one first. */
class CleanUp {
	/** @type {Array<() => Promise<unknown>>} */
	#steps = [];

	/** @param {() => Promise<unknown>} step runs before those that were added earlier */
	add(step) {
		this.#steps.unshift(step);
	}

	/**
	 * Runs all steps once, even if some fail.
	 *
	 * @throws the first error of a step
	 */
	async run() {
		/** @type {unknown[]} */
		const errors = [];
		for (const step of this.#steps.splice(0)) await step().catch((error) => errors.push(error));
		if (errors.length > 0) throw errors[0];
	}
}

module.exports = { CleanUp };
