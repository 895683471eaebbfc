import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { startReceiver } from '../../helpers/receiver.cts';
import type { Reply } from '../../helpers/receiver.cts';
import { SECRET_HEADER } from '../../../nodes/TalkoverTrigger/secret';
import { TOKEN } from '../../helpers/engine';
import { Stage } from '../../helpers/triggerStage';

const stage = new Stage();

const header = (secret: unknown) => ({ [SECRET_HEADER]: secret }) as IDataObject;

test('the secret starts the workflow, and nothing else does', async () => {
	await stage.activate();
	const { secret } = stage;
	expect(await stage.receive(header(secret))).toBe(200);
	const changed = secret.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
	const others = [`${secret}0`, secret.slice(1), secret.toUpperCase(), changed, '', TOKEN];
	for (const wrong of [...others, undefined, [secret]]) {
		expect(await stage.receive(header(wrong))).toBe(401);
	}
	expect(await stage.receive({})).toBe(401);
});

test('the secret is the same at each activation, also after a restart and without static data', async () => {
	const staticData: IDataObject = {};
	await stage.activate({}, { staticData });
	const { secret } = stage;
	await stage.activate({}, { staticData });
	expect(stage.secret).toBe(secret);
	await stage.deactivate({}, { staticData });
	await stage.restart();
	await stage.activate();
	expect(stage.secret).toBe(secret);
});

test.each<[string, IDataObject]>([
	['empty, as after a crash', {}],
	['of another trigger', { trigger: '["other",false]', id: '1', url: 'https://n8n.test' }],
])('a delivery starts the workflow when the static data are %s', async (_, staticData) => {
	await stage.activate();
	await stage.restart();
	const before = structuredClone(staticData);
	expect(await stage.receive(header(stage.secret), { staticData })).toBe(200);
	expect(staticData).toEqual(before);
});

test.each([
	['another workflow', { workflowId: 'copy' }],
	['another trigger of the workflow', { webhookId: 'hook-2' }],
	['a test', { isTest: true }],
	['the same trigger with another token', { token: 'another' }],
])('the secret of a trigger does not start %s', async (_, setting) => {
	await stage.activate();
	expect(await stage.receive(header(stage.secret), setting)).toBe(401);
});

test('a test has a secret of its own', async () => {
	await stage.activate({}, { isTest: true });
	expect(await stage.receive(header(stage.secret), { isTest: true })).toBe(200);
	expect(await stage.receive(header(stage.secret))).toBe(401);
});

test('after the token was replaced, an activation gives the webhook the new secret, and the former one is refused', async () => {
	const staticData: IDataObject = {};
	await stage.activate({}, { staticData });
	const { secret: former } = stage;
	const setting = { staticData, token: 'another' };
	await stage.activate({}, setting);
	expect(stage.methods.at(-1)).toBe('PUT');
	expect(await stage.receive(header(stage.secret), setting)).toBe(200);
	expect(await stage.receive(header(former), setting)).toBe(401);
});

test('while the credential cannot be read, the answer is 503, so that Talkover retries', async () => {
	await stage.activate();
	expect(await stage.receive(header(stage.secret), { token: '' })).toBe(503);
	expect(await stage.receive(header(stage.secret), { unreadable: true })).toBe(503);
	expect(await stage.receive(header(stage.secret))).toBe(200);
});

test('a request without the form of a secret does not read the credential', async () => {
	for (const given of ['guess', undefined]) {
		expect(await stage.receive(header(given), { unreadable: true })).toBe(401);
	}
});

test('the state contains neither the secret nor the token', async () => {
	const staticData: IDataObject = {};
	await stage.activate({}, { staticData });
	expect(Object.keys(staticData)).toEqual(['trigger', 'owner', 'id', 'url']);
	expect(JSON.stringify(staticData)).not.toContain(stage.secret);
	expect(JSON.stringify(staticData)).not.toContain(TOKEN);
});

test('triggers that swap their names keep their webhooks and secrets', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	// The other trigger has the name of the first one, and so its state.
	const other = { staticData: structuredClone(staticData), webhookId: 'hook-2' };
	await stage.activate({}, other);
	expect(stage.addresses).toEqual([stage.address(), stage.address({ webhookId: 'hook-2' })]);
	const [first, second] = stage.secrets;
	const swapped = { staticData: structuredClone(other.staticData) };
	expect(await stage.receive(header(first), swapped)).toBe(200);
	expect(await stage.receive(header(second), { ...other, staticData })).toBe(200);
});

test('without webhook IDs, two triggers of a workflow have different secrets', async () => {
	const [one, two] = ['One', 'Two'].map((nodeName) => ({ webhookId: undefined, nodeName }));
	await stage.activate({}, one);
	await stage.activate({}, two);
	const [first, second] = stage.secrets;
	expect(await stage.receive(header(first), one)).toBe(200);
	expect(await stage.receive(header(second), two)).toBe(200);
	expect(await stage.receive(header(second), one)).toBe(401);
});

/** All text of an error that n8n may log, save or show. */
const textOf = (error: unknown) => `${(error as Error).stack} ${JSON.stringify(error)}`;

const json = (status: number, body: object): Reply => ({
	status,
	headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify(body),
});

describe('no error contains the secret or a part of it', () => {
	test.each<[string, (secret: string) => Reply]>([
		['Talkover repeats it in a message', (secret) => json(422, { message: `Invalid: ${secret}` })],
		[
			'Talkover repeats it for a field',
			(secret) => json(422, { errors: { custom_headers: [`${secret} is taken`] } }),
		],
		['the outcome is unknown', (secret) => json(500, { message: secret })],
		['a web page answers', (secret) => ({ status: 403, body: `<p>${secret}</p>` })],
		[
			'the quote of a message ends inside it',
			(secret) => json(422, { message: `${'x'.repeat(280)}${secret}` }),
		],
		[
			'the quote of a web page ends inside it',
			(secret) => ({ status: 403, body: `${' '.repeat(4980)}${secret}` }),
		],
		['the connection breaks', (secret) => ({ body: secret, then: 'break' })],
	])('when %s', async (_, reply) => {
		const secrets: string[] = [];
		const talkover = await startReceiver(({ method, body }) => {
			if (method === 'GET') return json(200, { success: true, data: { webhooks: [] } });
			const [{ value }] = JSON.parse(body).custom_headers;
			secrets.push(value);
			return reply(value);
		});
		const { origin: baseUrl } = new URL(talkover.url);
		const error = await stage.activate({}, { baseUrl }).catch((thrown: unknown) => thrown);
		await talkover.stop();
		expect(error).toBeInstanceOf(Error);
		expect(secrets).toHaveLength(1);
		expect(textOf(error)).not.toContain(secrets[0].slice(0, 12));
	});
});
