import { expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';

mockWire();

const simple = {
	id: 'phone-0',
	number: phoneOf(0),
	country_code: 'US',
	type: 'voice',
	has_voice: true,
	has_sms: true,
	has_whatsapp: false,
	current_status: 'active',
	is_sandbox: false,
	renewal_date: '2026-02-15',
};
const number = { ...simple, currency: 'USD', current_price: 1, auto_renewal: true };
const numbers = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		...number,
		id: `phone-${index}`,
		number: phoneOf(index),
	}));

/** The query of each request. */
let asked: IDataObject[];

/** Mocks the list. It is documented as not paged: each request gets all of it, without page data. */
function onList(status: number, body: ReplyBody): void {
	asked = [];
	nock(BASE_URL)
		.persist()
		.get('/phone-numbers')
		.query(true)
		.reply((uri) => {
			asked.push(Object.fromEntries(new URL(uri, BASE_URL).searchParams));
			return [status, body];
		});
}

test('returns the most important fields, and all fields without Simplify', async () => {
	onList(200, { success: true, data: [number] });
	const result = await runOperation('phoneNumber.getAll');
	expect(result.items('Talkover')).toEqual([{ json: simple, pairedItem: { item: 0 } }]);
	expect(Object.keys(simple)).toHaveLength(10);
	expect(result.json('Result')).toEqual([{ value: 'Ana: phone-0' }]);

	const parameters = { simplify: false };
	expect((await runOperation('phoneNumber.getAll', { parameters })).json('Talkover')).toEqual([
		number,
	]);
});

test('simplifies the shorter item of the published openapi.json', async () => {
	const short = { id: 'phone-0', number: phoneOf(0), has_voice: true };
	onList(200, { success: true, data: [{ ...short, country: 'US' }] });
	expect((await runOperation('phoneNumber.getAll')).json('Talkover')).toEqual([
		{ ...short, country_code: 'US' },
	]);
});

test.each([
	[{}, 3, 3],
	[{}, 60, 50],
	[{ limit: 2 }, 3, 2],
	[{ returnAll: true }, 120, 120],
])(
	'a list without pages gives each number once: %j of %i are %i',
	async (parameters, all, count) => {
		onList(200, { success: true, data: numbers(all) });
		const result = await runOperation('phoneNumber.getAll', {
			parameters: { simplify: false, ...parameters },
		});
		expect(result.json('Talkover')).toEqual(numbers(count));
		// A list that is not paged looks like a long one until nothing new has come three times.
		expect(asked.length).toBeLessThanOrEqual(4);
	},
);

test('reads all pages, if there are pages', async () => {
	nock(BASE_URL)
		.persist()
		.get('/phone-numbers')
		.query(true)
		.reply((uri) => {
			const page = Number(new URL(uri, BASE_URL).searchParams.get('page'));
			const data = numbers(250).slice((page - 1) * 100, page * 100);
			return [200, { success: true, data, meta: { current_page: page, last_page: 3 } }];
		});
	const parameters = { returnAll: true, simplify: false };
	expect((await runOperation('phoneNumber.getAll', { parameters })).json('Talkover')).toEqual(
		numbers(250),
	);
});

test.each([
	[
		{ type: 'sms', hasVoice: 'true', hasWhatsapp: 'false', search: ` ${phoneOf(1)} ` },
		{ type: 'sms', has_voice: 'true', has_whatsapp: 'false', search: phoneOf(1) },
	],
	[
		{ hasVoice: '={{ true }}', hasWhatsapp: '={{ false }}' },
		{ has_voice: 'true', has_whatsapp: 'false' },
	],
	[{ type: '', hasVoice: '', hasWhatsapp: '={{ $json.none }}', search: '' }, {}],
])('sends the filters %j as %j', async (filters, query) => {
	onList(200, { success: true, data: [] });
	await runOperation('phoneNumber.getAll', { parameters: { filters } });
	expect(asked).toEqual([{ ...query, per_page: '50', page: '1' }]);
});

test.each([
	[{ hasVoice: 'true' }, ['phone-1']],
	[{ hasWhatsapp: 'true' }, ['phone-2']],
	[{ type: 'whatsapp' }, ['phone-2']],
	[{ search: '+15551230002' }, ['phone-2']],
	[{}, ['phone-1', 'phone-2']],
])('the filters %j find %j in a simulated Talkover', async (filters, ids) => {
	wireTalkover();
	const result = await runOperation('phoneNumber.getAll', { parameters: { filters } });
	expect(result.json('Talkover').map(({ id }) => id)).toEqual(ids);
});

test('says that no number matches, in a hint and to an AI agent', async () => {
	onList(200, { success: true, data: [] });
	const message = 'No phone numbers match the filters.';
	const result = await runOperation('phoneNumber.getAll');
	expect(result.task('Talkover').hints).toEqual([expect.objectContaining({ message })]);
	const tool = await runOperation('phoneNumber.getAll', {
		type: 'n8n-nodes-talkover.talkoverTool',
	});
	expect(tool.json('Talkover')).toEqual([{ count: 0, message }]);
});

test.each<[number, ReplyBody, string]>([
	[404, '<html>', 'not the Talkover API'],
	[200, '<html>', 'not the Talkover API'],
	[200, { success: true }, 'an answer that this node does not understand'],
	[200, { success: true, data: {} }, 'an answer that this node does not understand'],
	[200, { success: false, data: [number] }, 'does not understand'],
	[403, { success: false, message: 'No' }, 'does not allow this'],
	[422, { success: false, message: 'The selected type is invalid.' }, 'does not accept the values'],
])('%i %j is an error', async (status, body, words) => {
	onList(status, body);
	expect((await runOperation('phoneNumber.getAll')).error?.message).toContain(words);
});
