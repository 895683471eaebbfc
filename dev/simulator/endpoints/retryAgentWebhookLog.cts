import type { Endpoint } from '../api/endpoint.cts';
import { retryLog } from '../api/logs.cts';

const retryAgentWebhookLog: Endpoint = (question) => retryLog(question, false);

export default retryAgentWebhookLog;
