/** @returns lines with aligned columns; the terminal wraps the last column */
export function table(head: string[], rows: string[][]): string {
	const widths = head.map((_, column) =>
		Math.max(...[head, ...rows].map((cells) => cells[column].length)),
	);
	const line = (cells: string[]) =>
		`  ${cells.map((cell, column) => cell.padEnd(widths[column])).join('   ')}`.trimEnd();
	const rule = widths.map((width) => '─'.repeat(Math.min(width, 40)));
	return [head, rule, ...rows].map(line).join('\n');
}
