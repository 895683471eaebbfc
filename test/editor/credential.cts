import { expect } from '@jest/globals';
import type { EditorStage } from '../helpers/editor/editorStage.cts';
import type { Editor } from '../../dev/editor/editor.cts';
import type { CredentialDialog } from '../../dev/editor/credentialDialog.cts';

export function testCredential(stage: EditorStage) {
	/** Saves a new credential of a new node. */
	const saveNew = async (editor: Editor, token: string) => {
		await stage.openNewNode(editor);
		const credential = await editor.openNewCredential();
		await credential.fill('token', token);
		await credential.fill('baseUrl', stage.talkover.baseUrl);
		await credential.save();
		return credential;
	};

	/** n8n closes the dialog when the test of a saved credential succeeds, and tests the credential again when somebody opens it. */
	const expectToWork = async (editor: Editor, credential: CredentialDialog) => {
		await credential.dialog.waitFor({ state: 'hidden' });
		const { dialog } = await editor.openCredential();
		await dialog.getByText('Connection tested successfully').waitFor();
	};

	stage.test('works with a good token', async (editor) => {
		const credential = await saveNew(editor, stage.demo.credential.data.token);
		await expectToWork(editor, credential);
		expect(editor.errors).toEqual([]);
	});

	stage.test('says what to do about a wrong token, and works with the next one', async (editor) => {
		const credential = await saveNew(editor, 'wrong_token');
		const { dialog } = credential;
		await dialog.getByText('Couldn’t connect with these settings').waitFor();
		await dialog.getByText('More details').click();
		const advice = 'Talkover does not accept this token. Copy the environment token from Talkover';
		await dialog.getByText(advice).waitFor();
		expect(await dialog.innerText()).not.toContain('wrong_token');

		await credential.fill('token', stage.demo.credential.data.token);
		await credential.save();
		await expectToWork(editor, credential);
	});
}
