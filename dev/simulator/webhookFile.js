const { readFileSync, renameSync, writeFileSync } = require('node:fs');

/**
 * @typedef {object} SavedWebhook
 * @property {string} id
 * @property {import('./webhooks').WebhookOwner} owner
 * @property {import('./webhooks').WebhookSettings} settings
 * @property {number} createdAt epoch milliseconds
 * @property {number} updatedAt epoch milliseconds
 */

/**
 * @param {string} file
 * @returns {SavedWebhook[]} none if the file does not exist or was damaged
 */
function loadWebhooks(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		const { code } = /** @type {NodeJS.ErrnoException} */ (error);
		if (code === 'ENOENT' || error instanceof SyntaxError) return [];
		throw error;
	}
}

/**
 * Replaces the file at once, so that it is complete even after a crash. Only its owner may read it, because webhooks have secrets.
 *
 * @param {string} file
 * @param {SavedWebhook[]} webhooks
 */
function saveWebhooks(file, webhooks) {
	const temporary = `${file}.new`;
	const saved = webhooks.map(({ id, owner, settings, createdAt, updatedAt }) => ({
		id,
		owner,
		settings,
		createdAt,
		updatedAt,
	}));
	writeFileSync(temporary, JSON.stringify(saved), { mode: 0o600 });
	renameSync(temporary, file);
}

module.exports = { loadWebhooks, saveWebhooks };
