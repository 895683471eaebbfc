import { expect } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import { operations, resources } from '../../nodes/Talkover/operations';
import { getActiveCall } from '../../nodes/Talkover/operations/call/getActiveCall';
import { makeCall } from '../../nodes/Talkover/operations/call/makeCall';
import { dialsNotice } from '../../nodes/Talkover/operations/fields/phoneField';
import { eventually } from '../helpers/editor/eventually.cts';
import type { Operation } from '../../nodes/Talkover/operations/operation';
import type { INodeTypeDescription } from 'n8n-workflow';
import type { Locator } from 'playwright-core';
import type { EditorStage } from '../helpers/editor/editorStage.cts';

const TALKOVER = 'n8n-nodes-talkover.talkover';

/**
 * The fields that an operation has before anything is filled in, from the description that n8n gives to the editor.
 *
 * @returns names and notices in their order
 */
function expectedFields(
	nodeTypes: INodeTypeDescription[],
	{ resource, value: operation }: Operation,
): string[] {
	const [description] = nodeTypes.filter(({ name }) => name === TALKOVER);
	const { properties } = description;
	const given = { resource, operation };
	const all = NodeHelpers.getNodeParameters(properties, given, true, false, null, description);
	return properties
		.filter(({ type }) => type !== 'hidden')
		.filter((field) => NodeHelpers.displayParameter(all ?? {}, field, null, description))
		.map(({ displayName }) => displayName);
}

/** @returns those that are not shown to their end */
async function cutOff(texts: Locator): Promise<string[]> {
	return await texts.evaluateAll((elements) =>
		elements
			.flatMap((element) => [...element.querySelectorAll('*')])
			.filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 2)
			.map(({ textContent }) => textContent),
	);
}

export function testPanels(stage: EditorStage) {
	const test = stage.onOnePage((editor) => stage.openNewNode(editor));

	for (const operation of operations) {
		const resource = resources[operation.resource].name;
		test(`has the fields of ${resource}: ${operation.name}`, async (editor) => {
			await editor.choose('resource', resource);
			await editor.choose('operation', operation.name);
			const expected = expectedFields(await stage.demo.client.nodeTypes(), operation);
			await eventually(async () => expect(await editor.fields()).toEqual(expected));
			expect(editor.errors).toEqual([]);
		});
	}

	for (const [value, { name }] of Object.entries(resources)) {
		test(`shows the operations of ${name} with their whole descriptions`, async (editor) => {
			await editor.choose('resource', name);
			const entries = await editor.openDropDown('operation');
			const ofResource = operations.filter(({ resource }) => resource === value);
			for (const operation of ofResource) {
				await entries.getByText(operation.description, { exact: true }).waitFor();
			}
			expect(await cutOff(entries)).toEqual([]);
			await entries.first().click();
		});
	}

	test('says before a call that Make Call rings a real phone', async (editor) => {
		const notice = editor.parameters.getByText(dialsNotice.displayName);
		await editor.choose('resource', resources.call.name);
		await editor.choose('operation', getActiveCall.name);
		await notice.waitFor({ state: 'hidden' });
		await editor.choose('operation', makeCall.name);
		await notice.waitFor();
	});
}
