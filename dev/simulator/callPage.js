const { callStatuses, directions } = require('./calls');
const { validationFailed } = require('./envelopes');
const { choiceErrors, dateErrors, isWithinDates } = require('./filters');
const { pagingErrors, showPage } = require('./paging');
const { showTime } = require('./time');

/** @typedef {import('./calls').Call} Call */

/**
 * Answers with a page of the calls that match the query, newest first.
 *
 * @param {Call[]} calls oldest first
 * @param {import('./paging').Query} query
 * @param {import('./routes').Context} context
 * @param {(call: Call, now: number) => object} show
 * @returns {import('./envelopes').Answer}
 */
function answerCallPage(calls, query, { environment, pageInfoKey }, show) {
	const errors = {
		...choiceErrors(query, { status: callStatuses, direction: directions }),
		...dateErrors(query),
		...pagingErrors(query),
	};
	if (Object.keys(errors).length) return validationFailed(errors);

	const now = environment.now();
	const { status, direction, search = '' } = query;
	const found = calls
		.filter(
			(call) =>
				(!status || call.statusAt(now) === status) &&
				(!direction || call.direction === direction) &&
				isWithinDates(showTime(call.startedAt), query) &&
				// The search finds any part of a number, so a client must compare the whole number.
				[call.to, call.from, call.sid].some((text) => text.includes(search)),
		)
		.reverse()
		.map((call) => show(call, now));
	return { status: 200, body: showPage(found, query, pageInfoKey) };
}

module.exports = { answerCallPage };
