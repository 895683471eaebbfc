/** @typedef {Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>>} Output */

/** Between two lines about one step, where lines cannot be rewritten. */
const LINE_MS = 10_000;
const REWRITE_MS = 1_000;

/** Shows which step runs, for how long, and how far it is: on a terminal in one line that is rewritten. */
class Progress {
	#output;
	/** Ends the line of the current step. */
	#endLine = () => {};

	/** @param {Output} [output] */
	constructor(output = process.stdout) {
		this.#output = output;
	}

	/**
	 * Prints text that stays. The line of the current step is not shown any more.
	 *
	 * @param {string} text
	 */
	say(text) {
		this.#endLine();
		this.#output.write(`${text}\n`);
	}

	/**
	 * @template T
	 * @param {string} name
	 * @param {(report: (detail: string) => void) => Promise<T>} action `report` says how far it is
	 * @returns {Promise<T>} the result of the action
	 */
	async step(name, action) {
		const { isTTY, columns = 80 } = this.#output;
		const startedAt = Date.now();
		let detail = '';
		const line = () => {
			const time = duration(Date.now() - startedAt);
			return [`${name} …`, time && ` ${time}`, detail && ` (${detail})`].join('');
		};
		const show = () => {
			// A line that wraps could not be rewritten.
			if (isTTY) this.#output.write(`\r\x1b[K${line().slice(0, columns - 1)}`);
			else this.#output.write(`${line()}\n`);
		};
		show();
		const timer = setInterval(show, isTTY ? REWRITE_MS : LINE_MS);
		let isOpen = true;
		const endLine = () => {
			if (!isOpen) return;
			isOpen = false;
			clearInterval(timer);
			if (isTTY) this.#output.write('\n');
		};
		this.#endLine = endLine;
		try {
			return await action((given) => (detail = given));
		} finally {
			detail = '';
			if (isTTY && isOpen) show();
			endLine();
		}
	}
}

/**
 * @param {number} ms
 * @returns {string} empty for less than a second
 */
function duration(ms) {
	const seconds = Math.floor(ms / 1000);
	if (seconds < 60) return seconds ? `${seconds} s` : '';
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

module.exports = { Progress };
