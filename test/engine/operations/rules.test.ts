import { describe, expect, test } from '@jest/globals';
import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { Talkover } from '../../../nodes/Talkover/Talkover.node';
import { TalkoverTrigger } from '../../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { defaultResource, operations, resources } from '../../../nodes/Talkover/operations';
import { ItemParameters } from '../../../nodes/Talkover/operations/itemParameters';
import type { Item, Operation, Result } from '../../../nodes/Talkover/operations/operation';

const byName = operations.map((operation): [string, Operation] => [
	`${operation.resource}.${operation.value}`,
	operation,
]);

// n8n saves neither a default resource nor a default operation, and no name of an operation.
test('saved workflows find the operation that they were saved with', () => {
	expect(defaultResource).toBe('call');
	const defaults = Object.entries(resources).map(
		([resource, { defaultOperation }]) => `${resource}.${defaultOperation.value}`,
	);
	expect(defaults).toEqual([
		'call.getActiveCall',
		'agent.get',
		'campaign.makeCampaignCall',
		'phoneNumber.getAll',
		'webhookDelivery.getAll',
	]);
	const saved = [
		'agent.get',
		'agent.getAll',
		'agent.publish',
		'agent.unpublish',
		'call.endCall',
		'call.getActiveCall',
		'call.getAll',
		'call.makeCall',
		'call.waitForEnd',
		'campaign.create',
		'campaign.get',
		'campaign.getAll',
		'campaign.getCalls',
		'campaign.makeCampaignCall',
		'campaign.update',
		'campaign.updateStatus',
		'campaign.waitForEnd',
		'phoneNumber.getAll',
		'webhookDelivery.getAll',
		'webhookDelivery.retry',
	];
	expect(byName.map(([name]) => name)).toEqual(expect.arrayContaining(saved));
});

test('a result on one of several outputs does not compile without what an AI agent gets', () => {
	const result = { output: 'active', json: {} } as const;
	const onOnlyOutput: Result<'active'> = result;
	// @ts-expect-error An AI agent cannot see the output. The linter checks the types.
	const onOneOfTwo: Result<'active' | 'notFound'> = result;
	expect(onOnlyOutput).toBe(onOneOfTwo);
});

/** The fields in a collection. */
const within = ({ type, options = [] }: INodeProperties): INodeProperties[] =>
	type === 'collection' ? (options as INodeProperties[]) : [];

/** A value that the field takes. */
function example({ name, type, default: given, options = [] }: INodeProperties): unknown {
	if (type === 'resourceLocator') return 'id-1';
	if (type === 'dateTime') return '2026-06-01';
	if (type === 'fixedCollection') {
		const [{ name: part, values }] = options as INodePropertyCollection[];
		const isTime = part === 'ranges';
		const times = values.map((field, nth) => [field.name, isTime ? `0${nth + 8}:00` : 'a']);
		return { [part]: [Object.fromEntries(times)] };
	}
	if (given !== '') return given;
	if (type === 'options') return options.map((one) => 'value' in one && one.value).find(Boolean);
	if (name === 'timezone') return 'America/Sao_Paulo';
	return /phone|list/i.test(name) ? '+15551234567' : 'id-1';
}

/** End an operation that has read its parameters, at its first request, or at the action that it runs once. */
const [REQUEST, ONCE] = [new Error('A request'), new Error('A one-time action')];

/** The parameters that an operation reads before it sends anything, if the builder has added these fields to its collections. */
async function parametersReadBy({ fields, execute }: Operation, added: INodeProperties[]) {
	const values = new Map<string, unknown>(fields.map((field) => [field.name, example(field)]));
	for (const field of fields.filter(({ type }) => type === 'collection')) {
		const inside = within(field).filter((one) => added.includes(one));
		values.set(field.name, Object.fromEntries(inside.map((one) => [one.name, example(one)])));
	}
	const read: string[] = [];
	const valueOf = (path: string) => {
		read.push(path);
		const [name, inner] = path.split('.');
		const value = values.get(name) as Record<string, unknown> | undefined;
		return (inner === undefined ? value : value?.[inner]) ?? null;
	};
	const stopWith = (end: Error) => () => {
		throw end;
	};
	const item = {
		parameters: new ItemParameters({
			read: valueOf,
			raw: (path) => valueOf(path) ?? undefined,
			timezone: 'America/Sao_Paulo',
			hint: () => {},
		}),
		client: new Proxy(
			{ id: 'client-1', sign: () => 'signed' },
			{ get: (own, name) => Reflect.get(own, name) ?? stopWith(REQUEST) },
		),
		once: stopWith(ONCE),
		timeLimit: () => Infinity,
	};
	const end: unknown = await execute(item as unknown as Item).catch((error: unknown) => error);
	return { read, end };
}

describe.each(byName)('%s', (_, operation) => {
	const { fields, outputs } = operation;

	test('has Options as its last field, which all operations have', () => {
		expect(fields.at(-1)?.name).toBe('options');
		expect(within(fields[fields.length - 1]).map(({ name }) => name)).toEqual(
			expect.arrayContaining(['maxParallelRequests', 'maxRateLimitWait', 'timeout']),
		);
	});

	test('reads only parameters that its panel has, and changes something only as a one-time action', async () => {
		const known = fields.flatMap((field) => [
			field.name,
			...within(field).map(({ name }) => `${field.name}.${name}`),
			...(field.type === 'fixedCollection' ? [`${field.name}.values`] : []),
		]);
		const nothing = await parametersReadBy(operation, []);
		const each = await Promise.all(
			fields.flatMap(within).map(async (one) => await parametersReadBy(operation, [one])),
		);
		const readings = [nothing, ...each];
		const ends = readings.map(({ end }) => end).filter((end) => end === REQUEST || end === ONCE);
		const onlyReads = /^(get|waitFor)/.test(operation.value);
		expect([...new Set(ends)]).toEqual([onlyReads ? REQUEST : ONCE]);
		const read = readings.flatMap((reading) => reading.read);
		expect([...new Set(read)].filter((path) => !known.includes(path))).toEqual([]);
	});

	test('says why its first output is empty, if another one is not', () => {
		if (Object.keys(outputs).length > 1) expect(operation.emptyHint?.(1)).toMatch(/the item is on/);
	});

	test('shares no credential among items, and warns first, if it rings a phone', () => {
		if (!/rings a real phone/.test(operation.action)) return;
		expect(operation.sharesCredential).toBeUndefined();
		expect(fields[0].name).toBe('dialsNotice');
	});
});

test.each([new Talkover(), new TalkoverTrigger()])(
	'the drop-downs of $description.displayName name methods that it has',
	({ description, methods }) => {
		const all = (field: INodeProperties): INodeProperties[] => [
			field,
			...within(field).flatMap(all),
		];
		const fields = description.properties.flatMap(all);
		const searches = fields
			.flatMap(({ modes = [] }) => modes.map(({ typeOptions }) => typeOptions?.searchListMethod))
			.filter((name) => name !== undefined);
		const loads = fields
			.map(({ typeOptions }) => typeOptions?.loadOptionsMethod)
			.filter((name) => name !== undefined);
		expect(searches.length).toBeGreaterThan(0);
		const { listSearch, loadOptions = {} } = methods as Record<string, object | undefined>;
		expect(Object.keys(listSearch ?? {})).toEqual(expect.arrayContaining(searches));
		expect(Object.keys(loadOptions)).toEqual(expect.arrayContaining(loads));
	},
);
