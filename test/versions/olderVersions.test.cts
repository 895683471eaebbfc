import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startOpenAiStub } from '../../dev/n8n/openAiStub.cts';
import { olderVersions, releases } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import {
	everyOperation,
	expectEveryOperation,
	prepareWorld,
	WORLD,
} from '../helpers/e2e/everyOperation.cts';
import { setUp, TOKEN } from '../helpers/e2e/setUp.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';
import { aiAgent, lookUp, onEvent } from '../helpers/e2e/workflows.cts';

const ON_A_CALL = '+15552004501';
const FREE = '+15552004502';

describe.each(olderVersions)('in n8n %s', (version) => {
	describe('the node', () => {
		let real: SetUp;
		let model: Awaited<ReturnType<typeof startOpenAiStub>>;

		beforeAll(async () => {
			model = await startOpenAiStub({ toolArguments: { phone: ON_A_CALL } });
			const data = { apiKey: 'none', url: model.url };
			real = await setUp({
				version,
				talkover: { ...WORLD, tokens: [TOKEN] },
				credentials: [{ id: 'openAi', name: 'Stub', type: 'openAiApi', data }],
			});
			real.onCleanUp(() => model.stop());
			real.talkover.startCall({ agentId: 'sales-agent', to: ON_A_CALL, status: 'answered' });
			real.talkover.startCall({ agentId: 'other', to: `${ON_A_CALL}7`, status: 'answered' });
		});
		afterAll(async () => await real.cleanUp());

		test('Get Active Call sends each contact to Active, Not Found or Error', async () => {
			const contacts = [{ phone: ON_A_CALL }, { phone: FREE }, { phone: 'none' }];
			const settings = { onError: 'continueErrorOutput' };
			const result = await real.server.client.run(lookUp('look up', contacts, settings));
			const phones = [0, 1, 2].map((output) =>
				result.json('Next', output).map(({ to, phone }) => to ?? phone),
			);
			expect(phones).toEqual([[ON_A_CALL], [FREE], ['none']]);
		});

		test('every other operation does what it says', async () => {
			const contacts = [
				{ name: 'Ana', phone: ON_A_CALL },
				{ name: 'Bruno', phone: FREE },
				{ name: 'Bruno, once more', phone: '001 555 200-4502' },
			];
			const webhook = await prepareWorld(real.talkover);
			const workflow = everyOperation('every operation', contacts, webhook);
			const result = await real.server.client.run(workflow);
			expect(result.error).toBeUndefined();
			expectEveryOperation(result, real.talkover, { onACall: ON_A_CALL, free: FREE });
		});

		test('an AI agent has it as a tool', async () => {
			const [agentVersion] = releases[version].agentVersions;
			const result = await real.server.client.run(aiAgent('agent', agentVersion));
			expect(result.error).toBeUndefined();
			expect(model.toolResults).toEqual([expect.stringContaining(ON_A_CALL)]);
		});
	});

	describe('the trigger', () => {
		const stage = new TriggerStage({ version });

		test('starts a workflow, and is removed with it', async () => {
			const id = await stage.createActive(onEvent('On call end', stage.log.url));
			await stage.deliver({ call_id: 'c1' });
			await until(() => stage.log.requests.length === 1);
			expect(stage.logged).toEqual([{ call_id: 'c1' }]);
			await stage.client.deactivate(id);
			expect(stage.talkover.webhooks).toEqual([]);
		});
	});
});
