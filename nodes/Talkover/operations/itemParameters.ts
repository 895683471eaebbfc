import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../api/errors';
import { shorten, show } from '../../../api/text';
import { Parameters } from '../../shared/parameters';
import { titleCase } from '../../shared/titleCase';
import { apiNameOf } from './fields/apiName';

/** Where the parameters of an item come from. The path of a field in a collection is like `options.timeout`. */
export interface ParameterSource {
	/** The value as n8n evaluates it, or null if it is not set. */
	read(path: string): unknown;
	/** The value as it is saved in the workflow, with its expressions: the same for all items. */
	raw(path: string): unknown;
	/** Of the workflow, such as `America/Sao_Paulo`. */
	timezone: string;
	/** See {@link ItemParameters.hint}. */
	hint(text: HintText, example: string): void;
}

/** A text with `…` where the examples of all items go. */
export type HintText = `${string}…${string}`;

/** The parameters of one item, or the fields of one of its collections. */
export class ItemParameters extends Parameters {
	/** @param collection name of the collection that the fields are in; left out for those of the node */
	constructor(
		private readonly source: ParameterSource,
		private readonly collection?: string,
	) {
		super((name) => source.read(this.path(name)));
	}

	/** The fields in Options. */
	get options(): ItemParameters {
		return this.in('options');
	}

	/** The fields in Filters. */
	get filters(): ItemParameters {
		return this.in('filters');
	}

	/**
	 * The fields in a collection of the node.
	 *
	 * @throws InputError when the collection is one expression: n8n reads no field in it, so a limit in it would not count
	 */
	in(collection: string): ItemParameters {
		const saved = this.source.raw(collection);
		if (typeof saved === 'string') {
			throw new InputError(
				`'${titleCase(apiNameOf({ name: collection }))}' cannot be ${shorten(show(saved), 60)}`,
				'One expression for all of its fields is not possible. Add the fields, each with an expression of its own.',
			);
		}
		return new ItemParameters(this.source, collection);
	}

	/** Whether the builder has added a field to the collection, even if its value is empty. */
	isAdded({ name }: INodeProperties): boolean {
		const fields = this.collection && this.source.read(this.collection);
		return Object.hasOwn((fields ?? {}) as object, name);
	}

	/** The value as it is saved in the workflow, with its expressions. */
	raw({ name }: Pick<INodeProperties, 'name'>): unknown {
		return this.source.raw(this.path(name));
	}

	/** Of the workflow, such as `America/Sao_Paulo`. */
	get timezone(): string {
		return this.source.timezone;
	}

	/**
	 * Tells the builder, once for all items, how a value was read that may be meant otherwise, or what a filter has left out.
	 */
	hint(text: HintText, example: string): void {
		this.source.hint(text, example);
	}

	private path(name: string): string {
		return this.collection === undefined ? name : `${this.collection}.${name}`;
	}
}
