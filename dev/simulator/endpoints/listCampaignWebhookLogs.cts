import type { Endpoint } from '../api/endpoint.cts';
import { answerLogs } from '../api/logs.cts';

const listCampaignWebhookLogs: Endpoint = (question) => answerLogs(question, true);

export default listCampaignWebhookLogs;
