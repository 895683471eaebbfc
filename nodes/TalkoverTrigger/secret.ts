import { createHmac, timingSafeEqual } from 'crypto';

/** The header that contains the secret. In lower case, like all names of headers in Node.js. */
export const SECRET_HEADER = 'x-talkover-trigger-secret';

/**
 * The secret that Talkover sends with each event: an HMAC with the token as its key. Only somebody who has the token can make it,
 * and nothing has to be stored to check it.
 *
 * @param token of the credential
 * @param triggerKey the `key` of the trigger, see `Trigger` in activation.ts
 * @param isTest whether it is the secret for tests
 * @returns 64 hexadecimal digits
 */
export function deriveSecret(token: string, triggerKey: string, isTest: boolean): string {
	const use = isTest ? 'test' : 'production';
	return createHmac('sha256', token).update(`webhook ${use} ${triggerKey}`).digest('hex');
}

/** Whether a header's value has the form of a secret: a cheap check that needs no token. */
export function hasSecretForm(value: unknown): value is string {
	return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** Compares two secrets, in a time that does not depend on where they differ. */
export function areSameSecret(one: string, other: string): boolean {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];
	return a.length === b.length && timingSafeEqual(a, b);
}
