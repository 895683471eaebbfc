/**
 * @param {string[]} head
 * @param {string[][]} rows
 * @returns {string} lines with aligned columns; the terminal wraps the last column
 */
function table(head, rows) {
	const widths = head.map((_, column) =>
		Math.max(...[head, ...rows].map((cells) => cells[column].length)),
	);
	const line = (/** @type {string[]} */ cells) =>
		`  ${cells.map((cell, column) => cell.padEnd(widths[column])).join('   ')}`.trimEnd();
	const rule = widths.map((width) => '─'.repeat(Math.min(width, 40)));
	return [head, rule, ...rows].map(line).join('\n');
}

module.exports = { table };
