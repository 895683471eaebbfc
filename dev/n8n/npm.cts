import path from 'node:path';
import { run } from './processes.cts';

/** Where packages come from. The rest of npm's environment describes the script that is running, and would mislead npm. */
const inheritedSettings =
	/^npm_config_(registry|cache|cafile|ca|strict_ssl|proxy|https_proxy|noproxy|userconfig|globalconfig)$/i;

/**
 * Runs npm as from a shell in the given folder. If npm started this process, it is the same npm.
 *
 * @param options `env` is added to the environment
 * @returns its output
 * @throws Error with the end of its output
 */
export function npm(
	args: string[],
	{ cwd, env, signal }: { cwd: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<string> {
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^npm_/i.test(name) || inheritedSettings.test(name),
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
		// Otherwise npm would restore the folder first, which takes long, and is in vain: the next start repeats the command.
		onAbort: 'kill',
	});
}
