const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const addFormats = require('ajv-formats').default;
const { Ajv2020 } = require('ajv/dist/2020');
const { parse } = require('yaml');
const { matchPath } = require('./pathTemplate');

/** @typedef {{ $ref?: string, [key: string]: any }} Node any part of the contract */
/**
 * @typedef {object} Exchange
 * @property {string} method
 * @property {string} path raw, without the query, below the base path
 * @property {number} status
 * @property {Record<string, string>} headers of the answer, their names in lower case
 * @property {unknown} body of the answer, parsed
 */

/** @type {Node} */
const contract = parse(readFileSync(join(__dirname, 'talkover-api.openapi.yaml'), 'utf8'));

// For ajv, the contract is one schema with unknown keywords. Header values are strings, so their types are coerced.
const bodies = withContract(new Ajv2020({ strict: false, allErrors: true }));
const headerValues = withContract(new Ajv2020({ strict: false, coerceTypes: true }));

/**
 * Checks an answer against the contract: its operation, status and content type, the types of documented headers, and the body.
 *
 * @param {Exchange} exchange
 * @throws {Error} if the contract does not allow the answer
 */
function assertAnswersContract({ method, path, status, headers, body }) {
	const template = Object.keys(contract.paths).find((candidate) => matchPath(candidate, path));
	const operation = template && `#/paths/${escape(template)}/${method.toLowerCase()}`;
	const what = `${method} ${path} → ${status}`;
	if (!operation || !find(operation)) throw new Error(`${what}: no such operation`);

	const answer = [String(status), `${String(status)[0]}XX`, 'default']
		.map((key) => resolve(`${operation}/responses/${key}`))
		.find(find);
	if (!answer) throw new Error(`${what}: no such status`);

	for (const name of Object.keys(find(answer)?.headers ?? {})) {
		const value = headers[name.toLowerCase()];
		const schema = `${resolve(`${answer}/headers/${name}`)}/schema`;
		if (value !== undefined) check(headerValues, schema, value, `${what}: ${name}`);
	}

	const types = find(answer)?.content;
	if (!types) return;
	const type = headers['content-type']?.split(';')[0];
	if (!types[type]) throw new Error(`${what}: content type ${type}`);
	check(bodies, `${answer}/content/${escape(type)}/schema`, body, `${what}: body`);
}

/**
 * Validates a value against a schema of the contract.
 *
 * @param {string} schema name of one of the contract's schemas
 * @param {unknown} value
 * @returns {import('ajv').ErrorObject[]} empty if the value is valid
 * @throws {Error} if the schema does not exist
 */
function objectionsTo(schema, value) {
	const validate = bodies.getSchema(`contract#/components/schemas/${schema}`);
	if (!validate) throw new Error(`The contract has no schema ${schema}`);
	validate(value);
	return validate.errors ?? [];
}

/**
 * @param {Ajv2020} ajv
 * @returns {Ajv2020}
 */
function withContract(ajv) {
	addFormats(ajv);
	return ajv.addSchema(contract, 'contract');
}

/**
 * @param {Ajv2020} ajv
 * @param {string} pointer to a schema
 * @param {unknown} value
 * @param {string} what
 */
function check(ajv, pointer, value, what) {
	const validate = ajv.getSchema(`contract${pointer}`);
	if (!validate) throw new Error(`${what}: the contract has nothing at ${pointer}`);
	if (!validate(value)) throw new Error(`${what}: ${ajv.errorsText(validate.errors)}`);
}

/**
 * @param {string} pointer from `#` on
 * @returns {Node | undefined}
 */
function find(pointer) {
	return pointer
		.split('/')
		.slice(1)
		.reduce((node, key) => node?.[unescape(key)], /** @type {Node | undefined} */ (contract));
}

/**
 * @param {string} pointer
 * @returns {string} the target of the reference at the pointer; the pointer itself if there is none
 */
function resolve(pointer) {
	return find(pointer)?.$ref ?? pointer;
}

/** @param {string} key to encode for a JSON pointer in a URI fragment */
const escape = (key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
/** @param {string} key to decode from such a pointer */
const unescape = (key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');

module.exports = { assertAnswersContract, contract, objectionsTo };
