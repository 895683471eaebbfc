import type { Endpoint } from '../api/endpoint.cts';

const getAgent: Endpoint = ({ agent, ok }) => ok({ success: true, data: agent });

export default getAgent;
