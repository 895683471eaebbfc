const REPORT_MS = 10_000;

/**
 * Runs a step of a slow command. Prints its name, and every ten seconds for how long it runs, and how far it is.
 *
 * @param action `report` says how far it is
 * @returns the result of the action
 */
export async function step<T>(
	name: string,
	action: (report: (detail: string) => void) => Promise<T>,
	print: (line: string) => void = console.log,
): Promise<T> {
	const startedAt = Date.now();
	let detail = '';
	print(`${name} …`);
	const timer = setInterval(() => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		print(`${name} … ${seconds} s${detail && ` (${detail})`}`);
	}, REPORT_MS);
	try {
		return await action((given) => (detail = given));
	} finally {
		clearInterval(timer);
	}
}
