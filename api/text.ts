/**
 * White space, including Unicode's, and invisible characters: soft hyphens, zero-width spaces, direction marks and byte order marks.
 * They are often copied with a text from a web page, a chat or a spreadsheet. Spelled out, because the credential's expressions have
 * no flag `u`.
 */
export const WHITE_SPACE = /[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069]/;

/** A text without the invisible characters that Unicode calls format characters: also rarer ones than in {@link WHITE_SPACE}. */
export function withoutInvisible(text: string): string {
	return text.replace(/\p{Cf}/gu, '');
}

/** A text without white space around it, like `String.prototype.trim`, but also without invisible characters. */
export function trim(text: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && WHITE_SPACE.test(text[start])) start++;
	while (end > start && WHITE_SPACE.test(text[end - 1])) end--;
	return text.slice(start, end);
}

/** A value as JSON for an error message, with an escape such as `\u200b` for each invisible character. */
export function show(value: unknown): string {
	const json = JSON.stringify(value) ?? String(value);
	return json.replace(/[^ -~]/g, (character) => {
		const code = character.charCodeAt(0).toString(16).padStart(4, '0');
		return WHITE_SPACE.test(character) ? `\\u${code}` : character;
	});
}

/** A text for an error message, of at most so many characters. A copy, because in V8 a slice keeps the whole text in memory. */
export function shorten(text: string, length: number): string {
	return text.length > length ? `${structuredClone(text.slice(0, length - 1))}…` : text;
}
