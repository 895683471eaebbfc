import path from 'node:path';
import { pathWith } from './processes.cts';

/** n8n sends requests only for workflows. */
const privacy = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_MCP_ACCESS_ENABLED: 'false',
};

const setup = {
	N8N_HOST: '127.0.0.1',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
	// Not every browser sends a secure cookie to a loopback address over http.
	N8N_SECURE_COOKIE: 'false',
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
	N8N_PERSONALIZATION_ENABLED: 'false',
	// `n8n execute` prints its result at this level.
	N8N_LOG_LEVEL: 'info',
	NO_COLOR: '1',
};

/**
 * The whole environment of an n8n. It does not inherit settings of the user's own n8n, nor a proxy, through which loopback could not
 * be reached.
 *
 * @param options.port of the editor and the API
 * @param options.brokerPort that task runners connect to
 */
export function environmentOf({
	userFolder,
	nodeBin,
	port,
	brokerPort,
}: {
	userFolder: string;
	nodeBin: string;
	port: number;
	brokerPort: number;
}): NodeJS.ProcessEnv {
	const { TMPDIR, LANG } = process.env;
	return {
		TMPDIR,
		LANG,
		PATH: pathWith(path.dirname(nodeBin)),
		HOME: userFolder,
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		...setup,
		...privacy,
	};
}
