import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, test } from '@jest/globals';
import { openDemo } from '../../../dev/editor/demo.cts';
import { Editor } from '../../../dev/editor/editor.cts';
import type { Demo } from '../../../dev/editor/demo.cts';
import type { Page } from 'playwright-core';

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
export class EditorStage {
	demo!: Demo;

	constructor() {
		beforeAll(async () => {
			this.demo = await openDemo({ viewport: { width: 1600, height: 1000 } });
		});
		afterAll(() => this.demo?.close());
	}

	get talkover() {
		return this.demo.simulator;
	}

	/** Opens the panel of a node in which nothing is filled in yet. */
	async openNewNode(editor: Editor) {
		await editor.openWorkflow(await this.demo.client.createWorkflow(newNode));
		await editor.openPanel('Talkover');
	}

	/** Defines a test with its own page. If it fails, its error names a screenshot. */
	test(name: string, run: (editor: Editor) => Promise<void>) {
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
	 * @param prepare the page, once
	 * @returns defines a test, like `test`
	 */
	onOnePage(
		prepare: (editor: Editor) => Promise<void>,
	): (name: string, run: (editor: Editor) => Promise<void>) => void {
		let editor: Editor;
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

/** @throws Error that of `run`, with the path of a screenshot */
async function withScreenshot(editor: Editor, run: (editor: Editor) => Promise<void>) {
	try {
		await run(editor);
	} catch (cause) {
		const { message } = cause as Error;
		throw new Error(`${message}\n\nScreenshot: ${await screenshot(editor.page)}`, { cause });
	}
}

async function screenshot(page: Page) {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-editor-'));
	const file = path.join(folder, 'failed.png');
	await page.screenshot({ path: file });
	return file;
}
