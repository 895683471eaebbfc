const { randomUUID } = require('node:crypto');
const { contract } = require('./contract');
const { showTime } = require('./time');
const { isCallEvent } = require('./webhookEvents');
const { loadWebhooks, saveWebhooks } = require('./webhookFile');

/** @typedef {{ agent_id: string } | { campaign_id: string }} WebhookOwner */
/**
 * @typedef {object} WebhookSettings with the API's names
 * @property {string} name
 * @property {string} webhook_url
 * @property {string[]} events
 * @property {number} timeout of one attempt, in seconds
 * @property {number} max_retries
 * @property {boolean} enabled
 * @property {'POST' | 'PUT' | 'PATCH'} http_method
 * @property {string} authorization_scheme
 * @property {string} [webhook_secret]
 * @property {Array<{ key: string, value: string }>} [custom_headers]
 * @property {Record<string, unknown>} [payload_templates]
 * @property {boolean} [include_call_events] only for campaigns
 */
/** @typedef {ReturnType<typeof showWholeWebhook>} WholeWebhook */

const { WebhookSettings, WebhookCreateDefaults } = contract.components.schemas;
const settingNames = Object.keys(WebhookSettings.properties);
const createDefaults = Object.fromEntries(
	Object.entries(WebhookCreateDefaults.properties).map(([name, schema]) => [name, schema.default]),
);

/** One webhook of an agent or a campaign. */
class Webhook {
	/** Whether the last delivery failed with all its retries, and the settings have not changed since. */
	failing = false;

	/**
	 * @param {WebhookOwner} owner
	 * @param {WebhookSettings} settings
	 * @param {number} createdAt epoch milliseconds
	 */
	constructor(owner, settings, createdAt) {
		this.id = /** @type {string} */ (randomUUID());
		this.owner = owner;
		this.settings = settings;
		this.createdAt = createdAt;
		this.updatedAt = createdAt;
	}

	/** @param {import('./webhookFile').SavedWebhook} saved */
	static from({ id, owner, settings, createdAt, updatedAt }) {
		return Object.assign(new Webhook(owner, settings, createdAt), { id, updatedAt });
	}

	/** @returns {'active' | 'disabled' | 'error'} */
	get status() {
		if (!this.settings.enabled) return 'disabled';
		return this.failing ? 'error' : 'active';
	}

	/** @param {string} event */
	wants(event) {
		const { enabled, events, include_call_events: callEvents } = this.settings;
		return enabled && (events.includes(event) || (callEvents === true && isCallEvent(event)));
	}
}

/** The webhooks of one Talkover environment. */
class Webhooks {
	/** @type {Webhook[]} oldest first */
	all = [];

	/**
	 * @param {() => number} now the clock, in epoch milliseconds
	 * @param {string} [file] that the webhooks are loaded from, and saved in at each change
	 */
	constructor(now, file) {
		this.now = now;
		this.file = file;
		if (file) this.all = loadWebhooks(file).map(Webhook.from);
	}

	/** @param {WebhookOwner} owner */
	of(owner) {
		return this.all.filter((webhook) => isSame(webhook.owner, owner));
	}

	/**
	 * @param {WebhookOwner} owner
	 * @param {string} id
	 */
	find(owner, id) {
		return this.of(owner).find((webhook) => webhook.id === id);
	}

	/**
	 * @param {WebhookOwner} owner
	 * @param {object} input valid; defaults are filled in, and unknown fields are dropped
	 */
	add(owner, input) {
		const settings = { ...createDefaults, ...pickSettings(input, owner) };
		const webhook = new Webhook(owner, /** @type {WebhookSettings} */ (settings), this.now());
		this.all.push(webhook);
		this.#save();
		return webhook;
	}

	/**
	 * @param {Webhook} webhook
	 * @param {object} input valid; unknown fields are dropped
	 */
	change(webhook, input) {
		webhook.settings = { ...webhook.settings, ...pickSettings(input, webhook.owner) };
		webhook.updatedAt = this.now();
		webhook.failing = false;
		this.#save();
	}

	/** @param {Webhook} webhook */
	remove(webhook) {
		this.all = this.all.filter((other) => other !== webhook);
		this.#save();
	}

	/** @param {Webhook} webhook */
	isOn(webhook) {
		return this.all.includes(webhook) && webhook.settings.enabled;
	}

	/**
	 * @param {string} id
	 * @throws {Error} if it does not exist
	 */
	get(id) {
		const webhook = this.all.find((candidate) => candidate.id === id);
		if (!webhook) throw new Error(`There is no webhook ${id}`);
		return webhook;
	}

	forgetAll() {
		this.all = [];
		this.#save();
	}

	#save() {
		if (this.file) saveWebhooks(this.file, this.all);
	}
}

/**
 * @param {WebhookOwner} one
 * @param {WebhookOwner} other
 */
function isSame(one, other) {
	return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * @param {object} input
 * @param {WebhookOwner} owner
 * @returns {Partial<WebhookSettings>} a copy
 */
function pickSettings(input, owner) {
	const names = 'campaign_id' in owner ? [...settingNames, 'include_call_events'] : settingNames;
	return structuredClone(
		Object.fromEntries(Object.entries(input).filter(([name]) => names.includes(name))),
	);
}

/**
 * All data of a webhook, including secrets, which the API never shows.
 *
 * @param {Webhook} webhook
 */
function showWholeWebhook({ id, owner, settings, createdAt, updatedAt, status }) {
	return {
		id,
		...owner,
		...structuredClone(settings),
		created_at: microseconds(createdAt),
		updated_at: microseconds(updatedAt),
		events_count: settings.events.length,
		status,
	};
}

/**
 * A webhook of an agent in the API's format, without secrets and most of the delivery settings.
 *
 * @param {Webhook} webhook
 */
function showAgentWebhook(webhook) {
	const {
		webhook_secret: _secret,
		http_method: _method,
		authorization_scheme: _scheme,
		custom_headers: _headers,
		payload_templates: _templates,
		...shown
	} = showWholeWebhook(webhook);
	return shown;
}

/**
 * A webhook of a campaign in the API's format, without the fields that only some of its pages have.
 *
 * @param {Webhook} webhook
 */
function showCampaignWebhook({ id, owner, settings }) {
	const { name, events, enabled, include_call_events = false } = settings;
	return { id, ...owner, name, events, enabled, include_call_events };
}

/**
 * A webhook of a campaign, as the page for one of them shows it.
 *
 * @param {Webhook} webhook
 */
function showWholeCampaignWebhook(webhook) {
	const { webhook_url, timeout, max_retries } = webhook.settings;
	const created_at = showTime(webhook.createdAt);
	return { ...showCampaignWebhook(webhook), webhook_url, timeout, max_retries, created_at };
}

/**
 * The documented answer to an update has only the ID, the changed fields and a time, and never the URL.
 *
 * @param {Webhook} webhook
 * @param {object} input of the update
 */
function showCampaignWebhookAfterUpdate(webhook, input) {
	const shown = Object.entries(showCampaignWebhook(webhook)).filter(([name]) => name in input);
	return { id: webhook.id, ...Object.fromEntries(shown), updated_at: showTime(webhook.updatedAt) };
}

/**
 * @param {number} time epoch milliseconds
 * @returns {string} with six fractional digits, as on the webhook pages
 */
const microseconds = (time) => new Date(time).toISOString().replace('Z', '000Z');

module.exports = {
	Webhook,
	Webhooks,
	showAgentWebhook,
	showCampaignWebhook,
	showCampaignWebhookAfterUpdate,
	showWholeCampaignWebhook,
	showWholeWebhook,
};
