const { expect } = require('@jest/globals');
const { alias } = require('../../nodes/Talkover/Talkover.node.json');

/** @param {import('../helpers/editor/editorStage').EditorStage} stage */
function testNodeCreator(stage) {
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

module.exports = { testNodeCreator };
