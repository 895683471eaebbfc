/**
 * @param {string} template a path with `{parameters}`
 * @param {string} path raw
 * @returns {Record<string, string> | undefined} the decoded parameters; undefined if the path does not match
 */
function matchPath(template, path) {
	const names = template.split('/');
	const segments = path.split('/');
	if (names.length !== segments.length) return undefined;
	/** @type {Record<string, string>} */
	const params = {};
	for (const [i, name] of names.entries()) {
		const value = decode(segments[i]);
		if (value === undefined) return undefined;
		if (name.startsWith('{') && value) params[name.slice(1, -1)] = value;
		else if (name !== value) return undefined;
	}
	return params;
}

/** @param {string} segment */
function decode(segment) {
	try {
		return decodeURIComponent(segment);
	} catch {
		return undefined;
	}
}

module.exports = { matchPath };
