import type { Endpoint } from '../api/endpoint.cts';
import { answerLogs } from '../api/logs.cts';

const listAgentWebhookLogs: Endpoint = (question) => answerLogs(question, false);

export default listAgentWebhookLogs;
