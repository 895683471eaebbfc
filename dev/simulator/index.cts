import { documented, operationOf } from './contract/contract.cts';
import type { Answer } from './contract/contract.cts';
import { loadEndpoints } from './api/endpoint.cts';
import { basePath } from './api/request.cts';
import { Talkover } from './api/talkover.cts';
import type { TalkoverOptions } from './api/talkover.cts';
import { Server } from './wire/server.cts';

export { outcome } from './world/calls.cts';

export interface SimulatorOptions extends TalkoverOptions {
	/** Default 0: a free one. */
	port?: number;
	/** Default `['sim_token']`. */
	tokens?: string[];
}

/** A simulated Talkover on loopback. */
export class Simulator extends Talkover {
	readonly #server = new Server(this);

	/** Without the base path. */
	get origin(): string {
		return this.#server.origin;
	}

	get baseUrl(): string {
		return this.origin + basePath;
	}

	/** @throws EADDRINUSE if the port is taken */
	async listen(port: number): Promise<void> {
		await this.#server.listen(port);
	}

	/** Cancels deliveries and closes all connections. Resolves when the port is free. */
	async stop(): Promise<void> {
		this.end();
		await this.#server.stop();
	}
}

/**
 * Starts a simulated Talkover on loopback.
 *
 * @throws EADDRINUSE if the port is taken
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	loadEndpoints();
	const { port = 0, tokens = ['sim_token'], ...more } = options;
	const simulator = new Simulator({ tokens, ...more });
	await simulator.listen(port);
	return simulator;
}

/**
 * An error of the API, to script it.
 *
 * @param operationId as in the contract
 * @param like which of several documented bodies; default: the first
 * @throws {Error} if the contract has no such example
 */
export function documentedError(operationId: string, status: number, like?: RegExp): Answer {
	return documented(operationOf(operationId), status, like);
}
