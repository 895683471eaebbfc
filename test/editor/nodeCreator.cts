import { expect } from '@jest/globals';
import { alias } from '../../nodes/Talkover/Talkover.node.json';
import type { EditorStage } from '../helpers/editor/editorStage.cts';

export function testNodeCreator(stage: EditorStage) {
	stage.test('finds the node by each alias, and adds it', async (editor) => {
		await editor.openNodeCreator();
		for (const word of alias) {
			await editor.search('');
			await editor.entry('Talkover').waitFor({ state: 'hidden' });
			await editor.search(word);
			await editor.entry('Talkover').waitFor();
		}
		await editor.addNode('Talkover');
		await editor.closePanel();
		// n8n names the node after its first operation.
		await editor.node('Get active call').waitFor();
		expect(editor.errors).toEqual([]);
	});
}
