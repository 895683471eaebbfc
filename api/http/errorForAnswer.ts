import { TalkoverError } from '../errors';
import type { Explanation } from '../errors';
import type { Answer, ApiError } from './answers';
import { isAboutRoute, readApiError } from './answers';
import { isObject } from '../json';
import { shorten } from '../text';

const CHECK_BASE_URL = 'Check the base URL in the Talkover credential; it usually ends in /api/v1.';

/** Statuses that Talkover sends with JSON. Without JSON, they come from a proxy, a firewall or a CDN between n8n and Talkover. */
const REFUSED_ON_THE_WAY = [401, 403, 407];

/** Refusals that the status alone does not explain, by the API's code or, where a page documents no code, by its message. */
const REFUSALS = [
	{
		code: 'AGENT_INACTIVE',
		apiMessage: undefined,
		message: 'The agent is not published, so it cannot call',
		advice: 'Publish it with Agent → Publish or in Talkover, or choose another agent.',
	},
	{
		code: 'INVALID_PHONE_NUMBER',
		apiMessage: undefined,
		message: 'Talkover does not accept the phone number',
		advice: 'Check that it is complete, and that Talkover can call its country.',
	},
	{
		code: 'CAMPAIGN_NOT_ACTIVE',
		apiMessage: 'Campaign is not active',
		message: 'The campaign is not active, so it takes no calls',
		advice: 'Start it with Campaign → Update Status or in Talkover, or choose another campaign.',
	},
	{
		code: 'CAMPAIGN_LIMIT_REACHED',
		apiMessage: undefined,
		message: 'The plan of this Talkover account allows no more campaigns',
		advice: 'Nothing was created. Use a campaign that you have, or get a larger plan in Talkover.',
	},
	{
		code: 'CAMPAIGN_HAS_ACTIVE_CALLS',
		apiMessage: undefined,
		message: 'The campaign has calls in its queue, so its schedule cannot be changed now',
		advice:
			'Pause it first: set its status to Paused with Update Status, update it, and set it to Active again.',
	},
];

/** What only the sender of a request knows. */
export interface ErrorDetails {
	/** Error message for a 404, as in `No agent with the ID "x"`. */
	notFound?: string;
	outcome?: Explanation['outcome'];
	/** How the builder knows the fields of the request, by the API's names: `{ call_time_ranges: 'Call Hours' }`. */
	fieldNames?: Record<string, string>;
}

/**
 * The error for an unexpected answer, with advice for the builder and a quote of the answer.
 *
 * @param redact removes secrets from a text
 */
export function errorForAnswer(
	answer: Answer,
	redact: (text: string) => string,
	details: ErrorDetails,
): TalkoverError {
	const { status } = answer;
	const apiError = readApiError(answer.body);
	const [message, advice] = explain(answer, apiError, redact, details);
	return new TalkoverError(message, {
		advice,
		quote: shorten(redact(quoteOf(answer, apiError)), 300),
		isFromOther: isRefusedOnTheWay(answer),
		status,
		outcome: details.outcome,
	});
}

function explain(
	answer: Answer,
	apiError: ApiError,
	redact: (text: string) => string,
	{ notFound, fieldNames }: ErrorDetails,
): [message: string, advice: string] {
	const { status, headers } = answer;
	if (status >= 300 && status < 400) {
		return [
			'Talkover answered with a redirect, which is not followed, because the token would go with it',
			`It leads to ${redact(headers.location ?? 'an unknown address')}. ${CHECK_BASE_URL}`,
		];
	}
	if (status === 429) {
		return [
			"Talkover's rate limit is used up",
			'Try again in a minute, send fewer items at once, or ask Talkover for a plan with more requests a minute.',
		];
	}
	if (status >= 500) {
		return [
			`Talkover could not handle the request (HTTP ${status})`,
			"Try again later. If it happens again, tell Talkover's support when it happened.",
		];
	}
	if (status === 413) {
		return [
			'The request is too large for Talkover (HTTP 413)',
			'Send fewer or shorter values: prompt variables, context, or numbers of a do-not-call list.',
		];
	}
	if (isRefusedOnTheWay(answer)) {
		return [
			`Something between n8n and Talkover refused the request (HTTP ${status}, no JSON)`,
			`Check n8n's outgoing proxy and its login (HTTPS_PROXY), and any firewall or CDN on the way. ${CHECK_BASE_URL}`,
		];
	}
	const refusal = REFUSALS.find(
		({ code, apiMessage }) =>
			apiError.code === code || (apiMessage !== undefined && apiError.message === apiMessage),
	);
	if (refusal) return [refusal.message, refusal.advice];
	if (status === 401) {
		return [
			'Talkover does not accept the token',
			'Check the token in the Talkover credential, and that its base URL is that of the same installation.',
		];
	}
	if (status === 403) {
		return [
			'Talkover does not allow this with the token',
			'Check the permissions of the token in Talkover, and that the agent or campaign is in its environment.',
		];
	}
	if (!isObject(answer.body)) {
		return [`This server is not the Talkover API: HTTP ${status}, no JSON`, CHECK_BASE_URL];
	}
	switch (status) {
		case 400:
			return ['Talkover refused the request (HTTP 400)', 'Check the values of the fields.'];
		case 402:
			return [
				'The Talkover account has too few credits for this call',
				'Buy credits in Talkover, and run the items that failed again.',
			];
		case 404:
			return notFound && !isAboutRoute(apiError)
				? [`${notFound} in this Talkover environment`, 'Choose it from the list, or check the ID.']
				: ['Talkover has nothing at this URL (HTTP 404)', CHECK_BASE_URL];
		case 409:
			return [
				'Talkover refused the request because of a conflict (HTTP 409)',
				'Check its state in Talkover, and try again.',
			];
		case 422:
			return ['Talkover does not accept the values', redact(listFields(apiError, fieldNames))];
		default:
			return [
				`Talkover gave an answer that this node does not understand (HTTP ${status})`,
				CHECK_BASE_URL,
			];
	}
}

/** A body that is not JSON is a text: see {@link Answer}. */
function isRefusedOnTheWay({ status, body }: Answer): boolean {
	return REFUSED_ON_THE_WAY.includes(status) && (typeof body === 'string' || body === undefined);
}

function listFields({ fields }: ApiError, names: Record<string, string> = {}): string {
	return Object.entries(fields)
		.map(([field, messages]) => `${nameOf(field, names)}: ${messages.join(' ')}`)
		.join(' · ');
}

/** The builder's name of a field: of `call_time_ranges.0.end`, “Call Hours 1 end”. */
function nameOf(field: string, names: Record<string, string>): string {
	const [first, ...path] = field.split('.');
	if (!Object.hasOwn(names, first)) return field;
	// Builders count from 1.
	const rest = path.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part));
	return [names[first], ...rest].join(' ');
}

function quoteOf({ body }: Answer, { message, code }: ApiError): string {
	const quote = [code, message].filter(Boolean).join(': ');
	return quote || (typeof body === 'string' ? plainText(body) : '');
}

/** The visible text of an HTML page, such as the error page of a proxy. */
function plainText(html: string): string {
	return html
		.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
}
