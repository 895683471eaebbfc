/** @typedef {Record<string, string>} Query */
/** @typedef {Record<string, string[]>} Errors messages by field; empty if all is valid */

/**
 * @param {Query} query
 * @param {Record<string, readonly string[]>} choices allowed values by field
 * @returns {Errors}
 */
function choiceErrors(query, choices) {
	const wrong = Object.entries(choices).filter(
		([field, allowed]) => query[field] && !allowed.includes(query[field]),
	);
	return Object.fromEntries(wrong.map(([field]) => [field, [`The selected ${field} is invalid.`]]));
}

/**
 * Checks `date_from` and `date_to`.
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
 * Whether a time is between `date_from` and `date_to`. The time zone of the days, and whether the last day is included, are
 * undocumented: here they are days in UTC, and both are included.
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
