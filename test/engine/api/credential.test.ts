import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { TalkoverApi } from '../../../credentials/TalkoverApi.credentials';
import { BASE_URL, hostOf, TOKEN } from '../../helpers/engine';
import { operationWorkflow, runOperation } from '../../helpers/runOperation';
import { mockWire, contact, lookupPath, NO_CALL, phoneOf } from '../../helpers/talkover';

const { authenticate, test: credentialTest } = new TalkoverApi();
const credential = { token: TOKEN, baseUrl: 'https://voice.example/api/v1' };

mockWire();

describe('the token', () => {
	test.each([
		[TOKEN, 'https://voice.example/api/v1'],
		[`  ${TOKEN}\n`, 'https://voice.example/api/v1/'],
		[`Bearer ${TOKEN}`, '  https://voice.example/api/v1//  '],
		[` bearer   ${TOKEN} `, 'https://voice.example/api/v1'],
		['acme_123', 'https://voice.example/api/v1'],
		// Word, chats and web pages leave invisible characters.
		[`\u200b${TOKEN}\ufeff`, '\ufeffhttps://voice.example/api/v1\u200b'],
		[`Bearer\u00a0\u2060${TOKEN}\u00ad`, '\u202ahttps://voice.example/api/v1/\u202c'],
		[`Bearer \u200b${TOKEN}`, '\u2066https://voice.example/api/v1//\u2069\n'],
	])('pasted as %j, with the base URL %j, works', async (token, baseUrl) => {
		nock('https://voice.example/api/v1', {
			reqheaders: {
				authorization: `Bearer ${token.replace(/bearer/i, '').replace(/[^!-~]/g, '')}`,
			},
		})
			.get(lookupPath(phoneOf(1)))
			.reply(404, NO_CALL);
		const run = await runOperation('call.getActiveCall', {
			items: [contact('Ana', phoneOf(1))],
			credential: { token, baseUrl },
		});
		expect(run.json('Talkover', 1)).toHaveLength(1);
	});

	test.each([
		'https://voice.example/api/v1',
		'  https://voice.example/api/v1//  ',
		'\ufeffhttps://voice.example/api/v1/\u200b',
	])('the Test button requests the base URL %j without what is around it', (baseUrl) => {
		const { expression } = hostOf(operationWorkflow('agent.get')).workflow;
		const { baseURL } = credentialTest.request;
		const additionalKeys = { $credentials: { baseUrl } };
		const value = expression.getParameterValue(
			baseURL as string,
			null,
			0,
			0,
			'Talkover',
			[],
			'manual',
			additionalKeys,
		);
		expect(value).toBe('https://voice.example/api/v1');
	});

	test.each([
		['', 'has no token'],
		['Bearer', 'has no token'],
		['two words', 'contains spaces'],
		['tokén', 'contains spaces or other characters'],
		['a\r\nHost: evil.example', 'contains spaces'],
	])('pasted as %j is an error that does not show it', async (token, message) => {
		const run = await runOperation('call.getActiveCall', { credential: { ...credential, token } });
		expect(run.error?.message).toContain(message);
		if (token.length > 6) expect(run.text).not.toContain(token.slice(0, 6));
	});

	test.each([
		['', 'is not a URL'],
		['app.talkover.ai', 'is not a URL'],
		['https://', 'is not a URL'],
		['http://voice.example/api/v1', 'must begin with https://'],
		['http://127.0.0.1.voice.example/', 'must begin with https://'],
		['http://10.0.0.1/', 'must begin with https://'],
		['ftp://voice.example/', 'must begin with https://'],
		['https://ana:secret@voice.example/', 'only a host and a path'],
		['https://voice.example/api?x=1', 'only a host and a path'],
		['https://voice.example/api#x', 'only a host and a path'],
		[TOKEN, 'is not a URL'],
	])('the base URL %j is an error', async (baseUrl, message) => {
		const run = await runOperation('call.getActiveCall', {
			credential: { token: 'talq_x', baseUrl },
		});
		expect(run.error?.message).toContain(message);
		expect(run.error?.message).not.toContain(TOKEN);
		expect(run.error?.message).not.toContain('secret');
	});

	test.each(['http://localhost:1/', 'http://127.0.0.1:1', 'http://[::1]:1/api'])(
		'goes over http to loopback: %s',
		async (baseUrl) => {
			const signed = await authenticate({ token: TOKEN, baseUrl }, { url: `${baseUrl}/agents` });
			expect(signed.headers).toEqual({ Authorization: `Bearer ${TOKEN}` });
		},
	);
});

