import { expect, test } from '@jest/globals';
import { SECRET_HEADER } from '../../../nodes/TalkoverTrigger/secret';
import { Stage } from '../../helpers/triggerStage';

const stage = new Stage();

/** Their node IDs are also the same: somebody who copies JSON may only change the names. */
const one = { nodeName: 'One' };
const two = { nodeName: 'Two' };

const CONFLICT =
	'The triggers "One" and "Two" have the same webhook ID (hook-1), so only one of them would start the workflow. Delete one of them';

const working = async () => await stage.receive({ [SECRET_HEADER]: stage.secret });

/** Deactivates a workflow like n8n 1.x, with another Workflow object than the activation had. */
async function deactivate(triggers = [one, two]): Promise<void> {
	for (const hook of stage.hooks(triggers)) await stage.remove(hook);
}

async function activate(triggers: Parameters<typeof stage.hooks>[0]): Promise<void> {
	for (const hook of stage.hooks(triggers)) await stage.create(hook);
}

test('two triggers with one webhook ID make the activation fail, and no webhook is left (n8n 1.x)', async () => {
	await expect(activate([one, two])).rejects.toThrow(CONFLICT);
	await deactivate();
	expect(stage.addresses).toEqual([]);
});

test('every attempt fails when n8n 1.x starts, and no webhook is left', async () => {
	const starting = [one, two].map((setting) => ({ ...setting, activationMode: 'init' as const }));
	for (let count = 0; count < 3; count++) {
		await expect(activate(starting)).rejects.toThrow(CONFLICT);
		await deactivate();
		expect(stage.addresses).toEqual([]);
	}
});

test('the first trigger works after n8n 2.x has tried five times to activate the second one', async () => {
	const [first, second] = stage.hooks([one, two]);
	const attempts = async () => {
		for (let count = 0; count < 5; count++) {
			await expect(stage.create(second)).rejects.toThrow(CONFLICT);
			await stage.remove(second);
		}
	};
	await Promise.all([stage.create(first), attempts()]);
	expect(stage.addresses).toEqual([stage.address()]);
	expect(await working()).toBe(200);
	await deactivate([one]);
	expect(stage.addresses).toEqual([]);
});

test('when n8n 2.x starts with them, a later deactivation deletes the webhook', async () => {
	const starting = [one, two].map((setting) => ({ ...setting, activationMode: 'init' as const }));
	const [first, second] = stage.hooks(starting);
	await stage.create(first);
	await expect(stage.create(second)).rejects.toThrow(CONFLICT);
	await stage.remove(second);
	await deactivate([one]);
	expect(stage.addresses).toEqual([]);
});

test('the second trigger can be activated with another webhook ID', async () => {
	await expect(activate([one, two])).rejects.toThrow(CONFLICT);
	await deactivate();
	await activate([one, { ...two, webhookId: 'hook-2' }]);
	expect(stage.addresses).toEqual([stage.address(), stage.address({ webhookId: 'hook-2' })]);
});

test.each([
	['that is renamed', [two]],
	['that was replaced by another node with the same webhook ID', [{ ...two, staticData: {} }]],
	['of a copy of the workflow', [{ ...one, workflowId: 'copy' }]],
	['that is active beside a test', [{ ...two, isTest: true }]],
	['that swapped names with another one', [two, { nodeName: 'One', webhookId: 'hook-2' }]],
])(
	'a trigger %s can be activated, although n8n has not deactivated the first one',
	async (_, triggers) => {
		await activate([one, { nodeName: 'Two', webhookId: 'hook-2' }]);
		await expect(activate(triggers)).resolves.toBeUndefined();
	},
);

test('a trigger can be activated after failures for another reason', async () => {
	const [hook] = stage.hooks([one, { ...two, webhookId: 'hook-2' }]);
	const answer = { status: 403, body: { message: 'Forbidden' } };
	stage.talkover.script({ when: { method: 'GET' }, times: 2, answer });
	for (let count = 0; count < 2; count++) {
		await expect(stage.create(hook)).rejects.toThrow('the token');
	}
	await stage.create(hook);
	expect(await working()).toBe(200);
});
