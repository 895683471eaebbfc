import { beforeAll, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { startBrokenServer, withProxy } from '../../helpers/brokenServer.cts';
import { TOKEN } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { phoneOf } from '../../helpers/talkover';

// The wire is a real one here.
beforeAll(() => nock.restore());

async function call(baseUrl: string) {
	const { error } = await runOperation('call.makeCall', {
		parameters: {
			phone: phoneOf(1),
			// Without a lookup before it, the call is the first request.
			options: { ifAlreadyOnCall: 'callAnyway' },
		},
		credential: { token: TOKEN, baseUrl },
	});
	return error;
}

/** An alert of TLS that ends the handshake: the server has no protocol version in common with n8n. */
const PROTOCOL_VERSION_ALERT = '\x15\x03\x01\x00\x02\x02\x46';

describe('a failure before the request is written: no call may have been placed', () => {
	test.each([
		['speaks no TLS', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
		['refuses the handshake', PROTOCOL_VERSION_ALERT],
		['closes the connection in the handshake', ''],
	])('a server that %s', async (_, text) => {
		const server = await startBrokenServer([text]);
		const error = await call(`https://${server.host}/api/v1`);
		await server.stop();
		expect(error?.message).toBe(
			`Talkover (${server.host}) was reached, but no secure connection (TLS) could be made`,
		);
		expect(error?.description).toContain('Check the base URL');
	});

	test.each([
		[
			'refuses to connect',
			['HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nNo'],
			'Something between n8n and Talkover refused the request (HTTP 403, no JSON)',
		],
		[
			'wants a login',
			['HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'],
			'Something between n8n and Talkover refused the request (HTTP 407, no JSON)',
		],
		[
			'closes the connection',
			[''],
			"Talkover (talkover.example) cannot be reached, because n8n's outgoing proxy closed the connection",
		],
		[
			'connects to a server that closes the connection in the handshake',
			['HTTP/1.1 200 OK\r\n\r\n', ''],
			'Talkover (talkover.example) was reached, but no secure connection (TLS) could be made',
		],
	])('a proxy that %s', async (_, texts, message) => {
		const proxy = await startBrokenServer(texts);
		const error = await withProxy(
			`http://${proxy.host}`,
			async () => await call('https://talkover.example/api/v1'),
		);
		await proxy.stop();
		expect(error?.message).toBe(message);
	});
});
