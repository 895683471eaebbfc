import type { RestClient } from '../n8n/restClient.cts';

/** The owner of the demo's n8n. The password need not be secret, because n8n listens on loopback only. */
export const owner = { email: 'demo@talkover.example', password: 'Talkover1' };

/**
 * Creates the owner of this n8n, so that the user need not fill in the form.
 *
 * @returns whether the client is signed in, and how the user can
 */
export async function setUpOwner(
	client: RestClient,
): Promise<{ isSignedIn: boolean; signIn: string }> {
	try {
		await client.signIn(owner);
		return { isSignedIn: true, signIn: `${owner.email}, password ${owner.password}` };
	} catch (error) {
		// The user may have changed them in the editor.
		const signIn = `with the e-mail and password that you chose (${owner.email} is refused: ${(error as Error).message})`;
		return { isSignedIn: false, signIn };
	}
}
