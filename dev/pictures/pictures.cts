/** `npm run pictures`: takes the pictures of the READMEs in the editor of the newest n8n. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import callNewLeads from '../../examples/call-new-leads.json';
import checkBeforeCalling from '../../examples/check-before-calling.json';
import logEnded from '../../examples/log-ended-calls.json';
import { openDemo } from '../editor/demo.cts';
import type { Demo } from '../editor/demo.cts';
import { Editor } from '../editor/editor.cts';
import { takePicture } from './clip.cts';

const folder = path.resolve(__dirname, '../../docs/pictures');

const NODE = '[data-test-id="canvas-node"]';

/** The notes and nodes on the canvas, with the texts under the nodes. */
const CANVAS = [
	'[data-test-id="sticky"]',
	NODE,
	`${NODE} [class*="_label_"]`,
	`${NODE} [class*="_subtitle_"]`,
];

/** Parts of the editor that cover others, or that only matter to somebody who edits. */
const CLUTTER = [
	'.el-notification',
	'[data-test-id="canvas-controls"]',
	'[data-test-id="canvas-handle-plus-wrapper"]',
	'[data-test-id="canvas-minimap"]',
	'[data-test-id="floating-node"]',
	// How many items came out of a node that is the last.
	'[class*="_runDataLabel_"]',
];

/**
 * @param id of an example
 * @param hidden selectors of more parts to leave out
 */
async function openExample({ context, url }: Demo, id: string, hidden: string[] = []) {
	const editor = new Editor(await context.newPage(), url);
	await editor.openWorkflow(id);
	const selectors = [...CLUTTER, ...hidden].join();
	await editor.page.addStyleTag({ content: `${selectors} { visibility: hidden !important; }` });
	return editor;
}

/**
 * Runs the open workflow, and waits until a connection of a node has the text.
 *
 * @param name of the node
 * @param text such as "1 item"
 */
async function runUntil(editor: Editor, name: string, text: string) {
	await editor.executeWorkflow();
	await editor.connectionsOf(name).getByText(text, { exact: true }).waitFor();
}

const pictures: Record<string, (demo: Demo, file: string) => Promise<void>> = {
	async canvas(demo, file) {
		const editor = await openExample(demo, checkBeforeCalling.id);
		await runUntil(editor, 'On a Call?', '1 item');
		const nodes = editor.page.locator(CANVAS.join());
		await takePicture(editor.page, nodes, { file, margin: 24 });
	},

	async panel(demo, file) {
		const editor = await openExample(demo, checkBeforeCalling.id);
		await runUntil(editor, 'On a Call?', '1 item');
		await editor.page.setViewportSize({ width: 1360, height: 720 });
		await editor.openPanel('On a Call?');
		await editor.narrowInput(300);
		await editor.panel.getByTestId('output-panel').getByText('Schema').click();
		await takePicture(editor.page, editor.panel, { file, margin: -1 });
	},

	async 'make-call'(demo, file) {
		const editor = await openExample(demo, callNewLeads.id, [
			'[data-test-id="sticky"]',
			`${NODE}[data-node-name^="When clicking"]`,
			`${NODE}[data-node-name^="When clicking"] *`,
			'[data-target-node-name="Leads"] *',
		]);
		await runUntil(editor, 'Call the Lead', '1 item');
		const nodes = editor.page.locator(CANVAS.join());
		await takePicture(editor.page, nodes, { file, margin: 24 });
	},

	async trigger(demo, file) {
		const editor = await openExample(demo, logEnded.id, [
			'[data-test-id="canvas-node-toolbar"]',
			'[class*="_executionButtons_"] *',
		]);
		const nodes = editor.page.locator(CANVAS.join());
		await takePicture(editor.page, nodes, { file, margin: 24 });
	},
};

async function takePictures() {
	await mkdir(folder, { recursive: true });
	const demo = await openDemo({
		viewport: { width: 1600, height: 1000 },
		deviceScaleFactor: 2,
		colorScheme: 'light',
	});
	try {
		for (const [name, take] of Object.entries(pictures)) {
			const file = path.join(folder, `${name}.png`);
			await take(demo, file);
			console.log(path.relative(process.cwd(), file));
		}
	} finally {
		await demo.close();
	}
}

takePictures().catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
