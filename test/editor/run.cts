import { expect } from '@jest/globals';
import checkBeforeCalling from '../../examples/check-before-calling.json';
import logEnded from '../../examples/log-ended-calls.json';
import { eventually } from '../helpers/editor/eventually.cts';
import type { EditorStage } from '../helpers/editor/editorStage.cts';

const LOOKUP = 'On a Call?';

export function testRun(stage: EditorStage) {
	stage.test('shows the named outputs of an example with their counts', async (editor) => {
		const { main: outputs } = checkBeforeCalling.connections[LOOKUP];
		const [ifActive, ifNotFound, ifError] = outputs.map(([{ node }]) => node);
		await editor.openWorkflow(checkBeforeCalling.id);
		await editor.executeWorkflow();
		await eventually(async () => {
			expect(await editor.connections(LOOKUP)).toEqual([
				['Active', ifActive, '2 items'],
				['Not Found', ifNotFound, '2 items'],
				['Error', ifError, '1 item'],
			]);
		});
		await editor.openPanel(LOOKUP);
		await eventually(async () => {
			expect(await editor.outputTabs()).toEqual([
				'Active Branch (2 items)',
				'Not Found Branch (2 items)',
				'Error Branch (1 item)',
			]);
		});
	});

	stage.test('shows the execution that an event starts', async (editor) => {
		await editor.openWorkflow(logEnded.id);
		await editor.publish();
		const attempts = await stage.talkover.deliver('event_phone_call_ended', {
			agentId: 'sales-agent',
			body: { call_id: 'call_000077', duration: 12 },
		});
		expect(attempts.map(({ status }) => status)).toEqual([200]);
		await editor.openExecutions();
		const executions = editor.page.locator('[data-test-id^="execution-details-"]');
		await executions.getByText('Succeeded').waitFor();
		expect(await executions.count()).toBe(1);
	});
}
