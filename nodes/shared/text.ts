/**
 * White space, Unicode's too, and characters that cannot be seen: soft hyphens, zero-width spaces, direction marks and byte order
 * marks. They come along when text is copied from a web page, a chat or a spreadsheet.
 */
const WHITE_SPACE = /[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069]/;

/** A text without the white space around it, as `String.prototype.trim` gives it, and without what cannot be seen there. */
export function trim(text: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && WHITE_SPACE.test(text[start])) start++;
	while (end > start && WHITE_SPACE.test(text[end - 1])) end--;
	return text.slice(start, end);
}

/** A value as it is shown in an error: JSON, with `\u200b` for a character that cannot be seen. */
export function show(value: unknown): string {
	const json = JSON.stringify(value) ?? String(value);
	return json.replace(/[^ -~]/g, (character) => {
		const code = character.charCodeAt(0).toString(16).padStart(4, '0');
		return WHITE_SPACE.test(character) ? `\\u${code}` : character;
	});
}
