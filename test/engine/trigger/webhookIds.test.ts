import { expect, test } from '@jest/globals';
import { SECRET_HEADER } from '../../../nodes/TalkoverTrigger/secret';
import { Stage } from '../../helpers/triggerStage';

const stage = new Stage();

/** The IDs of their nodes are the same, too: whoever copies JSON may change the names only. */
const one = { nodeName: 'One' };
const two = { nodeName: 'Two' };

const CONFLICT =
	'The triggers "One" and "Two" have the same webhook ID (hook-1), so only one of them would start the workflow. Delete one of them';

const working = async () => await stage.receive({ [SECRET_HEADER]: stage.secret });

/** As n8n 1.x deactivates a workflow: with a Workflow object of its own. */
async function deactivate(triggers = [one, two]): Promise<void> {
	for (const hook of stage.hooks(triggers)) await stage.remove(hook);
}

async function activate(triggers: Parameters<typeof stage.hooks>[0]): Promise<void> {
	for (const hook of stage.hooks(triggers)) await stage.create(hook);
}

test('two triggers with one webhook ID stop the activation, and nothing is left of it (n8n 1.x)', async () => {
	await expect(activate([one, two])).rejects.toThrow(CONFLICT);
	await deactivate();
	expect(stage.addresses).toEqual([]);
});

test('also when n8n 1.x starts, and tries again for ever', async () => {
	const starting = [one, two].map((setting) => ({ ...setting, activationMode: 'init' as const }));
	for (let count = 0; count < 3; count++) {
		await expect(activate(starting)).rejects.toThrow(CONFLICT);
		await deactivate();
		expect(stage.addresses).toEqual([]);
	}
});

test('five attempts of n8n 2.x to activate the second trigger leave the first one working', async () => {
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

test('n8n 2.x that starts with them deletes the webhook later, when the workflow is deactivated', async () => {
	const starting = [one, two].map((setting) => ({ ...setting, activationMode: 'init' as const }));
	const [first, second] = stage.hooks(starting);
	await stage.create(first);
	await expect(stage.create(second)).rejects.toThrow(CONFLICT);
	await stage.remove(second);
	await deactivate([one]);
	expect(stage.addresses).toEqual([]);
});

test('with a webhook ID of its own, the second trigger is activated', async () => {
	await expect(activate([one, two])).rejects.toThrow(CONFLICT);
	await deactivate();
	await activate([one, { ...two, webhookId: 'hook-2' }]);
	expect(stage.addresses).toEqual([stage.address(), stage.address({ webhookId: 'hook-2' })]);
});

test.each([
	['that is renamed', [two]],
	['that was replaced by another node with the same webhook ID', [{ ...two, staticData: {} }]],
	['of a copy of the workflow', [{ ...one, workflowId: 'copy' }]],
	['beside a test', [{ ...two, isTest: true }]],
	['that has exchanged its name with another one', [two, { nodeName: 'One', webhookId: 'hook-2' }]],
])('a trigger %s is activated, though n8n has not deactivated the first', async (_, triggers) => {
	await activate([one, { nodeName: 'Two', webhookId: 'hook-2' }]);
	await expect(activate(triggers)).resolves.toBeUndefined();
});

test('a trigger that fails for another reason is activated again', async () => {
	const [hook] = stage.hooks([one, { ...two, webhookId: 'hook-2' }]);
	const answer = { status: 403, body: { message: 'Forbidden' } };
	stage.talkover.script({ when: { method: 'GET' }, times: 2, answer });
	for (let count = 0; count < 2; count++) {
		await expect(stage.create(hook)).rejects.toThrow('the token');
	}
	await stage.create(hook);
	expect(await working()).toBe(200);
});
