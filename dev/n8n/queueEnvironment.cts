/** What differs between installations of n8n in queue mode. */
export interface Installation {
	postgres: { host: string; port: number; database: string; user: string; password: string };
	redis: { host: string; port: number };
	/** Of the credentials. */
	encryptionKey: string;
	/** The address of the webhook processors, as Talkover reaches it. */
	webhookUrl: string;
}

/**
 * The environment variables of n8n in queue mode. docs/deployment.md shows the same ones.
 *
 * @returns those of every process, and those that only the main process has in addition
 */
export function queueEnvironment({ postgres, redis, encryptionKey, webhookUrl }: Installation): {
	every: Record<string, string>;
	main: Record<string, string>;
} {
	return {
		every: {
			EXECUTIONS_MODE: 'queue',
			N8N_ENCRYPTION_KEY: encryptionKey,
			WEBHOOK_URL: webhookUrl,
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: postgres.host,
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_DATABASE: postgres.database,
			DB_POSTGRESDB_USER: postgres.user,
			DB_POSTGRESDB_PASSWORD: postgres.password,
			// n8n's default is 2. In a burst of events, they wait for these two, and n8n does not wait for long.
			DB_POSTGRESDB_POOL_SIZE: '10',
			// As long as Talkover waits for the answer to an event. After 20 s, n8n would give up an execution that waits for a connection;
			// after three pings of 5 s that wait, n8n 2.x would close all connections, and lose what is using them.
			DB_POSTGRESDB_CONNECTION_TIMEOUT: '120000',
			DB_PING_TIMEOUT_MS: '120000',
			QUEUE_BULL_REDIS_HOST: redis.host,
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			// n8n 1.x would run an execution whose worker was killed again, from its start (seen in 1.123.81); 2.x never does.
			QUEUE_WORKER_MAX_STALLED_COUNT: '0',
		},
		// Leaves the production addresses of webhooks to the webhook processors.
		main: { N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true' },
	};
}
