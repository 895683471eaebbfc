import { createHash, randomBytes, timingSafeEqual } from 'crypto';
import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { TalkoverClient } from '../Talkover/client/client';

/** Lower case, as Node.js gives the headers of a request. */
export const SECRET_HEADER = 'x-talkover-trigger-secret';

/** How to ask Talkover where there is no field for it. */
export const SETTINGS = { timeout: 30, maxRateLimitWait: 30 };

/** What the node keeps of a webhook's secret: not the secret, only what it takes to recognise it. */
export interface KeptSecret extends IDataObject {
	secretHash?: string;
	/** Epoch milliseconds. */
	secretMadeAt?: number;
}

/**
 * A new secret for a trigger's webhook: when it was made, 32 random bytes, and a proof of both that nobody can make without the
 * token. By the proof it is recognised where n8n has lost what was kept of it.
 *
 * @param former what is kept of the one before
 */
export function makeSecret(
	context: IHookFunctions,
	client: TalkoverClient,
	{ secretMadeAt: formerly = 0 }: KeptSecret,
): { secret: string; kept: KeptSecret } {
	const madeAt = Math.max(Date.now(), formerly + 1);
	const random = randomBytes(32).toString('hex');
	const secret = [madeAt, random, prove(context, client, madeAt, random)].join('.');
	client.hide(secret);
	return { secret, kept: { secretHash: hashOf(secret), secretMadeAt: madeAt } };
}

/**
 * Whether a delivery comes from who was told the latest secret, compared in a time that does not depend on where they differ.
 *
 * When an execution ends, n8n (1.123.81, 2.41.1) writes back all static data as they were when it began, and with them what was kept
 * of a secret before the last activation. So one that is proven, and newer than what is kept, takes its place.
 */
export async function knowsSecret(context: IWebhookFunctions, given: unknown): Promise<boolean> {
	if (typeof given !== 'string') return false;
	const kept: KeptSecret = context.getWorkflowStaticData('node');
	const secretHash = hashOf(given);
	if (kept.secretHash !== undefined && isSame(secretHash, kept.secretHash)) return true;

	const [, time, random, proof] = /^(\d{1,15})\.([0-9a-f]{64})\.([0-9a-f]{64})$/.exec(given) ?? [];
	const madeAt = Number(time);
	if (!(madeAt > (kept.secretMadeAt ?? 0))) return false;
	// Without the credential, nobody can be told from Talkover.
	const client = await TalkoverClient.open(context, SETTINGS).catch(() => undefined);
	if (!client || !isSame(proof, prove(context, client, madeAt, random))) return false;
	Object.assign(kept, { secretHash, secretMadeAt: madeAt });
	return true;
}

/** Of this trigger's secrets only, and not of a test's where it is for production. */
function prove(
	context: IHookFunctions | IWebhookFunctions,
	client: TalkoverClient,
	madeAt: number,
	random: string,
): string {
	const isTest = context.getMode() === 'manual';
	const { id } = context.getWorkflow();
	return client.sign(JSON.stringify([id, context.getNode().webhookId, isTest, madeAt, random]));
}

function hashOf(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

function isSame(one: string, other: string): boolean {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];
	return a.length === b.length && timingSafeEqual(a, b);
}
