/**
 * @param {number} time epoch milliseconds
 * @returns {string} ISO 8601 in UTC, to the second, as most pages of the API show it
 */
function showTime(time) {
	return new Date(time).toISOString().replace(/\.\d+/, '');
}

module.exports = { showTime };
