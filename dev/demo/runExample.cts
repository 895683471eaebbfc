import '../engine/silentN8n.cts';
import path from 'node:path';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';
import { execute, MANUAL_TRIGGER, ManualTrigger } from '../engine/execute.cts';
import { hostOf } from '../engine/host.cts';
import type { Credential } from '../n8n/instance.cts';
import { project } from '../n8n/pack.cts';
import type { Example } from './examples.cts';
import { table } from './table.cts';

const TALKOVER = 'n8n-nodes-talkover.talkover';

/** The meaning of an item, by its output. */
const MEANINGS = [
	(call: IDataObject) => `on a call (${call.status}, ${call.id})`,
	() => 'free to be called',
	(item: IDataObject) => `error: ${firstSentence(String(item.error))}`,
];

/**
 * Runs the Talkover node of an example for its contacts, as built, in n8n's engine: that needs no installed n8n.
 *
 * @returns a table with the result of each contact, or the error
 */
export async function runExample(example: Example, { data }: Credential): Promise<string> {
	const contacts = contactsOf(example);
	const trigger = { name: 'Contacts', type: MANUAL_TRIGGER, typeVersion: 1 } as INode;
	const node = example.nodes.find(({ type }) => type === TALKOVER) as unknown as INode;
	const host = hostOf({
		file: {
			nodes: [
				{ ...trigger, id: '1', position: [0, 0], parameters: {} },
				{ ...node, credentials: { talkoverApi: { id: null, name: '' } } },
			],
			connections: { Contacts: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
		},
		nodeTypes: {
			[MANUAL_TRIGGER]: new ManualTrigger(),
			[TALKOVER]: built<INodeType>('nodes/Talkover/Talkover.node.js', 'Talkover'),
		},
		credentialType: built<ICredentialType>('credentials/TalkoverApi.credentials.js', 'TalkoverApi'),
		credential: data as ICredentialDataDecryptedObject,
	});
	const items = contacts.map((json) => ({ json }));
	const { error, runData } = (await execute(host, items)).data.resultData;
	if (error) return `The example failed: ${error.message}\n${error.description ?? ''}`;

	const outputs = runData[node.name][0].data?.main ?? [];
	const rows = contacts.map(({ name, phone }, index) => [
		String(name),
		String(phone),
		outputs
			.flatMap((found, output) =>
				(found ?? [])
					.filter(({ pairedItem }) => comesFrom(pairedItem, index))
					.map(({ json }) => MEANINGS[output](json)),
			)
			.join('; '),
	]);
	return table(['Contact', 'Phone', 'Right now'], rows);
}

/** The contacts that the example has in place of the builder's. */
function contactsOf({ nodes }: Example): IDataObject[] {
	const list = nodes.find(({ parameters }) => parameters.jsonOutput)?.parameters.jsonOutput;
	return (JSON.parse(String(list)) as { contacts: IDataObject[] }).contacts;
}

/** An object of a class in the build, which is made when the demo runs. */
function built<T>(file: string, name: string): T {
	const classes = require(path.join(project, 'dist', file)) as Record<string, new () => T>;
	return new classes[name]();
}

/** @param index of an input item */
function comesFrom(pairedItem: INodeExecutionData['pairedItem'], index: number) {
	const pair = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return (typeof pair === 'object' ? pair.item : pair) === index;
}

function firstSentence(text: string) {
	return text.split('. ')[0];
}
