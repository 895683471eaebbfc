const path = require('node:path');
const { run } = require('./processes');

/** What says where packages come from. All else of npm's environment describes the script that we run in, and misdirects. */
const kept =
	/^npm_config_(registry|cache|cafile|ca|strict_ssl|proxy|https_proxy|noproxy|userconfig|globalconfig)$/i;

/**
 * Runs npm, the one that runs us if there is one, as if from a shell in the given folder.
 *
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} options `env` is added to the environment
 * @returns {Promise<string>} what it printed
 * @throws {Error} with the end of what it printed
 */
function npm(args, { cwd, env, signal }) {
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^npm_/i.test(name) || kept.test(name),
	);
	const running = process.env.npm_execpath ?? '';
	const [command, first] =
		path.basename(running) === 'npm-cli.js' ? [process.execPath, [running]] : ['npm', []];
	return run(command, [...first, ...args], {
		cwd,
		env: {
			...Object.fromEntries(inherited),
			npm_config_audit: 'false',
			npm_config_fund: 'false',
			npm_config_update_notifier: 'false',
			...env,
		},
		signal,
	});
}

module.exports = { npm };
