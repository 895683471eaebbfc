import type { INodeProperties } from 'n8n-workflow';
import { Parameters } from '../../shared/parameters';
import type { Collection } from '../../shared/parameters';
import { toE164 } from '../phone';
import { defaultCountryOption } from './fields/phoneField';

/** The parameters of one item. */
export class ItemParameters extends Parameters {
	/**
	 * @param read as {@link Parameters} takes it
	 * @param raw gives a parameter as it is saved in the workflow, with its expressions: the same for all items
	 * @param timezone of the workflow, such as `America/Sao_Paulo`
	 */
	constructor(
		read: (path: string) => unknown,
		readonly raw: (name: string) => unknown,
		readonly timezone: string,
	) {
		super(read);
	}

	/**
	 * A phone number as E.164; one without a country code is of the country in the option Default Country.
	 *
	 * @throws InputError as {@link toE164} does
	 */
	phone(field: INodeProperties, collection?: Collection): string {
		return toE164(this.value(field, collection), this.text(defaultCountryOption, 'options'));
	}
}
