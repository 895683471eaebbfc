/**
 * @typedef {object} ScriptedAnswer With `status`, `body` or `redirectTo` it replaces the API's answer, and the API neither sees nor counts
 * the request. Otherwise it changes how the API's answer is sent.
 * @property {boolean} [afterApi] whether the API carries out the request first, so that only its answer is lost
 * @property {number} [status] default 200 with a `body`, 302 with `redirectTo`
 * @property {Record<string, string>} [headers]
 * @property {unknown} [body] strings and bytes are sent unchanged (by default as text/html), everything else as JSON
 * @property {number} [delayMs] instead of the simulator's latency
 * @property {'before' | 'middle'} [breakConnection] close the connection before the answer (and before the API sees the request, unless
 * `afterApi`), or after half of its body
 * @property {string} [redirectTo] URL
 * @property {boolean} [never] accept the request and never answer
 */
/**
 * @typedef {object} Script
 * @property {{ method?: string, path?: string | RegExp, nth?: number }} when which requests below the base path: `path` is raw and
 * without the query; `nth` counts matching requests after the script was added, from 1
 * @property {number} [times] how many requests, from the nth on; default 1
 * @property {ScriptedAnswer} answer
 */

/** The scripts of a test. */
class Scripts {
	/** @type {Array<Script & { seen: number, left: number }>} */
	#scripts = [];

	/** @param {Script} script */
	add(script) {
		this.#scripts.push({ ...script, seen: 0, left: script.times ?? 1 });
	}

	/**
	 * @param {{ method: string, path: string }} request
	 * @returns {ScriptedAnswer | undefined} from the first script that matches the request and is not used up
	 */
	take(request) {
		const matching = this.#scripts.filter(({ when }) => matches(when, request));
		for (const script of matching) script.seen++;
		const script = matching.find(({ when, seen, left }) => left > 0 && seen >= (when.nth ?? 1));
		if (script) script.left--;
		return script?.answer;
	}

	clear() {
		this.#scripts = [];
	}
}

/**
 * @param {Script['when']} when
 * @param {{ method: string, path: string }} request
 */
function matches({ method, path }, request) {
	if (method && method !== request.method) return false;
	if (path instanceof RegExp) return request.path.search(path) >= 0;
	return path === undefined || path === request.path;
}

module.exports = { Scripts };
