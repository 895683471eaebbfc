import { expect } from '@jest/globals';
import { until } from '../../../dev/until.cts';
import { postJson } from './postJson.cts';
import { createQueue } from './prepared.cts';
import { TriggerStage } from './triggerStage.cts';
import type { QueueServer } from '../../../dev/n8n/queueMode.cts';

/** Printed by a worker for each execution that it runs. */
const STARTED = /Worker started execution/g;

/** The stage of the trigger's tests, with an n8n in queue mode. */
export class QueueStage extends TriggerStage {
	declare server: QueueServer;

	constructor(options: { version: string }) {
		super({ ...options, create: createQueue });
	}

	/** @returns how many executions each worker has run since it started */
	get startedByWorkers(): number[] {
		return this.server.workers.map(({ log }) => log().match(STARTED)?.length ?? 0);
	}

	/**
	 * Sends requests to a workflow's webhook, all at once. The test fails if one is not accepted.
	 *
	 * @param path of the webhook
	 */
	async postAll(path: string, bodies: object[]) {
		const url = `${this.server.webhookUrl}/webhook/${path}`;
		const statuses = await Promise.all(bodies.map(async (body) => await postJson(url, body)));
		expect(statuses).toEqual(bodies.map(() => 200));
	}

	/**
	 * Waits until executions of a workflow have ended.
	 *
	 * @param id of the workflow
	 * @param count of executions
	 * @returns the running ones, if there are more, and the last 100 that have ended
	 */
	async ended(id: string, count: number): Promise<Array<{ id: string; status: string }>> {
		await until(async () => (await this.client.endedExecutions(id)) >= count);
		return await this.client.executions(id);
	}
}
