import { documented, operationOf } from '../contract/contract.cts';
import type { Answer, Operation } from '../contract/contract.cts';
import { ask, hasEndpoint } from './endpoint.cts';
import type { RateLimiter } from './rateLimit.cts';
import { basePath, isApiUrl } from './request.cts';
import type { RecordedRequest } from './request.cts';
import type { World } from '../world/world.cts';

/** The answer of the web server in front of the API to a wrong base URL. */
const htmlNotFound: Answer = {
	status: 404,
	body: '<!DOCTYPE html>\n<html lang="en"><head><title>Not Found</title></head><body><h1>404 | Not Found</h1></body></html>\n',
};

/**
 * The API without HTTP.
 *
 * @param tokens the accepted ones; undefined: all
 */
export class Api {
	constructor(
		private readonly world: World,
		private readonly tokens?: string[],
		private readonly limiter?: RateLimiter,
	) {}

	async answer(request: RecordedRequest): Promise<Answer> {
		// A test's clock does not notify anybody when it moves.
		this.world.advance();
		if (!isApiUrl(request.url)) return htmlNotFound;
		const operation = request.operation ? operationOf(request.operation) : undefined;
		// Only /health is open to everybody.
		const isOpen = operation?.security !== undefined;
		if (!this.limiter || isOpen) return await this.#answer(request, operation);

		const { headers, waitSeconds } = this.limiter.count(request.token);
		const answer =
			waitSeconds === undefined
				? await this.#answer(request, operation)
				: tooMany(operation ?? operationOf('makeCall'), waitSeconds);
		return { ...answer, headers };
	}

	async #answer(request: RecordedRequest, operation?: Operation): Promise<Answer> {
		if (!operation || !hasEndpoint(operation)) {
			const route = `${basePath}${request.path}`.slice(1);
			return { status: 404, body: { message: `The route ${route} could not be found.` } };
		}
		if (!operation.security && this.tokens && !this.tokens.includes(request.token)) {
			return documented(operation, 401);
		}
		return await ask(operation, request, this.world);
	}
}

/** The 429 of the page, with the time to wait if it has a place for that. */
function tooMany(operation: Operation, seconds: number): Answer {
	const isCoded = /"error":\{/.test(JSON.stringify(documented(operation, 429)));
	const changes = isCoded ? { details: { retry_after: seconds } } : {};
	return documented(operation, 429, /./, changes);
}
