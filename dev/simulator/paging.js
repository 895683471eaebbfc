/** @typedef {Record<string, string>} Query */
/** @typedef {'meta' | 'pagination'} PageInfoKey */

/**
 * Checks `page` and `per_page`.
 *
 * @param {Query} query
 * @returns {Record<string, string[]>} messages by field; empty if all is valid
 */
function pagingErrors({ page, per_page: perPage }) {
	return {
		...(page && !isIntegerIn(page, 1, Infinity) && { page: ['The page must be at least 1.'] }),
		...(perPage &&
			!isIntegerIn(perPage, 1, 100) && { per_page: ['The per page must be between 1 and 100.'] }),
	};
}

/**
 * One page of a list, in the API's envelope.
 *
 * @template T
 * @param {T[]} items the whole list
 * @param {Query} query with a checked `page` (default 1) and `per_page` (default 20)
 * @param {PageInfoKey} key `pagination` also has `from` and `to`, as documented
 */
function showPage(items, query, key) {
	const page = Number(query.page || 1);
	const perPage = Number(query.per_page || 20);
	const begin = (page - 1) * perPage;
	const data = items.slice(begin, begin + perPage);
	const info = {
		current_page: page,
		per_page: perPage,
		total: items.length,
		last_page: Math.max(1, Math.ceil(items.length / perPage)),
	};
	const range = {
		from: data.length ? begin + 1 : null,
		to: data.length ? begin + data.length : null,
	};
	return { success: true, data, [key]: key === 'pagination' ? { ...info, ...range } : info };
}

/**
 * @param {string} text
 * @param {number} min
 * @param {number} max
 */
function isIntegerIn(text, min, max) {
	return /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
}

module.exports = { pagingErrors, showPage };
