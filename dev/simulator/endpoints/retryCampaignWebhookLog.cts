import type { Endpoint } from '../api/endpoint.cts';
import { retryLog } from '../api/logs.cts';

const retryCampaignWebhookLog: Endpoint = (question) => retryLog(question, true);

export default retryCampaignWebhookLog;
