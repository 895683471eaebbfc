// n8n-core reads this when it is loaded. Without it, n8n-core prints every failed node. Jest's own output stays.
process.env.N8N_LOG_LEVEL = 'silent';
