/** What to do about a failed installation, by what npm printed. The first that matches is used. */
const advice: Array<[pattern: RegExp, advice: string]> = [
	[
		/\bENOSPC\b/,
		'The disk is full. n8n needs 3 GB, and XDG_CACHE_HOME can name a folder on another disk.',
	],
	[
		/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b/,
		'npm cannot reach its registry. Check your network connection and, behind a proxy, "npm config get proxy". Then start again.',
	],
	[
		/\b(EACCES|EPERM|EROFS)\b/,
		'A folder that npm names below cannot be written to. XDG_CACHE_HOME and npm_config_cache can name other ones.',
	],
	[
		/gyp ERR!/,
		'npm has no compiled sqlite3 for this system, and could not compile it. Install Python 3, make and a C++ compiler, then start again.',
	],
];

/**
 * @param output the error message with the end of npm's output
 * @returns what the user can do; empty if the cause is not known
 */
export function adviceFor(output: string): string {
	return advice.find(([pattern]) => pattern.test(output))?.[1] ?? '';
}
