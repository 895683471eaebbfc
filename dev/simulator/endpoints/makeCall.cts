import type { Endpoint, OnInvalid } from '../api/endpoint.cts';
import { showTime } from '../world/time.cts';
import type { CallBody } from '../world/world.cts';

const makeCall: Endpoint = ({ agent, body, world, ok, refuse }) => {
	if (agent.current_status !== 'published') {
		return refuse(400, /./, error('AGENT_INACTIVE', 'Agent is not published'));
	}
	const call = world.placeCall(agent.id, body as CallBody);
	const data = {
		id: call.id,
		agent_id: call.agentId,
		to: call.plan.to,
		status: call.statusAt(world.now()),
		created_at: showTime(call.startedAt),
	};
	return ok({ success: true, data });
};

/** The page has a code for each mistake in the number, and shows one of the answers. */
export const onInvalid: OnInvalid = ({ body: { to }, refuse }, { to: wrong }) => {
	if (!wrong) return undefined;
	return to
		? refuse(400, /./, { details: { field: 'to', value: to } })
		: refuse(400, /./, error('MISSING_PHONE_NUMBER', 'Phone number is required'));
};

const error = (code: string, message: string) => ({ code, message, details: undefined });

export default makeCall;
