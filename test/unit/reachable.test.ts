import { expect, test } from '@jest/globals';
import { checkReachable } from '../../nodes/TalkoverTrigger/reachable';

const PUBLIC = 'https://app.talkover.ai/api/v1';
const WHITE_LABEL = 'https://voice.acme.com/api/v1';
const IN_NETWORK = [
	'https://10.1.2.3/api/v1',
	'https://talkover/api/v1',
	'https://talkover.internal/api/v1',
];
const ON_MACHINE = ['http://127.0.0.1:4000/api/v1', 'http://localhost/', 'https://[::1]/api/v1'];

const MACHINE = [
	'localhost',
	'LOCALHOST.',
	'n8n.localhost',
	'127.0.0.1',
	'127.1.2.3',
	'2130706433',
	'0.0.0.0',
	'[::1]',
	'[::]',
	'[::ffff:127.0.0.1]',
];
const NETWORK = [
	'n8n',
	'n8n-main.',
	'10.0.0.5',
	'172.16.0.1',
	'172.31.255.255',
	'192.168.1.10',
	'169.254.1.1',
	'100.64.0.1',
	'100.127.255.254',
	'[fc00::1]',
	'[fd12:3456::1]',
	'[fe80::1]',
	'[::ffff:192.168.1.10]',
	'raspberrypi.local',
	'n8n.corp.internal',
	'n8n.lan',
	'n8n.home.arpa',
];
const INTERNET = [
	'n8n.example.com',
	'n8n.example.com.',
	'acme.app.n8n.cloud',
	'local.example.com',
	'localhost.example.com',
	'10.example.com',
	'fd.example.com',
	'8.8.8.8',
	'172.15.0.1',
	'172.32.0.1',
	'100.128.0.1',
	'192.169.1.1',
	'11.0.0.1',
	'126.0.0.1',
	'[2001:db8::1]',
	'[2a01:fd00::1]',
];

/** Whether Talkover at the base URL can reach the address. */
function isReachable(address: string, baseUrl: string): boolean {
	try {
		checkReachable(new URL(address), new URL(baseUrl));
		return true;
	} catch {
		return false;
	}
}

const reachable = (scheme: string, hosts: string[], baseUrl: string) =>
	hosts.filter((host) => isReachable(`${scheme}://${host}:5678/webhook/1/webhook`, baseUrl));

test.each([PUBLIC, WHITE_LABEL])(
	'a Talkover on the internet reaches only addresses on the internet, with https: %s',
	(baseUrl) => {
		const all = [...MACHINE, ...NETWORK, ...INTERNET];
		expect(reachable('https', all, baseUrl)).toEqual(INTERNET);
		expect(reachable('http', all, baseUrl)).toEqual([]);
	},
);

test.each(IN_NETWORK)(
	'a Talkover in a network reaches all but what only this machine reaches: %s',
	(baseUrl) => {
		for (const scheme of ['http', 'https']) {
			expect(reachable(scheme, MACHINE, baseUrl)).toEqual([]);
			expect(reachable(scheme, [...NETWORK, ...INTERNET], baseUrl)).toEqual([
				...NETWORK,
				...INTERNET,
			]);
		}
	},
);

test.each(ON_MACHINE)('a Talkover on this machine reaches every address: %s', (baseUrl) => {
	const all = [...MACHINE, ...NETWORK, ...INTERNET];
	for (const scheme of ['http', 'https']) expect(reachable(scheme, all, baseUrl)).toEqual(all);
});
