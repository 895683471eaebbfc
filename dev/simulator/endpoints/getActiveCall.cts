import type { Endpoint } from '../api/endpoint.cts';
import { showActiveCall } from '../world/calls.cts';

const getActiveCall: Endpoint = ({ agent, params, world, ok, refuse }) => {
	const calls = world.activeCalls(agent.id, params.phone);
	if (!calls.length) return refuse(404, /no active call/i);
	return ok({ success: true, data: calls.map((call) => showActiveCall(call, world.now())) });
};

export default getActiveCall;
