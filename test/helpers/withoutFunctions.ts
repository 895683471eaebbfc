/**
 * Runs something while a class of n8n-core lacks functions, as in an older n8n. Such an engine cannot be installed beside this one.
 *
 * @param names of its methods, or inherited ones
 */
export async function withoutFunctions<T>(
	{ prototype }: { prototype: object },
	names: readonly string[],
	run: () => Promise<T>,
): Promise<T> {
	const own = names.map((name) => Object.getOwnPropertyDescriptor(prototype, name));
	for (const name of names) {
		Object.defineProperty(prototype, name, { value: undefined, configurable: true });
	}
	try {
		return await run();
	} finally {
		for (const [index, name] of names.entries()) {
			const method = own[index];
			if (method) Object.defineProperty(prototype, name, method);
			else Reflect.deleteProperty(prototype, name);
		}
	}
}
