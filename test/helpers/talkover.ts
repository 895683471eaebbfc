import { afterAll, afterEach, beforeAll } from '@jest/globals';
import nock from 'nock';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { BASE_URL } from './engine';

/** A fictitious number for each index. */
export const phoneOf = (index: number) => `+1555${String(1000000 + index)}`;

export const NO_CALL = {
	success: false,
	message: 'No active call found for this phone number',
};

export const LIMITED = { success: false, message: 'Rate limit exceeded' };

export const activeCall = (to: string, more: IDataObject = {}) => ({
	id: `call-${to}`,
	agent_id: 'agent-1',
	to,
	status: 'answered',
	started_at: '2024-01-15T11:00:00Z',
	duration_seconds: 42,
	...more,
});

export const lookupPath = (phone: string, agentId = 'agent-1') =>
	`/agents/${agentId}/active-call/${encodeURIComponent(phone)}`;

// nock is active as soon as it is loaded. The next test file of the process may need the real wire.
afterAll(() => nock.restore());

/** No request of the test file leaves the process. */
export function mockWire(): void {
	beforeAll(() => {
		if (!nock.isActive()) nock.activate();
		nock.disableNetConnect();
	});
	afterEach(() => nock.cleanAll());
}

/** The API's answer to a request for a call (endpoints/make-call). */
export const createdCall = (to: string, more: IDataObject = {}) => ({
	id: `new-${to}`,
	agent_id: 'agent-1',
	to,
	status: 'initiated',
	created_at: '2024-01-15T11:00:00Z',
	...more,
});

/** Expects one lookup. Give its answer with `.reply(…)`. */
export const onLookup = (phone: string, agentId?: string) =>
	nock(BASE_URL).get(lookupPath(phone, agentId));

export const contact = (name: string, phone: unknown): INodeExecutionData => ({
	json: { name, phone } as IDataObject,
});

export const ana = contact('Ana', phoneOf(1));
export const bruno = contact('Bruno', phoneOf(2));

/**
 * Mocks a list with its pages.
 *
 * @param infoOf what an answer has beside its page, by the query of the request and the number of pages
 */
export function mockPages(
	path: string,
	all: IDataObject[],
	infoOf: (query: URLSearchParams, pages: number) => object,
): void {
	nock(BASE_URL)
		.persist()
		.get(path)
		.query(true)
		.reply((uri) => {
			const { searchParams } = new URL(uri, BASE_URL);
			const [page, size] = ['page', 'per_page'].map((name) => Number(searchParams.get(name)));
			const data = all.slice((page - 1) * size, page * size);
			return [200, { success: true, data, ...infoOf(searchParams, Math.ceil(all.length / size)) }];
		});
}
