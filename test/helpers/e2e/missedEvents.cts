import { expect } from '@jest/globals';
import { until } from '../../../dev/until.cts';
import { example } from './example.cts';
import type { TriggerStage } from './triggerStage.cts';
import { onEvent } from './workflows.cts';

const redeliver = example('redeliver-missed-events');

/** So that the example runs only when n8n starts, also if that is at the full hour. */
const RARELY = { rule: { interval: [{ field: 'cronExpression', expression: '0 0 29 2 *' }] } };

/**
 * The example that has Talkover send missed events again.
 *
 * @param webhook its ID in Talkover
 * @param changes parameters by the name of the node
 */
export function redeliverExample(webhook: string, changes: Record<string, object> = {}) {
	const nodes = redeliver.nodes.map((node) => ({
		...node,
		parameters: {
			...node.parameters,
			...(node.name === 'Undelivered Events' && {
				webhookId: { __rl: true, mode: 'id', value: webhook },
			}),
			...changes[node.name],
		},
	}));
	return { ...redeliver, nodes, id: undefined };
}

/**
 * Kills n8n, has Talkover give up events meanwhile, and starts n8n again. Checks that the example has each of them sent again, that each
 * is one execution, and that another start sends nothing.
 */
export async function missEvents(stage: TriggerStage) {
	const onEvents = await stage.createActive(onEvent('Events', stage.log.url));
	const example = await stage.createActive(
		redeliverExample(stage.webhook.id, { 'Every Hour': RARELY }),
	);
	const finished = async (id: string) =>
		(await stage.client.executions(id)).filter(({ status }) => status === 'success');
	const logged = () => stage.logged.map(({ id }) => String(id)).sort();
	const before = ['before-1', 'before-2'];
	for (const id of before) expect((await stage.statuses({ id })).at(-1)).toBe(200);
	await until(async () => (await finished(onEvents)).length === before.length);

	await stage.server.kill();
	const missed = Array.from({ length: 20 }, (_, nth) => `missed-${nth}`);
	const attempts = await Promise.all(missed.map(async (id) => await stage.statuses({ id })));
	// The first attempt and ten more: Talkover has given up.
	expect(attempts).toEqual(missed.map(() => Array(11).fill(undefined)));

	await stage.start();
	const all = [...before, ...missed].sort();
	await until(() => logged().length >= all.length);
	await until(async () => (await finished(onEvents)).length === all.length);
	await until(async () => (await finished(example)).length === 1);
	expect(logged()).toEqual(all);
	expect(await stage.client.endedExecutions(onEvents)).toBe(all.length);

	const sent = stage.talkover.deliveries.length;
	await stage.stop();
	await stage.start();
	await until(async () => (await finished(example)).length === 2);
	expect(stage.talkover.deliveries).toHaveLength(sent);
	expect(await stage.client.endedExecutions(onEvents)).toBe(all.length);
	expect(logged()).toEqual(all);
}
