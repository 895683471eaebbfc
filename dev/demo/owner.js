/** The owner of the demo's n8n. The password need not be secret, because n8n listens on loopback only. */
const owner = { email: 'demo@talkover.example', password: 'Talkover1' };

/**
 * Creates the owner of this n8n, so that the user need not fill in the form.
 *
 * @param {import('../n8n/restClient').RestClient} client
 * @returns {Promise<string>} how to sign in
 */
async function setUpOwner(client) {
	try {
		await client.signIn(owner);
		return `${owner.email}, password ${owner.password}`;
	} catch (error) {
		// The user may have changed them in the editor.
		return `with the e-mail and password that you chose (${owner.email} is refused: ${/** @type {Error} */ (error).message})`;
	}
}

module.exports = { owner, setUpOwner };
