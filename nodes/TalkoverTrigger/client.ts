import { TalkoverClient } from '../../api/client';
import type { Context } from './kept';

/**
 * The API for a trigger, which has no options of how to ask it.
 *
 * @throws InputError as {@link TalkoverClient.open} does
 */
export async function openClient(context: Context): Promise<TalkoverClient> {
	return await TalkoverClient.open(context, { timeout: 30, maxRateLimitWait: 30 });
}
