/**
 * @param time epoch milliseconds
 * @returns ISO 8601 in UTC, in whole seconds, like most pages of the API
 */
export const showTime = (time: number) => new Date(time).toISOString().replace(/\.\d+/, '');

/** With six fractional digits, as on the pages of an agent's webhooks. */
export const showMicroseconds = (time: number) => new Date(time).toISOString().replace('Z', '000Z');
