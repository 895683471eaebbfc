import type { Endpoint } from '../api/endpoint.cts';
import { isActive } from '../world/calls.cts';
import { showTime } from '../world/time.cts';

const endCall: Endpoint = ({ agent, body, world, ok, refuse }) => {
	// Despite its name, it takes the ID of the call.
	const call = world.callsOf(agent.id).find(({ id }) => id === body.call_sid);
	if (!call) return refuse(404, /call not found/i);
	const now = world.now();
	if (!isActive(call.statusAt(now))) return refuse(409);

	world.setCallStatus(call.id, 'completed');
	const ended = { ended_at: showTime(now), ended_reason: 'ended_by_api' };
	return ok({ success: true, data: { id: call.id, status: 'completed', ...ended } });
};

export default endCall;
