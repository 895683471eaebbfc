import { beforeEach, expect, test } from '@jest/globals';
import { Stage } from '../../helpers/triggerStage';

const stage = new Stage();

const one = { nodeName: 'One' };
const two = { nodeName: 'Two', webhookId: 'hook-2' };

/** Activates the triggers in their order, like n8n 1.x, until one fails. */
async function activate(triggers: Parameters<typeof stage.hooks>[0]): Promise<void> {
	for (const hook of stage.hooks(triggers)) await stage.create(hook);
}

/** Deactivates the whole workflow, like n8n 1.x. */
async function deactivate(): Promise<void> {
	for (const hook of stage.hooks([one, two])) await stage.remove(hook);
}

/** The triggers when n8n starts. */
const starting = [one, two].map((trigger) => ({ ...trigger, activationMode: 'init' as const }));

/** Makes Talkover refuse the token at the nth activation from now on: each lists the webhooks once. */
function refuse(nth: number): void {
	const answer = { status: 403, body: { message: 'Forbidden' } };
	stage.talkover.script({ when: { method: 'GET', nth }, answer });
}

let webhooks: string[];
beforeEach(async () => {
	await activate([one, two]);
	webhooks = stage.addresses;
	expect(webhooks).toHaveLength(2);
});

test.each([
	['n8n 1.x starts', 'init' as const, 1],
	['n8n 1.x starts and another trigger was activated before', 'init' as const, 2],
	['another main process takes over', 'leadershipChange' as const, 1],
])(
	'when %s and the activation fails, the webhooks survive the deactivation that follows, and no later one',
	async (_, activationMode, nth) => {
		refuse(nth);
		const triggers = [one, two].map((trigger) => ({ ...trigger, activationMode }));
		await expect(activate(triggers)).rejects.toThrow('the token');
		await deactivate();
		expect(stage.addresses).toEqual(webhooks);
		await deactivate();
		expect(stage.addresses).toEqual([]);
	},
);

test('a trigger that n8n 2.x cannot activate when it starts keeps its webhook until the next deactivation', async () => {
	refuse(2);
	const [first, second] = stage.hooks(starting);
	await stage.create(first);
	await expect(stage.create(second)).rejects.toThrow('the token');
	await stage.remove(second);
	expect(stage.addresses).toEqual(webhooks);
	await deactivate();
	expect(stage.addresses).toEqual([]);
});

test('after a failed and a successful activation when n8n starts, a deactivation deletes the webhooks', async () => {
	refuse(1);
	await expect(activate(starting)).rejects.toThrow('the token');
	await activate(starting);
	await deactivate();
	expect(stage.addresses).toEqual([]);
});

test('a failed activation by a person deletes the webhooks', async () => {
	refuse(1);
	await expect(activate([one, two])).rejects.toThrow('the token');
	await deactivate();
	expect(stage.addresses).toEqual([]);
});
