import { afterAll, afterEach, beforeAll } from '@jest/globals';
import nock from 'nock';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { BASE_URL } from './engine';

/** Fictitious numbers, one for each index. */
export const phoneOf = (index: number) => `+1555${String(1000000 + index)}`;

export const NO_CALL = {
	success: false,
	message: 'No active call found for this phone number',
};

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

// nock is active as soon as it is loaded. What it has replaced is put back, since the next file in the same worker brings a
// nock of its own.
afterAll(() => nock.restore());

/** No request of the test file leaves the process. */
export function mockWire(): void {
	beforeAll(() => {
		if (!nock.isActive()) nock.activate();
		nock.disableNetConnect();
	});
	afterEach(() => nock.cleanAll());
}

/** What the API answers to a call that it makes (endpoints/make-call). */
export const createdCall = (to: string, more: IDataObject = {}) => ({
	id: `new-${to}`,
	agent_id: 'agent-1',
	to,
	status: 'initiated',
	created_at: '2024-01-15T11:00:00Z',
	...more,
});

/** Expects one lookup; `.reply(…)` it. */
export const onLookup = (phone: string, agentId?: string) =>
	nock(BASE_URL).get(lookupPath(phone, agentId));

export const contact = (name: string, phone: unknown): INodeExecutionData => ({
	json: { name, phone } as IDataObject,
});
