import type { IExecuteFunctions, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { getOrCreate } from '../../../api/getOrCreate';
import { ItemParameters } from '../operations/itemParameters';

/** Expressions that are one field of the item with a plain name, such as `={{ $json.phone }}` or `={{ $json["phone number"] }}`. */
const FIELD =
	/^=\{\{\s*\$json(?:\.([A-Za-z_]\w*)|\[(?:"([\p{L}\p{N} _-]+)"|'([\p{L}\p{N} _-]+)')\])\s*\}\}$/u;

/** How many examples a hint has. */
const MOST_EXAMPLES = 3;

/**
 * Reads a node's parameters as n8n does, with a shortcut for expressions that are one field of the item. The shortcut is for speed:
 * an expression takes n8n about a third of the time of a whole lookup (n8n 2.41.1).
 */
export class ParameterReader {
	private readonly raw: INodeParameters;
	private readonly fixed = new Map<string, unknown>();
	/** Parameters whose shortcut has once given the same value as n8n, which refuses some field names, such as `binding`. */
	private readonly proven = new Set<string>();
	/** By the text of a hint, its examples: see {@link ItemParameters.hint}. */
	private readonly examplesOf = new Map<string, Set<string>>();

	/** @param items those that `$json` refers to; left out if it refers to something else, as in a tool */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly items?: INodeExecutionData[],
	) {
		this.raw = context.getNode().parameters;
	}

	/** The parameters of one item. */
	of(itemIndex: number): ItemParameters {
		return new ItemParameters({
			read: (path) => this.read(path, itemIndex),
			raw: (path) => this.rawValue(path),
			timezone: this.context.getTimezone(),
			hint: (text, example) => {
				const examples = getOrCreate(this.examplesOf, text, () => new Set<string>());
				// One more than are shown tells that there are others.
				if (examples.size <= MOST_EXAMPLES) examples.add(example);
			},
		});
	}

	/** The hints of all items, with a few examples each. */
	hints(): string[] {
		return [...this.examplesOf].map(([text, all]) => {
			const examples = [...all].slice(0, MOST_EXAMPLES);
			const shown = [...examples, ...(all.size > MOST_EXAMPLES ? ['and others'] : [])].join(', ');
			// A function, because a text may contain patterns such as `$&`.
			return text.replace('…', () => shown);
		});
	}

	/**
	 * @param name of a parameter, or of a field in a collection: `options.timeout`
	 * @returns null if it is not set
	 * @throws what n8n throws for an expression that fails
	 */
	read(name: string, itemIndex: number): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		const raw = this.rawValue(name);
		const field = this.readField(raw, itemIndex);
		if (field !== undefined && this.proven.has(name)) return field;
		const value = this.context.getNodeParameter(name, itemIndex, null, {
			extractValue: isResourceLocator(raw),
		});
		if (field !== undefined && field === value) this.proven.add(name);
		// Without an expression, it is the same for all items.
		if (!hasExpression(raw)) this.fixed.set(name, value);
		return value;
	}

	private rawValue(name: string): unknown {
		const [parameter, option] = name.split('.');
		const raw = this.raw[parameter];
		return option === undefined ? raw : (raw as INodeParameters | undefined)?.[option];
	}

	/** The value of an expression that is one field of the item, if it is a text or a number; undefined otherwise. */
	private readField(raw: unknown, itemIndex: number): string | number | undefined {
		const [, ...names] = (typeof raw === 'string' && this.items && FIELD.exec(raw)) || [];
		const name = names.find((given) => given !== undefined);
		const json = this.items?.[itemIndex].json;
		if (name === undefined || !json || name in Object.prototype) return undefined;
		const value = json[name];
		return typeof value === 'string' || typeof value === 'number' ? value : undefined;
	}
}

function isResourceLocator(raw: unknown): boolean {
	return typeof raw === 'object' && raw !== null && '__rl' in raw;
}

function hasExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	return typeof raw === 'object' && raw !== null && Object.values(raw).some(hasExpression);
}
