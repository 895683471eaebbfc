import { setAgentStatus } from '../../../../api/agents/agentStatus';
import type { AgentStatus, SwitchedAgent } from '../../../../api/agents/agentStatus';
import { agentField } from '../../../shared/idFields';
import type { Item } from '../operation';

/** Publishes or unpublishes the item's agent. @throws InputError when no agent is chosen, and as {@link setAgentStatus} does */
export async function switchAgent(
	{ client, parameters, once }: Item,
	status: AgentStatus,
): Promise<SwitchedAgent> {
	const agentId = parameters.id(agentField);
	const { result: agent, byThisItem } = await once(
		{ key: `agent status ${agentId}`, value: status },
		async () => await setAgentStatus(client, agentId, status),
	);
	return { ...agent, alreadySet: !byThisItem || agent.alreadySet };
}
