import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import type { ClientSettings, TalkoverClient } from '../../../api/client';
import { InputError } from '../../../api/errors';
import { createClient, readCredential } from '../../shared/talkoverClient';

/** An index that no item has. Most expressions that refer to an item fail for it, or give nothing (n8n 2.41.1 and 1.123.81). */
const NO_ITEM = Number.MAX_SAFE_INTEGER;

/** For how many items to read the credential before one client may serve all items. */
const SAMPLE = 10;

/**
 * The API for each item of a run. The credential may hold expressions like `{{ $json.token }}`: each item is sent with the token and to
 * the base URL that they give for it, and items with the same ones share a client.
 */
export class Clients {
	private readonly opened = new Map<string, TalkoverClient>();
	private shared?: Promise<TalkoverClient | undefined>;
	private previous?: Promise<TalkoverClient>;

	/**
	 * @param items how many there are
	 * @param mayShare whether one client may serve all items if the credential is the same for a sample of them: see
	 * {@link Operation.sharesCredential}
	 * @param signal ends all waiting; nothing is sent after it
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly settings: ClientSettings,
		private readonly items: number,
		private readonly mayShare: boolean,
		private readonly isTool: boolean,
		private readonly signal: AbortSignal,
	) {}

	/**
	 * The client of an item. Clients are given in the order of the calls, however long each credential takes to be read: of several
	 * items with one phone number, the first is called.
	 *
	 * @throws InputError when there is no credential, it cannot be used, or nobody can tell which item it is for
	 */
	of(itemIndex: number): Promise<TalkoverClient> {
		this.previous = this.openAfter(this.previous, itemIndex);
		return this.previous;
	}

	private async openAfter(
		previous: Promise<TalkoverClient> | undefined,
		itemIndex: number,
	): Promise<TalkoverClient> {
		const opened = this.openFor(itemIndex);
		await Promise.allSettled([previous, opened]);
		return await opened;
	}

	private async openFor(itemIndex: number): Promise<TalkoverClient> {
		this.shared ??= this.openShared();
		return (await this.shared) ?? this.open(await readCredential(this.context, itemIndex));
	}

	/** How long the run has paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		const waits = [...this.opened.values()].map(({ pacer }) => pacer.secondsWaited);
		return Math.max(0, ...waits);
	}

	/** @returns undefined if the credential is to be read for each item */
	private async openShared(): Promise<TalkoverClient | undefined> {
		if (!this.isTool && (this.items === 1 || !this.mayShare)) return undefined;
		const indexes = [...spread(this.items), NO_ITEM];
		const [first, ...others] = await Promise.all(
			indexes.map(async (index) => await this.tryRead(index)),
		);
		const isShared = others.every((other) => first && other && keyOf(other) === keyOf(first));
		if (first && isShared) return this.open(first);
		// A tool of AI Agent 2 sees all items of the agent, and not which of them the model is working on.
		if (this.isTool && (await this.tryRead(1))) {
			throw new InputError(
				'The Talkover credential depends on the item, and the AI agent has several',
				'Use AI Agent 3 or newer, give the agent one item at a time with Loop Over Items, or choose a credential with a fixed token.',
			);
		}
		return undefined;
	}

	private async tryRead(itemIndex: number): Promise<ICredentialDataDecryptedObject | undefined> {
		return await readCredential(this.context, itemIndex).catch(() => undefined);
	}

	private open(credential: ICredentialDataDecryptedObject): TalkoverClient {
		const key = keyOf(credential);
		const { context, settings, signal } = this;
		const client = this.opened.get(key) ?? createClient(context, credential, settings, signal);
		this.opened.set(key, client);
		return client;
	}
}

/** A few indexes of items, from the first to the last. */
function spread(items: number): number[] {
	const count = Math.min(items, SAMPLE);
	return Array.from({ length: count }, (_, nth) =>
		Math.round((nth * (items - 1)) / Math.max(1, count - 1)),
	);
}

function keyOf({ token, baseUrl }: ICredentialDataDecryptedObject): string {
	return JSON.stringify([token, baseUrl]);
}
