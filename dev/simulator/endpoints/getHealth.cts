import type { Endpoint } from '../api/endpoint.cts';

const getHealth: Endpoint = ({ ok }) => ok({ status: 'ok' });

export default getHealth;
