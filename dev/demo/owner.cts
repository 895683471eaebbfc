import type { RestClient } from '../n8n/restClient.cts';

/** The owner of the demo's n8n. The password need not be secret, because n8n listens on loopback only. */
export const owner = { email: 'demo@talkover.example', password: 'Talkover1' };

/**
 * Creates the owner of this n8n, so that the user need not fill in the form.
 *
 * @returns how to sign in
 */
export async function setUpOwner(client: RestClient): Promise<string> {
	try {
		await client.signIn(owner);
		return `${owner.email}, password ${owner.password}`;
	} catch (error) {
		// The user may have changed them in the editor.
		return `with the e-mail and password that you chose (${owner.email} is refused: ${(error as Error).message})`;
	}
}
