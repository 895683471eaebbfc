import { InputError } from '../../api/errors';

/** From where a host can be reached. The larger the number, the further away. */
const MACHINE = 0;
const NETWORK = 1;
const INTERNET = 2;

const MACHINE_HOST = /^((.+\.)?localhost|(127|0)(\.\d+){3}|\[::1?\]|\[::ffff:(7f\w\w|0):\w+\])$/;

/** Private and link-local addresses, addresses of carriers' and overlay networks (100.64.0.0/10), and names that no public DNS has. */
const NETWORK_HOSTS = [
	/^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))(\.\d+)+$/,
	// Unique local, link-local, and private IPv4 addresses in IPv6.
	/^\[(f[cd]\w\w|fe[89ab]\w):/,
	/^\[::ffff:(a\w\w|c0a8|a9fe|ac1\w):/,
	/^[^.[]+$/,
	/\.(local|internal|lan|home\.arpa)$/,
];

/**
 * Checks that Talkover can reach an address of n8n, as far as its host tells: a public name may lead to a private address. A Talkover in
 * a company's network, whose base URL has a private host, reaches that network. One on this machine, as in tests, reaches everything.
 *
 * @param address at which n8n receives events
 * @param baseUrl of Talkover's API
 * @throws InputError when it cannot
 */
export function checkReachable(address: URL, baseUrl: URL): void {
	const from = reachOf(baseUrl);
	const to = reachOf(address);
	if (to === MACHINE && from > to)
		throw unreachable(address, 'is reached only from its own machine');
	if (to === NETWORK && from > to)
		throw unreachable(address, 'is reached only from its own network');
	if (address.protocol !== 'https:' && from === INTERNET) {
		throw unreachable(address, 'does not begin with https://');
	}
}

function unreachable({ origin }: URL, reason: string): InputError {
	return new InputError(
		`Talkover cannot reach n8n: ${origin} ${reason}`,
		"Set n8n's environment variable WEBHOOK_URL (N8N_WEBHOOK_URL since n8n 2.35) to the public address of n8n, with https://, and restart n8n.",
	);
}

function reachOf({ hostname }: URL): number {
	const host = hostname.replace(/\.$/, '');
	if (MACHINE_HOST.test(host)) return MACHINE;
	return NETWORK_HOSTS.some((network) => network.test(host)) ? NETWORK : INTERNET;
}