describe('a token that the API echoes is redacted', () => {
	test('in the address of a redirect', async () => {
		const location = 'https://app.talkover.ai/login?token=12%7Cabcdef';
		nock(BASE_URL)
			.get(/active-call/)
			.reply(302, '', { location });
		const { error } = await runOperation('call.makeCall', {
			credential: { token: '12|abcdef', baseUrl: BASE_URL },
		});
		expect(error?.description).toMatch(/\w/);
		expect(error?.description).not.toContain('abcdef');
	});

	test('when the cut of a long page is in the middle of it', async () => {
		const style = `<style>${' '.repeat(5000 - 15 - 6 - 12)}</style>`;
		nock(BASE_URL)
			.get(/active-call/)
			.reply(404, NO_CALL)
			.post('/agents/agent-1/call')
			.reply(400, `${style}Hello ${TOKEN} and more`);
		const result = await runOperation('call.makeCall');
		expect(result.error?.description).toContain('Hello');
		expect(result.text).not.toContain(TOKEN.slice(0, 8));
	});
});

describe('a request of the HTTP Request node', () => {
	test.each<[string, Partial<IHttpRequestOptions> & { uri?: string }]>([
		['its own URL', { url: 'https://voice.example/api/v1/calls' }],
		['another path', { url: 'https://voice.example/other' }],
		['the default port', { url: 'https://voice.example:443/api/v1/calls' }],
		['capitals', { url: 'HTTPS://VOICE.EXAMPLE/api' }],
		['the older name of the option', { uri: 'https://voice.example/api/v1/calls' }],
		['a base URL', { baseURL: 'https://voice.example/api/v1', url: '/calls' }],
	])('to the origin of the base URL gets the token: %s', async (_, request) => {
		const signed = await authenticate(credential, request as IHttpRequestOptions);
		expect(signed.headers).toEqual({ Authorization: `Bearer ${TOKEN}` });
	});

	test.each<[string, Partial<IHttpRequestOptions> & { uri?: string }]>([
		['another host', { url: 'https://evil.example/' }],
		['another host by the older name', { uri: 'https://evil.example/' }],
		['a host that begins alike', { url: 'https://voice.example.evil.example/' }],
		['a user name like the host', { url: 'https://voice.example@evil.example/' }],
		['user and password', { url: 'https://ana:pw@voice.example/' }],
		['another port', { url: 'https://voice.example:8443/' }],
		['no encryption', { url: 'http://voice.example/' }],
		[
			'another host in the URL than in the base URL',
			{ baseURL: 'https://voice.example', url: 'https://evil.example/' },
		],
		['another host without a scheme', { baseURL: 'https://voice.example', url: '//evil.example/' }],
		[
			'another host with backslashes',
			{ baseURL: 'https://voice.example', url: '\\\\evil.example/' },
		],
		['another base URL', { baseURL: 'https://evil.example', url: '/calls' }],
		['only a path', { url: '/calls' }],
		['nothing', {}],
	])('to anything else is an error, without the token: %s', async (_, request) => {
		const signing = authenticate(credential, request as IHttpRequestOptions);
		await expect(signing).rejects.toThrow(/is not sent to|is not a full URL/);
		await expect(signing).rejects.not.toThrow(TOKEN);
	});

	test('loses its own Authorization header, in upper or lower case, and keeps its other headers', async () => {
		const signed = await authenticate(credential, {
			url: 'https://voice.example/',
			headers: { AUTHORIZATION: 'Basic x', authorization: 'y', Accept: 'text/plain' },
		});
		expect(signed.headers).toEqual({ Accept: 'text/plain', Authorization: `Bearer ${TOKEN}` });
	});

	test('follows no redirect, whichever of n8n’s options asks for it', async () => {
		const signed = await authenticate(credential, {
			url: 'https://voice.example/',
			followRedirect: true,
			followAllRedirects: true,
			maxRedirects: 21,
		} as IHttpRequestOptions);
		expect(signed).toMatchObject({
			disableFollowRedirect: true,
			followRedirect: false,
			followAllRedirects: false,
			maxRedirects: 0,
		});
	});
});
