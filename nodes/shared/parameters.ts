import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../api/errors';
import { parseJson } from '../../api/json';
import { show, trim } from '../../api/text';

/**
 * Reads parameters and checks them against the fields that declare them. A parameter that is not set has its field's default. An
 * empty text, null and undefined count as not set, because expressions, spreadsheets and AI tools often give them.
 */
export class Parameters {
	/** @param read gives the value of a parameter as n8n evaluates it, or null if it is not set */
	constructor(private readonly read: (name: string) => unknown) {}

	/** The value as n8n gives it, unchecked. */
	value({ name }: Pick<INodeProperties, 'name'>): unknown {
		return this.read(name);
	}

	/** @throws InputError when it is neither true nor false, as a boolean or as text */
	boolean(field: INodeProperties): boolean {
		const given = this.value(field);
		const value = orDefault(field, typeof given === 'string' ? given.toLowerCase() : given);
		if (value === true || value === 'true') return true;
		if (value === false || value === 'false') return false;
		throw new InputError(cannotBe(field, given), 'It takes true or false.');
	}

	/** @throws InputError when it is not a number, is too small or too large, or has a fraction where the field takes none */
	number(field: INodeProperties): number {
		const { minValue = 0, maxValue = Infinity, numberPrecision } = field.typeOptions ?? {};
		const given = this.value(field);
		const set = orDefault(field, given);
		const value = typeof set === 'string' ? Number(set) : set;
		const isAllowed =
			typeof value === 'number' &&
			value >= minValue &&
			value <= maxValue &&
			(numberPrecision !== 0 || Number.isInteger(value));
		if (isAllowed) return value;
		const kind = numberPrecision === 0 ? 'a whole number' : 'a number';
		const range = maxValue === Infinity ? `from ${minValue}` : `${minValue} to ${maxValue}`;
		throw new InputError(cannotBe(field, given), `It takes ${kind}, ${range}.`);
	}

	/** @throws InputError when it is not one of the field's options */
	option(field: INodeProperties): string {
		const given = this.value(field);
		const value = orDefault(field, given);
		const values = (field.options ?? []).map((option) => 'value' in option && option.value);
		if (typeof value === 'string' && values.includes(value)) return value;
		throw new InputError(cannotBe(field, given), `It takes ${values.join(' or ')}.`);
	}

	/** @throws InputError when it is an object or a list */
	text(field: INodeProperties): string {
		const value = orDefault(field, this.value(field));
		if (typeof value !== 'object') return String(value);
		throw new InputError(cannotBe(field, value), 'It takes text.');
	}

	/**
	 * The entries of a list: of an array, also as JSON, which AI models write, or of a text with commas, semicolons or line breaks between
	 * them. Empty ones are left out.
	 */
	list(field: INodeProperties): unknown[] {
		const given = this.value(field);
		const entries = typeof given === 'string' ? split(given) : given;
		return (Array.isArray(entries) ? entries : [entries])
			.map((entry: unknown) => (typeof entry === 'string' ? trim(entry) : entry))
			.filter((entry) => !isEmpty(entry));
	}

	/** Whether the value is one that counts as not set. */
	isEmpty(field: INodeProperties): boolean {
		return isEmpty(this.value(field));
	}

	/**
	 * An ID in Talkover, without spaces around it. Its format differs between installations.
	 *
	 * @throws InputError when it is empty, or has anything but letters, digits, "-" and "_"
	 */
	id(field: INodeProperties): string {
		const given = this.value(field);
		const text = Number.isSafeInteger(given) ? String(given) : given;
		const id = typeof text === 'string' ? trim(text) : text;
		if (typeof id === 'string' && /^[A-Za-z0-9_-]+$/.test(id)) return id;
		const resource = field.displayName.replace(/ ID$/, '').toLowerCase();
		if (id === '' || id === undefined || id === null) {
			throw new InputError(
				`No ${resource} is chosen`,
				`Fill in the field '${field.displayName}', or check that its expression refers to a field that the item has.`,
			);
		}
		throw new InputError(
			`${show(id)} is not a valid ${resource} ID`,
			'An ID has only letters, digits, "-" and "_". Choose from the list, or copy the ID from Talkover.',
		);
	}
}

function split(text: string): unknown[] {
	const json = parseJson(text);
	return Array.isArray(json) ? json : text.split(/[,;\r\n]/);
}

function orDefault(field: INodeProperties, given: unknown): unknown {
	const value = typeof given === 'string' ? trim(given) : given;
	return isEmpty(value) ? field.default : value;
}

function isEmpty(value: unknown): boolean {
	return value === null || value === undefined || (typeof value === 'string' && trim(value) === '');
}

function cannotBe({ displayName }: INodeProperties, given: unknown): string {
	return `'${displayName}' cannot be ${show(given)}`;
}
