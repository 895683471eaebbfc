import { createHash, randomBytes, timingSafeEqual } from 'crypto';
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { TalkoverClient } from '../../api/client';
import { openClient } from './client';
import { keptIn, triggerOf } from './kept';
import type { Context } from './kept';

/** Lower case, as Node.js gives the headers of a request. */
export const SECRET_HEADER = 'x-talkover-trigger-secret';

/** What is kept of a webhook's secret: it takes the token to make the secret of it, but not to recognise it. */
export type KeptSecret = {
	hash: string;
	/** Epoch milliseconds. */
	madeAt: number;
	/** 32 bytes, in hexadecimal digits. */
	random: string;
};

/** Of each trigger, the newest secret that this process knows of: n8n may lose what is kept. */
const newest = new Map<string, KeptSecret>();

/**
 * The secret for a webhook: when it was made, 32 random bytes, and a proof of both that nobody can make without the token. By the
 * proof it is recognised where n8n has lost what was kept of it.
 *
 * @param isSameWebhook whether the webhook has a secret already: then it is the same again, if that is known, since what Talkover
 * is about to deliver once more may carry it
 */
export function secretFor(
	context: IHookFunctions,
	client: TalkoverClient,
	isSameWebhook: boolean,
): { secret: string; kept: KeptSecret } {
	const known = newestOf(context);
	if (isSameWebhook && known) {
		const secret = make(context, client, known.madeAt, known.random);
		// Not after a change of the token.
		if (isSame(hashOf(secret), known.hash)) return { secret, kept: known };
	}
	const madeAt = Math.max(Date.now(), (known?.madeAt ?? 0) + 1);
	const random = randomBytes(32).toString('hex');
	const secret = make(context, client, madeAt, random);
	return { secret, kept: { hash: hashOf(secret), madeAt, random } };
}

/** Has a secret recognised from now on, and none that is older. */
export function rememberSecret(context: Context, secret: KeptSecret): void {
	const trigger = triggerOf(context);
	newest.set(trigger, secret);
	Object.assign(keptIn(context), { trigger, secret });
}

/**
 * Whether a delivery comes from who was told the newest secret, compared in a time that does not depend on where they differ.
 * One that is newer than what is known, and proven, is the newest from then on.
 */
export async function knowsSecret(context: IWebhookFunctions, given: unknown): Promise<boolean> {
	if (typeof given !== 'string') return false;
	const known = newestOf(context);
	if (known && isSame(hashOf(given), known.hash)) return true;

	const [, time, random] = /^(\d{1,15})\.([0-9a-f]{64})\.[0-9a-f]{64}$/.exec(given) ?? [];
	const madeAt = Number(time);
	if (!(madeAt > (known?.madeAt ?? 0))) return false;
	// Without the credential, nobody can be told from Talkover.
	const client = await openClient(context).catch(() => undefined);
	if (!client || !isSame(given, make(context, client, madeAt, random))) return false;
	rememberSecret(context, { hash: hashOf(given), madeAt, random });
	return true;
}

function newestOf(context: Context): KeptSecret | undefined {
	const { secret } = keptIn(context);
	const known = newest.get(triggerOf(context));
	return known && secret && secret.madeAt > known.madeAt ? secret : (known ?? secret);
}

/** Of this trigger only, and of its test or production. */
function make(context: Context, client: TalkoverClient, madeAt: number, random: string): string {
	const proof = client.sign(JSON.stringify([triggerOf(context), madeAt, random]));
	client.hide(random);
	client.hide(proof);
	return [madeAt, random, proof].join('.');
}

function hashOf(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

function isSame(one: string, other: string): boolean {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];
	return a.length === b.length && timingSafeEqual(a, b);
}
