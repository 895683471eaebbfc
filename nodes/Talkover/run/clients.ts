import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import type { ClientSettings, TalkoverClient } from '../../../api/http/client';
import { InputError } from '../../../api/errors';
import { getOrCreate } from '../../../api/getOrCreate';
import { createClient, readCredential } from '../../shared/talkoverClient';

/** An index that no item has. Most expressions that refer to an item fail for it, or are empty (n8n 2.41.1 and 1.123.81). */
const NO_ITEM = Number.MAX_SAFE_INTEGER;

/** For how many items to read the credential before one client may serve all items. */
const SAMPLE = 10;

export interface ClientsOptions {
	context: IExecuteFunctions;
	settings: ClientSettings & { itemCount: number };
	/** See {@link Surface.knowsItem}. */
	knowsItem: boolean;
	/** See {@link Operation.sharesCredential}. */
	mayShare: boolean;
	/** Ends all waits; nothing is sent after it is aborted. */
	signal: AbortSignal;
}

/**
 * The API client for each item of a run. The credential may contain expressions like `{{ $json.token }}`, so each item may have its
 * own token and base URL. Items with the same ones share a client.
 */
export class Clients {
	private readonly opened = new Map<string, TalkoverClient>();
	private shared?: Promise<TalkoverClient | undefined>;
	private previous?: Promise<TalkoverClient>;

	constructor(private readonly options: ClientsOptions) {}

	/**
	 * The client of an item. The promises resolve in the order of the calls, even if a credential takes long to read, so that of several
	 * items with one phone number the first is called.
	 *
	 * @throws InputError when the credential is missing or not valid, or depends on the item and the item is unknown
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
		return (await this.shared) ?? this.open(await readCredential(this.options.context, itemIndex));
	}

	/** How long the run has paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		const waits = [...this.opened.values()].map(({ secondsWaited }) => secondsWaited);
		return Math.max(0, ...waits);
	}

	/** @returns undefined if the credential must be read for each item */
	private async openShared(): Promise<TalkoverClient | undefined> {
		const { settings, knowsItem, mayShare } = this.options;
		const { itemCount } = settings;
		if (knowsItem && (itemCount === 1 || !mayShare)) return undefined;
		const indexes = [...spread(itemCount), NO_ITEM];
		const [first, ...others] = await Promise.all(
			indexes.map(async (index) => await this.tryRead(index)),
		);
		const isShared = others.every((other) => first && other && keyOf(other) === keyOf(first));
		if (first && isShared) return this.open(first);
		if (!knowsItem && (await this.tryRead(1))) {
			throw new InputError(
				'The Talkover credential depends on the item, and the AI agent has several',
				'Use AI Agent 3 or newer, give the agent one item at a time with Loop Over Items, or choose a credential with a fixed token.',
			);
		}
		return undefined;
	}

	private async tryRead(itemIndex: number): Promise<ICredentialDataDecryptedObject | undefined> {
		return await readCredential(this.options.context, itemIndex).catch(() => undefined);
	}

	private open(credential: ICredentialDataDecryptedObject): TalkoverClient {
		const key = keyOf(credential);
		const { context, settings, signal } = this.options;
		return getOrCreate(this.opened, key, () => createClient(context, credential, settings, signal));
	}
}

/** Indexes of some items, evenly spread from the first to the last. */
function spread(items: number): number[] {
	const count = Math.min(items, SAMPLE);
	return Array.from({ length: count }, (_, nth) =>
		Math.round((nth * (items - 1)) / Math.max(1, count - 1)),
	);
}

function keyOf({ token, baseUrl }: ICredentialDataDecryptedObject): string {
	return JSON.stringify([token, baseUrl]);
}
