const { setMaxListeners } = require('node:events');
const { STATUS_CODES } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');
const { push } = require('./push');

/** @typedef {import('./webhooks').Webhook} Webhook */
/**
 * @typedef {object} DeliveryAttempt
 * @property {string} webhookId
 * @property {string} event
 * @property {number} attempt of this delivery, from 1
 * @property {string} method
 * @property {string} url
 * @property {number} startedAt epoch milliseconds
 * @property {number} [status] of the answer; undefined before it
 * @property {string} [answer] the body of the answer, shortened to 1,000 characters
 * @property {string} [error] why the attempt failed; undefined if it has not
 */

/** Sends events to webhooks, and records the attempts. */
class Deliveries {
	/** @type {DeliveryAttempt[]} in the order of their start */
	attempts = [];
	#underway = createController();

	/**
	 * @param {import('./webhooks').Webhooks} webhooks
	 * @param {number} retryMs pause between two attempts
	 * @param {number} secondMs how long a second of a timeout lasts
	 */
	constructor(webhooks, retryMs, secondMs) {
		this.webhooks = webhooks;
		this.retryMs = retryMs;
		this.secondMs = secondMs;
	}

	/**
	 * Delivers an event to all webhooks that subscribe to it, at the same time.
	 *
	 * @param {import('./webhooks').WebhookOwner} owner
	 * @param {string} event
	 * @param {unknown} body a string is sent unchanged, everything else as JSON
	 * @returns {Promise<DeliveryAttempt[]>} all attempts, when all deliveries have arrived or failed
	 */
	async deliver(owner, event, body) {
		const wanting = this.webhooks.of(owner).filter((webhook) => webhook.wants(event));
		return (
			await Promise.all(wanting.map((webhook) => this.#deliverTo(webhook, event, body)))
		).flat();
	}

	/**
	 * Retries as often as the webhook's settings allow. Each attempt uses the current settings. The retries end when the webhook is
	 * disabled or removed.
	 *
	 * @param {Webhook} webhook
	 * @param {string} event
	 * @param {unknown} body
	 */
	async #deliverTo(webhook, event, body) {
		const { signal } = this.#underway;
		/** @type {DeliveryAttempt[]} */
		const attempts = [];
		while (!signal.aborted && this.webhooks.isOn(webhook)) {
			const attempt = await this.attempt(webhook, event, body, attempts.length + 1);
			attempts.push(attempt);
			const failed = attempt.error !== undefined;
			if (!failed || attempts.length > webhook.settings.max_retries) {
				webhook.failing = failed;
				break;
			}
			await sleep(this.retryMs, undefined, { signal }).catch(() => {});
		}
		return attempts;
	}

	/**
	 * Sends an event once.
	 *
	 * @param {Webhook} webhook
	 * @param {string} event
	 * @param {unknown} body a string is sent unchanged, everything else as JSON
	 * @param {number} attempt
	 */
	async attempt(webhook, event, body, attempt = 1) {
		const { webhook_url: url, http_method: method, timeout } = webhook.settings;
		/** @type {DeliveryAttempt} */
		const record = {
			webhookId: webhook.id,
			event,
			attempt,
			method,
			url,
			startedAt: this.webhooks.now(),
		};
		this.attempts.push(record);
		try {
			const answer = await push(url, {
				method,
				headers: headersFor(webhook),
				body: typeof body === 'string' ? body : JSON.stringify(body),
				timeoutMs: timeout * this.secondMs,
				signal: this.#underway.signal,
			});
			record.status = answer.status;
			record.answer = answer.body.slice(0, 1_000);
			if (answer.status < 200 || answer.status > 299) {
				record.error = `HTTP ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim();
			}
		} catch (error) {
			record.error = reasonOf(error);
		}
		return record;
	}

	/** Cancels running deliveries, and forgets all attempts. */
	reset() {
		this.stop();
		this.attempts.length = 0;
		this.#underway = createController();
	}

	/** Cancels running deliveries; nothing more is sent. */
	stop() {
		this.#underway.abort();
	}
}

/** For any number of requests: by default, Node.js warns about more than ten listeners. */
function createController() {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}

/** @param {Webhook} webhook */
function headersFor({ settings }) {
	const headers = new Headers({
		'Content-Type': 'application/json',
		'User-Agent': 'Talkover-Webhook/1.0',
	});
	for (const { key, value } of settings.custom_headers ?? []) headers.set(key, value);
	return Object.fromEntries(headers);
}

/** @param {unknown} error */
function reasonOf(error) {
	const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
	// An error for several addresses, such as those of localhost, has only a code.
	return message || code || 'Connection failed';
}

module.exports = { Deliveries };
