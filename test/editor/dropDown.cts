import { expect } from '@jest/globals';
import { eventually } from '../helpers/editor/eventually.cts';
import type { EditorStage } from '../helpers/editor/editorStage.cts';

/** More than two pages of the drop-down. */
const AGENTS = 120;

export function testDropDown(stage: EditorStage) {
	stage.test('loads more agents as it is scrolled, and Talkover searches them', async (editor) => {
		for (let number = 1; number <= AGENTS; number++) {
			stage.talkover.addAgent({ name: `Agent ${number}` });
		}
		await stage.openNewNode(editor);
		const { items, search } = await editor.openList('agentId');

		const first = await items.count();
		expect(first).toBeLessThan(AGENTS);
		for (let shown = first; shown < AGENTS; shown = await items.count()) {
			await items.last().scrollIntoViewIfNeeded();
			await items.nth(shown).waitFor();
		}
		await items.getByText(`Agent ${AGENTS}`, { exact: true }).waitFor();

		await search.fill('agent 117');
		await eventually(async () => expect(await items.allInnerTexts()).toEqual(['Agent 117']));
		await items.click();
		expect(await editor.list('agentId').inputValue()).toBe('Agent 117');
		expect(editor.errors).toEqual([]);
	});
}
