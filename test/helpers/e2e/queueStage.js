const { expect } = require('@jest/globals');
const { createQueueMode } = require('../../../dev/n8n/queueMode.cts');
const { postJson } = require('./postJson');
const { TriggerStage } = require('./triggerStage');
const { until } = require('../until');

/** Printed by a worker for each execution that it runs. */
const STARTED = /Worker started execution/g;

/**
 * The stage of the trigger's tests, with an n8n in queue mode.
 *
 * @extends {TriggerStage<import('../../../dev/n8n/queueMode.cts').QueueServer>}
 */
class QueueStage extends TriggerStage {
	/** @param {{ version: string }} options */
	constructor(options) {
		super({ ...options, create: createQueueMode });
	}

	/** @returns {number[]} how many executions each worker has run since it started */
	get startedByWorkers() {
		return this.server.workers.map(({ log }) => log().match(STARTED)?.length ?? 0);
	}

	/**
	 * Sends requests to a workflow's webhook, all at once. The test fails if one is not accepted.
	 *
	 * @param {string} path of the webhook
	 * @param {object[]} bodies
	 */
	async postAll(path, bodies) {
		const url = `${this.server.webhookUrl}/webhook/${path}`;
		const statuses = await Promise.all(bodies.map(async (body) => await postJson(url, body)));
		expect(statuses).toEqual(bodies.map(() => 200));
	}

	/**
	 * Waits until executions of a workflow have ended.
	 *
	 * @param {string} id of the workflow
	 * @param {number} count of executions
	 * @returns {Promise<Array<{ id: string, status: string }>>} the running ones, if there are more, and the last 100 that have ended
	 */
	async ended(id, count) {
		await until(async () => (await this.client.endedExecutions(id)) >= count);
		return await this.client.executions(id);
	}
}

module.exports = { QueueStage };
