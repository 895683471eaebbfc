// n8n-core reads it when it is loaded, and prints every failed node otherwise. Jest's own output is not touched.
process.env.N8N_LOG_LEVEL = 'silent';
