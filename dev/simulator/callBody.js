/** @typedef {Record<string, unknown>} Members */

/**
 * @param {unknown} body of a request
 * @returns {Members} empty if the body is not an object
 */
function membersOf(body) {
	return isObject(body) ? body : {};
}

/** @type {Record<string, [isRight: (value: unknown) => boolean, message: string]>} */
const rules = {
	payload: [isObject, 'The payload must be an object.'],
	context: [isObject, 'The context must be an object.'],
	delay_seconds: [isDelay, 'The delay seconds must be an integer between 0 and 3600.'],
	is_testing: [isBoolean, 'The is testing field must be true or false.'],
	allow_duplicates: [isBoolean, 'The allow duplicates field must be true or false.'],
};

/**
 * Checks the optional members of a request for a call.
 *
 * @param {Members} members
 * @param {Array<keyof rules>} fields of the endpoint
 * @returns {Record<string, string[]>} messages by field; empty if all is valid
 */
function optionErrors(members, fields) {
	const wrong = fields.filter(
		(field) => members[field] !== undefined && !rules[field][0](members[field]),
	);
	return Object.fromEntries(wrong.map((field) => [field, [rules[field][1]]]));
}

/**
 * @param {unknown} value
 * @returns {value is Members}
 */
function isObject(value) {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isBoolean(value) {
	return typeof value === 'boolean';
}

/** @param {unknown} value seconds */
function isDelay(value) {
	return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 3600;
}

module.exports = { membersOf, optionErrors };
