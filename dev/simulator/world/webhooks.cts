import { randomUUID } from 'node:crypto';
import { contract } from '../contract/contract.cts';
import { isCallEvent } from './events.cts';
import type { WebhookOwner } from './events.cts';
import { showMicroseconds, showTime } from './time.cts';
import { loadWebhooks, saveWebhooks } from './webhookFile.cts';
import type { SavedWebhook, WebhookSettings } from './webhookFile.cts';

const { WebhookSettings: settingsSchema, WebhookCreateDefaults } = contract.components.schemas;
const settingNames = Object.keys(settingsSchema.properties);
const createDefaults = Object.fromEntries(
	Object.entries(WebhookCreateDefaults.properties).map(([name, schema]) => [name, schema.default]),
);

/** One webhook of an agent or a campaign. */
export class Webhook implements SavedWebhook {
	id: string = randomUUID();
	updatedAt: number;
	/** Whether the last delivery failed with all its retries, and the settings have not changed since. */
	isFailing = false;

	constructor(
		readonly owner: WebhookOwner,
		public settings: WebhookSettings,
		readonly createdAt: number,
	) {
		this.updatedAt = createdAt;
	}

	get status(): 'active' | 'disabled' | 'error' {
		if (!this.settings.enabled) return 'disabled';
		return this.isFailing ? 'error' : 'active';
	}

	wants(event: string): boolean {
		const { enabled, events, include_call_events: callEvents } = this.settings;
		return enabled && (events.includes(event) || (callEvents === true && isCallEvent(event)));
	}
}

/** The webhooks of one Talkover environment. */
export class Webhooks {
	/** Oldest first. */
	all: Webhook[] = [];

	/**
	 * @param now the clock, in epoch milliseconds
	 * @param file that the webhooks are loaded from, and saved in at each change
	 */
	constructor(
		private readonly now: () => number,
		private readonly file?: string,
	) {
		if (!file) return;
		this.all = loadWebhooks(file).map(({ id, owner, settings, createdAt, updatedAt }) =>
			Object.assign(new Webhook(owner, settings, createdAt), { id, updatedAt }),
		);
	}

	of(owner: WebhookOwner): Webhook[] {
		return this.all.filter((webhook) => isDeepEqual(webhook.owner, owner));
	}

	find(owner: WebhookOwner, id: string): Webhook | undefined {
		return this.of(owner).find((webhook) => webhook.id === id);
	}

	/** @param input valid; defaults are filled in, and unknown fields are dropped */
	add(owner: WebhookOwner, input: object): Webhook {
		const settings = { ...createDefaults, ...pickSettings(input, owner) } as WebhookSettings;
		const webhook = new Webhook(owner, settings, this.now());
		this.all.push(webhook);
		this.#save();
		return webhook;
	}

	/** @param input valid; unknown fields are dropped */
	change(webhook: Webhook, input: object): void {
		webhook.settings = { ...webhook.settings, ...pickSettings(input, webhook.owner) };
		webhook.updatedAt = this.now();
		webhook.isFailing = false;
		this.#save();
	}

	remove(webhook: Webhook): void {
		this.all = this.all.filter((other) => other !== webhook);
		this.#save();
	}

	isOn(webhook: Webhook): boolean {
		return this.all.includes(webhook) && webhook.settings.enabled;
	}

	/** @throws {Error} if it does not exist */
	get(id: string): Webhook {
		const webhook = this.all.find((candidate) => candidate.id === id);
		if (!webhook) throw new Error(`There is no webhook ${id}`);
		return webhook;
	}

	forgetAll(): void {
		this.all = [];
		this.#save();
	}

	#save(): void {
		if (this.file) saveWebhooks(this.file, this.all);
	}
}

const isDeepEqual = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);

/** A copy. */
function pickSettings(input: object, owner: WebhookOwner): Partial<WebhookSettings> {
	const names = 'campaign_id' in owner ? [...settingNames, 'include_call_events'] : settingNames;
	const picked = Object.entries(input).filter(([name]) => names.includes(name));
	return structuredClone(Object.fromEntries(picked)) as Partial<WebhookSettings>;
}

/** All data of a webhook, including secrets, which the API never shows. */
export const showWholeWebhook = (webhook: Webhook) => ({
	id: webhook.id,
	...webhook.owner,
	...structuredClone(webhook.settings),
	created_at: showMicroseconds(webhook.createdAt),
	updated_at: showMicroseconds(webhook.updatedAt),
	events_count: webhook.settings.events.length,
	status: webhook.status,
});

/** A webhook of an agent in the API's format, without secrets and most of the delivery settings. */
export function showAgentWebhook(webhook: Webhook) {
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

/** A webhook of a campaign in the API's format, without the fields that only some of its pages have. */
export function showCampaignWebhook({ id, owner, settings }: Webhook) {
	const { name, events, enabled, include_call_events = false } = settings;
	return { id, ...owner, name, events, enabled, include_call_events };
}

/** A webhook of a campaign, as the page for one of them shows it. */
export function showWholeCampaignWebhook(webhook: Webhook) {
	const { webhook_url, timeout, max_retries } = webhook.settings;
	const created_at = showTime(webhook.createdAt);
	return { ...showCampaignWebhook(webhook), webhook_url, timeout, max_retries, created_at };
}
