import { setMaxListeners } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { push } from './push.cts';
import type { WebhookOwner } from './events.cts';
import type { Webhook, Webhooks } from './webhooks.cts';

export interface DeliveryAttempt {
	webhookId: string;
	event: string;
	/** Of this delivery, from 1. */
	attempt: number;
	method: string;
	url: string;
	/** Epoch milliseconds. */
	startedAt: number;
	/** Of the answer; undefined before it. */
	status?: number;
	/** The body of the answer, shortened to 1,000 characters. */
	answer?: string;
	/** Why the attempt failed; undefined if it has not. */
	error?: string;
}

/** Sends events to webhooks, and records the attempts. A body that is a string is sent unchanged, everything else as JSON. */
export class Deliveries {
	/** In the order of their start. */
	readonly attempts: DeliveryAttempt[] = [];
	#underway = createController();

	/**
	 * @param now the clock, in epoch milliseconds
	 * @param retryMs pause between two attempts
	 * @param secondMs how long a second of a timeout lasts
	 */
	constructor(
		private readonly webhooks: Webhooks,
		private readonly now: () => number,
		private readonly retryMs: number,
		private readonly secondMs: number,
	) {}

	/**
	 * Delivers an event to all webhooks that subscribe to it, at the same time.
	 *
	 * @returns all attempts, when all deliveries have arrived or failed
	 */
	async deliver(owner: WebhookOwner, event: string, body: unknown): Promise<DeliveryAttempt[]> {
		const wanting = this.webhooks.of(owner).filter((webhook) => webhook.wants(event));
		const all = wanting.map(async (webhook) => await this.#deliverTo(webhook, event, body));
		return (await Promise.all(all)).flat();
	}

	/**
	 * Retries as often as the webhook's settings allow. Each attempt uses the current settings. The retries end when the webhook is
	 * disabled or removed.
	 */
	async #deliverTo(webhook: Webhook, event: string, body: unknown): Promise<DeliveryAttempt[]> {
		const { signal } = this.#underway;
		const attempts: DeliveryAttempt[] = [];
		while (!signal.aborted && this.webhooks.isOn(webhook)) {
			const attempt = await this.attempt(webhook, event, body, attempts.length + 1);
			attempts.push(attempt);
			const hasFailed = attempt.error !== undefined;
			if (!hasFailed || attempts.length > webhook.settings.max_retries) {
				webhook.isFailing = hasFailed;
				break;
			}
			await sleep(this.retryMs, undefined, { signal }).catch(() => {});
		}
		return attempts;
	}

	/** Sends an event once. */
	async attempt(
		webhook: Webhook,
		event: string,
		body: unknown,
		attempt = 1,
	): Promise<DeliveryAttempt> {
		const { webhook_url: url, http_method: method, timeout } = webhook.settings;
		const startedAt = this.now();
		const record: DeliveryAttempt = {
			webhookId: webhook.id,
			event,
			attempt,
			method,
			url,
			startedAt,
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
			const { message, code } = error as NodeJS.ErrnoException;
			// An error for several addresses, such as those of localhost, has only a code.
			record.error = message || code || 'Connection failed';
		}
		return record;
	}

	/** Cancels running deliveries, and forgets all attempts. */
	reset(): void {
		this.stop();
		this.attempts.length = 0;
		this.#underway = createController();
	}

	/** Cancels running deliveries; nothing more is sent. */
	stop(): void {
		this.#underway.abort();
	}
}

/** For any number of requests: by default, Node.js warns about more than ten listeners. */
function createController(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}

function headersFor({ settings }: Webhook): Record<string, string> {
	const headers = new Headers({
		'Content-Type': 'application/json',
		'User-Agent': 'Talkover-Webhook/1.0',
	});
	for (const { key, value } of settings.custom_headers ?? []) headers.set(key, value);
	return Object.fromEntries(headers);
}
