import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { InputError } from '../errors';
import { trim } from '../text';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface Credential {
	token: string;
	/** Without a trailing slash. */
	baseUrl: URL;
}

/** @throws InputError as {@link readToken} and {@link readBaseUrl} do */
export function parseCredential(data: ICredentialDataDecryptedObject): Credential {
	return { token: readToken(data), baseUrl: readBaseUrl(data) };
}

/**
 * The token, without spaces and invisible characters around it, and without a pasted `Bearer `. It may have any prefix: white-label installations have their own.
 *
 * @throws InputError when the token is missing, or contains spaces or other characters that a token cannot have
 */
export function readToken({ token }: ICredentialDataDecryptedObject): string {
	const bare = trim(trim(String(token ?? '')).replace(/^bearer(?![!-~])/i, ''));
	if (bare === '') {
		throw new InputError(
			'The Talkover credential has no token',
			"Open the credential and paste the environment token from Talkover's settings.",
		);
	}
	if (!/^[\x21-\x7e]+$/.test(bare)) {
		throw new InputError(
			'The token in the Talkover credential contains spaces or other characters that a token cannot have',
			'Copy the environment token from Talkover again, and paste it into the credential.',
		);
	}
	return bare;
}

/**
 * The base URL, without a trailing slash, and without spaces and invisible characters around it.
 *
 * @throws InputError when it is not a URL, has more than scheme, host and path, or would send the token unencrypted (http is for
 * loopback only)
 */
export function readBaseUrl({ baseUrl }: ICredentialDataDecryptedObject): URL {
	const text = trim(String(baseUrl ?? '')).replace(/\/+$/, '');
	const example = 'It looks like https://app.talkover.ai/api/v1.';
	if (!URL.canParse(text)) {
		// Shown only if it is like a URL: it may be the token, pasted into the wrong field.
		const shown = /^https?:/i.test(text) ? ` "${text}"` : '';
		throw new InputError(`The base URL${shown} in the Talkover credential is not a URL`, example);
	}
	const url = new URL(text);
	if (url.username || url.password || url.search || url.hash) {
		throw new InputError(
			'The base URL in the Talkover credential must be only a host and a path',
			`Remove any user name, password, "?" and "#". ${example}`,
		);
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
		throw new InputError(
			'The base URL in the Talkover credential must begin with https://',
			`With http, the token would be sent unencrypted. ${example}`,
		);
	}
	return url;
}
