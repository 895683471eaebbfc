import { showTime } from './time.cts';

const FINAL = ['completed', 'failed', 'busy', 'no-answer'] as const;

export type FinalStatus = (typeof FINAL)[number];
/** Others are not documented. */
export type CallStatus = 'initiated' | 'ringing' | 'answered' | FinalStatus | (string & {});

export interface NewCall {
	agentId: string;
	/** E.164. */
	to: string;
	/** E.164; default +15550199999. */
	from?: string;
	/** Default `outbound`. The person is at `to`, but at `from` if the call is inbound. */
	direction?: 'inbound' | 'outbound';
	/** Default: a new one. */
	id?: string;
	isTesting?: boolean;
	/** At the start; default `initiated`. */
	status?: CallStatus;
	/** Milliseconds since its start; default 0. */
	startedAgoMs?: number;
	/** Milliseconds from the start until lookups and lists show it; default 0. A function is asked for each lookup and list. */
	shownAfterMs?: number | (() => number);
	/** What lookups and lists show in place of what is documented. */
	shownAs?: Record<string, unknown>;
	/** Milliseconds from the start until the number is dialled; default 0. */
	delayMs?: number;
	/** Milliseconds after dialling, like the next two. */
	ringsAfterMs?: number;
	answeredAfterMs?: number;
	endsAfterMs?: number;
	/** Default `completed`. */
	endsAs?: FinalStatus;
	/** Comes back in its events. */
	context?: unknown;
}

/** How a call proceeds by itself. */
export type Outcome = Partial<Omit<NewCall, 'agentId' | 'to'>>;

/** A call that rings after a tenth of its time unless it fails, and is answered after a third if it is completed. */
export const outcome = (endsAs: FinalStatus, endsAfterMs: number): Outcome => ({
	...(endsAs !== 'failed' && { ringsAfterMs: endsAfterMs / 10 }),
	...(endsAs === 'completed' && { answeredAfterMs: endsAfterMs / 3 }),
	endsAfterMs,
	endsAs,
});

/** Whether a text is a phone number as the API requires it. */
export const isE164 = (text: string) => /^\+[1-9]\d{1,14}$/.test(text);

export const isActive = (status: CallStatus) => FINAL.every((final) => final !== status);

/** One phone call. Its status is computed from the time, without timers. Times are in epoch milliseconds. */
export class Call {
	readonly id: string;
	/** The ID of the telephony provider. It differs from `id`, so that a test notices if one is used for the other. */
	readonly sid: string;
	readonly from: string;
	readonly direction: 'inbound' | 'outbound';
	#changes: Array<{ at: number; status: CallStatus }>;

	/** @param number of the call in its environment, from 1 */
	constructor(
		number: number,
		readonly plan: NewCall,
		readonly startedAt: number,
	) {
		this.id = plan.id ?? `call-${number}`;
		this.sid = `TQ${String(number).padStart(9, '0')}`;
		this.from = plan.from ?? '+15550199999';
		this.direction = plan.direction ?? 'outbound';
		this.#changes = [{ at: startedAt, status: plan.status ?? 'initiated' }];
		const dialledAt = startedAt + (plan.delayMs ?? 0);
		const changeAfter = (ms: number | undefined, status: CallStatus) => {
			if (ms !== undefined) this.#changes.push({ at: dialledAt + ms, status });
		};
		changeAfter(plan.ringsAfterMs, 'ringing');
		changeAfter(plan.answeredAfterMs, 'answered');
		changeAfter(plan.endsAfterMs, plan.endsAs ?? 'completed');
		this.#changes.sort((a, b) => a.at - b.at);
	}

	get agentId(): string {
		return this.plan.agentId;
	}

	/** The number of the person, who may have called or been called. */
	get phone(): string {
		return this.direction === 'inbound' ? this.from : this.plan.to;
	}

	/** Changes the status, and drops all planned changes. */
	setStatus(status: CallStatus, now: number): void {
		this.#changes = [...this.#changesUntil(now), { at: now, status }];
	}

	/** Whether a lookup or list shows it. */
	isShownAt(now: number): boolean {
		const { shownAfterMs: after = 0 } = this.plan;
		return this.startedAt + (typeof after === 'number' ? after : after()) <= now;
	}

	get firstStatus(): CallStatus {
		return this.#changes[0].status;
	}

	statusAt(now: number): CallStatus {
		return this.#changesUntil(now).at(-1)?.status ?? 'initiated';
	}

	/** Of the last change. */
	updatedAt(now: number): number {
		return this.#changesUntil(now).at(-1)?.at ?? this.startedAt;
	}

	/** `Infinity` if no answer is planned. */
	get answeredAt(): number {
		return this.#changes.find(({ status }) => status === 'answered')?.at ?? Infinity;
	}

	/** `Infinity` if no end is planned. */
	get endsAt(): number {
		return this.#changes.find(({ status }) => !isActive(status))?.at ?? Infinity;
	}

	/** The planned final status, or that of its end; undefined if no end is planned. */
	get endsAs(): CallStatus | undefined {
		return this.#changes.find(({ status }) => !isActive(status))?.status;
	}

	/** Whole seconds since the answer; 0 if nobody has answered. */
	durationAt(now: number): number {
		const answered = this.#changesUntil(now).find(({ status }) => status === 'answered');
		if (!answered) return 0;
		const until = isActive(this.statusAt(now)) ? now : this.updatedAt(now);
		return Math.floor((until - answered.at) / 1000);
	}

	#changesUntil(now: number) {
		return this.#changes.filter(({ at }) => at <= now);
	}
}

/** The call as get-active-call shows it. */
export const showActiveCall = (call: Call, now: number) => ({
	id: call.id,
	agent_id: call.agentId,
	to: call.plan.to,
	status: call.statusAt(now),
	started_at: showTime(call.startedAt),
	duration_seconds: call.durationAt(now),
	...call.plan.shownAs,
});

/** The call as the lists show it, without its agent. */
export const showCall = (call: Call, now: number) => ({
	id: call.id,
	sid: call.sid,
	to: call.plan.to,
	to_formatted: formatPhone(call.plan.to),
	from: call.from,
	from_formatted: formatPhone(call.from),
	is_testing: call.plan.isTesting ?? false,
	direction: call.direction,
	status: call.statusAt(now),
	duration: call.durationAt(now),
	created_at: showTime(call.startedAt),
	updated_at: showTime(call.updatedAt(now)),
	...call.plan.shownAs,
});

/** The last ten digits in the North American format; the number itself if it has fewer. */
const formatPhone = (phone: string) => phone.replace(/^\+\d*(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
