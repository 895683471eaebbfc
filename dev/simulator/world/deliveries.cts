import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { push } from './push.cts';
import type { WebhookOwner } from './events.cts';
import type { Webhook, Webhooks } from './webhooks.cts';

export interface DeliveryAttempt {
	/** Of its log. */
	id: string;
	webhookId: string;
	event: string;
	/** What was sent: a string unchanged, everything else as JSON. */
	payload: unknown;
	/** As in its log. */
	state: 'pending' | 'success' | 'failed' | 'retrying';
	/** Of this delivery, from 1. */
	attempt: number;
	method: string;
	url: string;
	/** Epoch milliseconds. */
	startedAt: number;
	/** Epoch milliseconds; undefined before the end. */
	endedAt?: number;
	/** Of the answer; undefined before it. */
	status?: number;
	/** The body of the answer, shortened to 1,000 characters. */
	answer?: string;
	/** Why the attempt failed; undefined if it has not. */
	error?: string;
}

/** How long a log is kept (endpoints/list-webhook-logs). */
const LOGS_KEPT_MS = 30 * 86_400_000;

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
			attempt.state = 'retrying';
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
			id: randomUUID(),
			webhookId: webhook.id,
			event,
			payload: body,
			state: 'pending',
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
		record.endedAt = this.now();
		record.state = record.error === undefined ? 'success' : 'failed';
		return record;
	}

	/** The attempts that are still in the logs of a webhook, newest first. The order is undocumented. */
	logsOf({ id }: Webhook): DeliveryAttempt[] {
		const oldest = this.now() - LOGS_KEPT_MS;
		return this.attempts
			.filter(({ webhookId, startedAt }) => webhookId === id && startedAt >= oldest)
			.reverse();
	}

	/**
	 * Queues one more attempt, with the current settings of the webhook. Whether retries follow when it fails is undocumented: here none
	 * do. Neither is what becomes of a log that is pending or retrying, or was retried before: here it is sent again.
	 *
	 * @returns the new attempt; undefined if the log cannot be retried
	 */
	retry(webhook: Webhook, log: DeliveryAttempt): DeliveryAttempt | undefined {
		if (log.state === 'success' || !this.webhooks.isOn(webhook)) return undefined;
		void this.attempt(webhook, log.event, log.payload, log.attempt + 1);
		return this.attempts.at(-1);
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
