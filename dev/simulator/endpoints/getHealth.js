/** Needs no token, and does not count for the rate limit. */
module.exports = () => ({ status: 200, body: { status: 'ok' } });
