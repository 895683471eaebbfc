import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { WebhookOwner } from './events.cts';

/** With the API's names. */
export interface WebhookSettings {
	name: string;
	webhook_url: string;
	events: string[];
	/** Of one attempt, in seconds. */
	timeout: number;
	max_retries: number;
	enabled: boolean;
	http_method: 'POST' | 'PUT' | 'PATCH';
	authorization_scheme: string;
	webhook_secret?: string;
	custom_headers?: Array<{ key: string; value: string }>;
	payload_templates?: Record<string, unknown>;
	/** Only for campaigns. */
	include_call_events?: boolean;
}

/** Times are in epoch milliseconds. */
export interface SavedWebhook {
	id: string;
	owner: WebhookOwner;
	settings: WebhookSettings;
	createdAt: number;
	updatedAt: number;
}

/** @returns none if the file does not exist or was damaged */
export function loadWebhooks(file: string): SavedWebhook[] {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as SavedWebhook[];
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError)
			return [];
		throw error;
	}
}

/** Replaces the file at once, so that it is complete even after a crash. Only its owner may read it, because webhooks have secrets. */
export function saveWebhooks(file: string, webhooks: SavedWebhook[]): void {
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
