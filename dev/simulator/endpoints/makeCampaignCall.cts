import type { Endpoint } from '../api/endpoint.cts';
import { showCampaignCall } from '../world/campaigns.cts';
import type { CallBody } from '../world/world.cts';

const makeCampaignCall: Endpoint = ({ campaign, world, ok, refuse, ...question }) => {
	const { id, name, status } = campaign;
	const now = world.now();
	const body = question.body as CallBody;
	if (status !== 'active') return refuse(400);
	const existing = world.pendingCampaignCall(id, body.to);
	if (existing && !body.allow_duplicates) {
		return refuse(409, /./, { existing_call: showCampaignCall(existing, now) });
	}
	const call = showCampaignCall(world.queueCall(campaign, body), now);
	// Its status in the answer is that before it is dialed.
	world.advance();
	const campaign_call = { ...call, scheduled_at: call.created_at };
	return ok({ campaign_call, campaign: { id, name, status } });
};

export default makeCampaignCall;
