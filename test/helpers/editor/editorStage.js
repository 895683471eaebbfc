const { mkdtemp } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { afterAll, beforeAll, test } = require('@jest/globals');
const { openDemo } = require('../../../dev/editor/demo.cts');
const { Editor } = require('../../../dev/editor/editor.cts');

const newNode = {
	name: 'One Talkover node',
	nodes: [
		{
			id: 'node',
			name: 'Talkover',
			type: 'n8n-nodes-talkover.talkover',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			credentials: { talkoverApi: { id: 'talkoverDemo', name: 'Talkover account' } },
		},
	],
	connections: {},
};

/** For one test file: a running n8n with the examples, a simulated Talkover, and a browser that is signed in. */
class EditorStage {
	/** @type {import('../../../dev/editor/demo.cts').Demo} */
	demo = /** @type {any} */ (undefined);

	constructor() {
		beforeAll(async () => {
			this.demo = await openDemo({ viewport: { width: 1600, height: 1000 } });
		});
		afterAll(() => this.demo?.close());
	}

	get talkover() {
		return this.demo.simulator;
	}

	/**
	 * Opens the panel of a node in which nothing is filled in yet.
	 *
	 * @param {Editor} editor
	 */
	async openNewNode(editor) {
		await editor.openWorkflow(await this.demo.client.createWorkflow(newNode));
		await editor.openPanel('Talkover');
	}

	/**
	 * Defines a test with its own page. If it fails, its error names a screenshot.
	 *
	 * @param {string} name
	 * @param {(editor: Editor) => Promise<void>} run
	 */
	test(name, run) {
		test(name, async () => {
			const editor = await this.#openPage();
			try {
				await withScreenshot(editor, run);
			} finally {
				await editor.page.close();
			}
		});
	}

	/**
	 * For tests that all go on with one page, because a new page takes seconds.
	 *
	 * @param {(editor: Editor) => Promise<void>} prepare the page, once
	 * @returns {(name: string, run: (editor: Editor) => Promise<void>) => void} defines a test, like `test`
	 */
	onOnePage(prepare) {
		/** @type {Editor} */
		let editor;
		beforeAll(async () => {
			editor = await this.#openPage();
			await withScreenshot(editor, prepare);
		});
		afterAll(() => editor?.page.close());
		return (name, run) =>
			test(name, async () => {
				editor.errors.length = 0;
				await withScreenshot(editor, run);
			});
	}

	async #openPage() {
		return new Editor(await this.demo.context.newPage(), this.demo.url);
	}
}

/**
 * @param {Editor} editor
 * @param {(editor: Editor) => Promise<void>} run
 * @throws {Error} that of `run`, with the path of a screenshot
 */
async function withScreenshot(editor, run) {
	try {
		await run(editor);
	} catch (cause) {
		const { message } = /** @type {Error} */ (cause);
		throw new Error(`${message}\n\nScreenshot: ${await screenshot(editor.page)}`, { cause });
	}
}

/** @param {import('playwright-core').Page} page */
async function screenshot(page) {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-editor-'));
	const file = path.join(folder, 'failed.png');
	await page.screenshot({ path: file });
	return file;
}

module.exports = { EditorStage };
