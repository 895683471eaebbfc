const { envelopes } = require('./envelopes');
const { findRoute } = require('./routes');

/** @typedef {import('./envelopes').Answer} Answer */
/** @typedef {{ method: string, url: string, path: string, query: Record<string, string>, headers: import('node:http').IncomingHttpHeaders, body?: unknown }} ApiRequest */

const basePath = '/api/v1';

/** The answer of the web server in front of the API to a wrong base URL. */
const htmlNotFound = {
	status: 404,
	headers: { 'Content-Type': 'text/html; charset=UTF-8' },
	body: '<!DOCTYPE html>\n<html lang="en"><head><title>Not Found</title></head><body><h1>404 | Not Found</h1></body></html>\n',
};

/**
 * The API without HTTP.
 *
 * @param {import('./routes').Context} context
 * @param {string[]} tokens the accepted ones
 * @param {import('./rateLimit').RateLimiter} [limiter]
 * @returns {(request: ApiRequest) => Promise<Answer>}
 */
function createApi(context, tokens, limiter) {
	return async (request) => {
		// A test's clock does not notify anybody when it moves.
		context.environment.callEnds.notice();
		if (!isApiUrl(request.url)) return htmlNotFound;
		const found = findRoute(request.method, request.path);
		if (!limiter || found?.route.open) return answer(request, found);

		const usual = found?.route.rateLimited ?? envelopes.rateLimitCoded;
		const { headers, refusal } = limiter.count(usual);
		return { ...(refusal ?? (await answer(request, found))), headers };
	};

	/**
	 * @param {ApiRequest} request
	 * @param {ReturnType<typeof findRoute>} found
	 */
	function answer(request, found) {
		if (!found) return routeNotFound(request);
		const { route, params } = found;
		if (!route.open && !tokens.includes(bearerToken(request))) {
			return route.unauthorized ?? envelopes.unauthorized;
		}
		return route.endpoint({ ...request, params }, context);
	}
}

/** @param {string} url raw, from the first slash on */
function isApiUrl(url) {
	return url.startsWith(`${basePath}/`);
}

/** @param {ApiRequest} request */
function bearerToken({ headers }) {
	return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** @param {ApiRequest} request */
function routeNotFound({ path }) {
	const name = `${basePath}${path}`.slice(1);
	return { status: 404, body: { message: `The route ${name} could not be found.` } };
}

module.exports = { basePath, createApi, isApiUrl };
