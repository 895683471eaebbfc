/** A name of the API as a title: `no-answer` as “No Answer”, `campaign_call.failed` as “Campaign Call Failed”. */
export function titleCase(name: string): string {
	const words = name.split(/[-._]/);
	return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}

/** An event of a webhook as a title: `event_phone_call_ended` as “Phone Call Ended”. */
export function eventTitle(event: string): string {
	return titleCase(event.replace(/^event_/, ''));
}
