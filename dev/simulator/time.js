/**
 * @param {number} time epoch milliseconds
 * @returns {string} ISO 8601 in UTC, in whole seconds, like most pages of the API
 */
function showTime(time) {
	return new Date(time).toISOString().replace(/\.\d+/, '');
}

module.exports = { showTime };
