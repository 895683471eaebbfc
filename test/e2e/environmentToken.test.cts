import { beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { TOKEN } from '../helpers/e2e/setUp.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';
import { lookUp, onEvent } from '../helpers/e2e/workflows.cts';

const DENIED = 'access to env vars denied';

/** n8n 2.x denies access to environment variables, unless it is told otherwise. */
const settings = versions.flatMap((version) =>
	version.startsWith('1.')
		? [{ version, denied: false, env: {} }]
		: [
				{ version, denied: true, env: {} },
				{ version, denied: false, env: { N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false' } },
			],
);

describe.each(settings)(
	'a token from an environment variable, in n8n $version with the environment $env',
	(setting) => {
		const { version, denied } = setting;
		const stage = new TriggerStage({ version, env: { TALKOVER_TOKEN: TOKEN, ...setting.env } });
		const credential = { id: 'talkover', name: 'Talkover account', type: 'talkoverApi' };

		const setToken = async (token: string) => {
			const data = { token, baseUrl: stage.talkover.baseUrl };
			await stage.client.updateCredential({ ...credential, data });
		};

		beforeEach(async () => await setToken('={{ $env.TALKOVER_TOKEN }}'));

		test(denied ? 'is an error of the node' : 'works in the node', async () => {
			const id = await stage.create(lookUp('Look up', [{ phone: '+15551234501' }]));
			const result = await stage.client.runSaved(id, 'Start');
			if (denied) expect(result.error?.message).toContain(DENIED);
			else expect(result.json('Next', 1)).toEqual([{ phone: '+15551234501' }]);
		});

		test(denied ? 'fails an activation' : 'works in the trigger', async () => {
			const activation = stage.createActive(onEvent('On call end', stage.log.url));
			if (denied) {
				await expect(activation).rejects.toThrow(DENIED);
			} else {
				await activation;
				await stage.expectToWork();
			}
		});

		if (denied) {
			test('lets Talkover deliver the events of an active workflow again, as after an update from n8n 1', async () => {
				await setToken(TOKEN);
				await stage.createActive(onEvent('On call end', stage.log.url));
				stage.talkover.editWebhook(stage.webhook.id, { max_retries: 1 });
				await setToken('={{ $env.TALKOVER_TOKEN }}');
				expect(await stage.statuses({ call_id: 'c1' })).toEqual([503, 503]);
				await setToken(TOKEN);
				await stage.expectToWork();
			});
		}
	},
);
