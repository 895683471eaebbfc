/** @typedef {Record<string, string>} Query */
/** @typedef {Record<string, string[]>} Errors field to messages; empty if nothing is wrong */

/**
 * @param {Query} query
 * @param {Record<string, readonly string[]>} choices field to its allowed values
 * @returns {Errors}
 */
function choiceErrors(query, choices) {
	const wrong = Object.entries(choices).filter(
		([field, allowed]) => query[field] && !allowed.includes(query[field]),
	);
	return Object.fromEntries(wrong.map(([field]) => [field, [`The selected ${field} is invalid.`]]));
}

/**
 * What is wrong with `date_from` and `date_to`.
 *
 * @param {Query} query
 * @returns {Errors}
 */
function dateErrors(query) {
	const wrong = ['date_from', 'date_to'].filter((field) => query[field] && !isDate(query[field]));
	return Object.fromEntries(
		wrong.map((field) => [field, [`The ${field} must be a date as YYYY-MM-DD.`]]),
	);
}

/**
 * Whether a moment is within `date_from` and `date_to`. The API says neither in which zone the days are nor whether the last one counts: here
 * they are days of UTC, and both count.
 *
 * @param {string} time ISO 8601 in UTC
 * @param {Query} query with checked dates
 */
function isWithinDates(time, { date_from: from, date_to: to }) {
	const day = time.slice(0, 'YYYY-MM-DD'.length);
	return (!from || day >= from) && (!to || day <= to);
}

/** @param {string} text */
function isDate(text) {
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`);
}

module.exports = { choiceErrors, dateErrors, isWithinDates };
