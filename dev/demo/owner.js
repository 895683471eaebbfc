/** Of the demo's n8n, which listens on loopback only: no secret, and the same at each start. */
const owner = { email: 'demo@talkover.example', password: 'Talkover1' };

/**
 * Spares the user the form that asks who owns this n8n.
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
		return `with the e-mail and password that you have set (${owner.email} is refused: ${/** @type {Error} */ (error).message})`;
	}
}

module.exports = { setUpOwner };
