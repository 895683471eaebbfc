import { describe, expect, test } from '@jest/globals';
import { LoadOptionsContext } from 'n8n-core';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL, hostOf, TOKEN } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { mockWire } from '../../helpers/talkover';

mockWire();

type Search = 'searchAgents' | 'searchCampaigns';

const credential = { token: TOKEN, baseUrl: BASE_URL };

/** Opens a drop-down, as n8n does for its editor (DynamicNodeParametersService, n8n 2.41.1). */
const open = async (
	method: Search,
	filter?: string,
	paginationToken?: string,
	given: ICredentialDataDecryptedObject = credential,
) => {
	const { workflow, additionalData } = hostOf(operationWorkflow('agent.get'), given);
	const node = workflow.nodes.Talkover;
	const { listSearch } = workflow.nodeTypes.getByNameAndVersion(node.type).methods ?? {};
	const search = listSearch?.[method];
	if (!search) throw new Error(`The node has no ${method}`);
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	const { value } = await withFastClock(
		async () => await search.call(context, filter, paginationToken),
	);
	return value;
};

const onList = (path: string, query: Record<string, string>, status: number, body: unknown) =>
	nock(BASE_URL)
		.get(path)
		.query(query)
		.reply(status, body as ReplyBody);

const first = { per_page: '50', page: '1' };

describe.each<[Search, string]>([
	['searchAgents', '/agents'],
	['searchCampaigns', '/campaigns'],
])('%s', (method, path) => {
	test.each(['meta', 'pagination'])(
		'shows page by page, with the page info in %s',
		async (info) => {
			onList(path, first, 200, { data: [{ id: 1, name: 'One' }], [info]: { last_page: 2 } });
			const one = await open(method);
			expect(one).toEqual({ results: [{ name: 'One', value: '1' }], paginationToken: '2' });
			onList(path, { ...first, page: '2' }, 200, { data: [{ id: 2 }], [info]: { last_page: 2 } });
			expect(await open(method, '', '2')).toEqual({ results: [{ name: '2', value: '2' }] });
		},
	);

	test('lets the API search for the typed text', async () => {
		onList(path, { ...first, search: '+1 & co' }, 200, { data: [], meta: { last_page: 1 } });
		expect(await open(method, ' +1 & co ')).toEqual({ results: [] });
		onList(path, first, 200, { data: [], meta: { last_page: 1 } });
		expect(await open(method, '  ')).toEqual({ results: [] });
	});

	test('ends with an empty page when there is no page info', async () => {
		onList(path, { ...first, page: '2' }, 200, { success: true, data: [] });
		expect(await open(method, '', '2')).toEqual({ results: [] });
	});

	test.each([
		[401, { message: `Unknown: ${TOKEN}` }, 'Talkover does not accept the token'],
		[200, '<html>', 'This server is not the Talkover API'],
		[200, { success: false, data: [] }, 'gave an answer that this node does not understand'],
		[200, { data: [null] }, 'gave an answer that this node does not understand'],
	])('explains an error in words: %i %j', async (status, body, words) => {
		onList(path, first, status, body);
		const error = await open(method).then(String, (thrown: Error) => thrown);
		expect(error).toMatchObject({ name: 'NodeApiError', message: expect.stringContaining(words) });
		expect(JSON.stringify(error)).not.toContain(TOKEN);
	});

	test('explains what is wrong with the credential', async () => {
		const without = { ...credential, token: '' };
		await expect(open(method, '', '1', without)).rejects.toThrow('has no token');
	});
});

describe('what is shown', () => {
	test.each<[Search, string, IDataObject, string]>([
		['searchAgents', '/agents', { label: 'Sales', name: 'Bianca' }, 'Sales (Bianca)'],
		['searchAgents', '/agents', { label: 'Bianca', name: 'Bianca' }, 'Bianca'],
		['searchAgents', '/agents', { label: '', name: 'Bianca', status: 'draft' }, 'Bianca [draft]'],
		['searchAgents', '/agents', { name: 'B', current_status: 'published' }, 'B'],
		['searchCampaigns', '/campaigns', { name: 'Spring', status: 'active' }, 'Spring'],
		['searchCampaigns', '/campaigns', { name: 'Spring', status: 'paused' }, 'Spring [paused]'],
		['searchCampaigns', '/campaigns', { name: 'Spring', status: null }, 'Spring'],
		['searchCampaigns', '/campaigns', { name: '' }, 'x-1'],
	])('by %s for %s %j', async (method, path, item, name) => {
		onList(path, first, 200, { data: [{ id: 'x-1', ...item }], meta: { last_page: 1 } });
		expect((await open(method)).results).toEqual([{ name, value: 'x-1' }]);
	});
});
