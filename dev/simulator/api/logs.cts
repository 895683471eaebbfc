import type { Answer } from '../contract/contract.cts';
import type { Question } from './endpoint.cts';
import { cut } from './listing.cts';
import type { DeliveryAttempt } from '../world/deliveries.cts';
import { showTime } from '../world/time.cts';

/**
 * A page of the logs of a webhook. Those of a campaign's webhook have fewer members, and no last page.
 *
 * @param isOfCampaign whether the webhook is a campaign's
 */
export function answerLogs({ webhook, world, query, ok }: Question, isOfCampaign: boolean): Answer {
	const { logsWithBody } = world;
	const logs = world.deliveries.logsOf(webhook).map((log) => {
		const { webhook_id, ...shown } = showLog(log);
		const hasBody =
			logsWithBody === 'all' || (logsWithBody === 'successes' && log.state === 'success');
		return {
			...shown,
			...(!isOfCampaign && { webhook_id }),
			...(hasBody && { request_payload: log.payload }),
		};
	});
	const { data, begin: _begin, last_page, ...info } = cut(logs, query, 25);
	return ok({ success: true, data, pagination: isOfCampaign ? info : { ...info, last_page } });
}

function showLog(log: DeliveryAttempt) {
	const { id, webhookId: webhook_id, event, attempt, state, status, answer, error } = log;
	const { startedAt, endedAt } = log;
	return {
		id,
		webhook_id,
		event,
		attempt,
		status: state,
		...(status !== undefined && { http_status: status, response_body: answer }),
		...(error !== undefined && { error }),
		...(endedAt !== undefined && { duration_ms: endedAt - startedAt }),
		...(state === 'success' && endedAt !== undefined && { delivered_at: showTime(endedAt) }),
		created_at: showTime(startedAt),
	};
}

/** Queues another attempt of a delivery. The answer of a campaign's webhook has no time. */
export function retryLog(question: Question, isOfCampaign: boolean): Answer {
	const { params, webhook, world, ok, refuse } = question;
	const { log_id: original_log_id } = params;
	const log = world.deliveries.logsOf(webhook).find(({ id }) => id === original_log_id);
	// What the API answers for an unknown log is undocumented.
	if (!log) return refuse(404, /webhook not found/i);
	const attempt = world.deliveries.retry(webhook, log);
	if (!attempt) return refuse(422);
	const { id: log_id, startedAt } = attempt;
	const data = { log_id, original_log_id };
	if (isOfCampaign) return ok({ success: true, message: 'Webhook retry queued', data });
	const message = 'Webhook retry queued successfully';
	return ok({ success: true, message, data: { ...data, queued_at: showTime(startedAt) } });
}
