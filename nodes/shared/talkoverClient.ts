import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IWebhookFunctions,
} from 'n8n-workflow';
import { TalkoverClient } from '../../api/http/client';
import type { ClientSettings } from '../../api/http/client';
import { parseCredential } from '../../api/http/credential';
import { InputError } from '../../api/errors';

const CREDENTIAL_TYPE = 'talkoverApi';

type Context = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions | IWebhookFunctions;

/**
 * The node's credential, decrypted.
 *
 * @param itemIndex of the item for which n8n evaluates the credential's expressions
 * @throws InputError when the node has no credential, and n8n's error for an expression that fails
 */
export async function readCredential(
	context: Context,
	itemIndex = 0,
): Promise<ICredentialDataDecryptedObject> {
	if (!context.getNode().credentials?.[CREDENTIAL_TYPE]) {
		throw new InputError(
			'No Talkover credential is chosen',
			'Open the node, and choose or create one in “Credential to connect with”.',
		);
	}
	return await context.getCredentials(CREDENTIAL_TYPE, itemIndex);
}

/**
 * A client that sends its requests with n8n's HTTP helper.
 *
 * @param signal ends all waits; nothing is sent after it is aborted
 * @throws InputError when the credential is not valid
 */
export function createClient(
	context: Context,
	credential: ICredentialDataDecryptedObject,
	settings: ClientSettings,
	signal?: AbortSignal,
): TalkoverClient {
	// Without it, n8n would read and decrypt the credential again for each request.
	const credentialsDecrypted: ICredentialsDecrypted = {
		id: '',
		name: '',
		type: CREDENTIAL_TYPE,
		data: credential,
	};
	const request = async (options: IHttpRequestOptions) =>
		(await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL_TYPE, options, {
			credentialsDecrypted,
		})) as IN8nHttpFullResponse;
	return new TalkoverClient(parseCredential(credential), request, settings, signal);
}

/** A client for the node's credential, for code without items. @throws InputError when the credential is not valid */
export async function openClient(
	context: Context,
	settings: ClientSettings,
): Promise<TalkoverClient> {
	return createClient(context, await readCredential(context), settings);
}
