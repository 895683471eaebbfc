import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { readBaseUrl, readToken } from '../api/http/credential';
import { InputError } from '../api/errors';
import { WHITE_SPACE } from '../api/text';

/** Options with the names that n8n's older request helper uses, too. The HTTP Request node uses that helper. */
interface AnyRequestOptions extends IHttpRequestOptions {
	uri?: string;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	maxRedirects?: number;
}

/**
 * Adds the token to a request.
 *
 * Redirects are not followed: n8n would send the token to the new host, too (seen in n8n 2.41.1 and 1.123.81).
 *
 * @throws InputError when the request goes to another origin than that of the base URL, or the credential is not valid
 */
async function authenticate(
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const options = request as AnyRequestOptions;
	const base = readBaseUrl(credentials);
	const target = targetOf(options);
	if (target.origin !== base.origin || target.username || target.password) {
		throw new InputError(
			`The Talkover credential is for ${base.origin} and is not sent to ${target.origin}`,
			'Change the URL of the request, or the base URL in the credential.',
		);
	}
	const headers = Object.entries(options.headers ?? {}).filter(
		([name]) => name.toLowerCase() !== 'authorization',
	);
	const signed: AnyRequestOptions = {
		...options,
		headers: { ...Object.fromEntries(headers), Authorization: `Bearer ${readToken(credentials)}` },
		auth: undefined,
		disableFollowRedirect: true,
		followRedirect: false,
		followAllRedirects: false,
		maxRedirects: 0,
	};
	return signed;
}

function targetOf({ url, uri, baseURL }: AnyRequestOptions): URL {
	const address = url ?? uri ?? '';
	if (!URL.canParse(address, baseURL)) {
		throw new InputError(`The request's URL "${address}" is not a full URL`);
	}
	return new URL(address, baseURL);
}

/** What {@link readBaseUrl} drops around the base URL, as the text of a regular expression. */
const AROUND_URL = `^${WHITE_SPACE.source}+|\\/*${WHITE_SPACE.source}*$`;

const NO_API_HERE =
	'The server at this base URL is not the Talkover API. The base URL usually ends in /api/v1.';

function whenStatus(value: number, message: string) {
	return { type: 'responseCode', properties: { value, message } };
}

export class TalkoverApi implements ICredentialType {
	name = 'talkoverApi';

	displayName = 'Talkover API';

	icon = { light: 'file:../icons/talkover.svg', dark: 'file:../icons/talkover.dark.svg' } as const;

	documentationUrl =
		'https://github.com/n8n-nodes-talkover/n8n-nodes-talkover/blob/main/docs/operations.md#the-talkover-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Environment Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'In Talkover under Account → Environments. It is sent only to the base URL below, never anywhere else.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://app.talkover.ai/api/v1',
			description: 'Change it only if your company uses Talkover under its own brand and host',
		},
	];

	authenticate = authenticate;

	// Not /health, which the API's authentication page suggests, because it needs no token.
	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ $credentials.baseUrl.replace(/${AROUND_URL}/g, "") }}`,
			url: '/agents?per_page=1',
			json: true,
		},
		// n8n's type allows only one kind of rule in a list; its tester accepts both (credentials-tester.service, n8n 2.41.1 and 1.123.81).
		rules: [
			whenStatus(
				401,
				'Talkover does not accept this token. Copy the environment token from Talkover again, and check that the base URL belongs to the same installation.',
			),
			whenStatus(403, 'This token may not read agents. Use a token that may.'),
			whenStatus(404, NO_API_HERE),
			{
				type: 'responseSuccessBody',
				properties: { key: 'success', value: undefined, message: NO_API_HERE },
			},
		] as ICredentialTestRequest['rules'],
	};
}
