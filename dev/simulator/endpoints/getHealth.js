/** Needs no token and is not counted: it says nothing about either. */
module.exports = () => ({ status: 200, body: { status: 'ok' } });
