import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../api/errors';
import { show, trim } from './text';

/**
 * The value of a boolean field. Text is accepted too, since an expression or a spreadsheet may give it. An empty text, null and
 * undefined mean the field's default.
 *
 * @param value as n8n gives it
 * @throws InputError when it is neither true nor false
 */
export function checkBoolean({ displayName, default: byDefault }: INodeProperties, value: unknown) {
	const text = typeof value === 'string' ? trim(value).toLowerCase() : value;
	const isSet = text !== '' && text !== null && text !== undefined;
	const given = isSet ? text : byDefault;
	if (given === true || given === 'true') return true;
	if (given === false || given === 'false') return false;
	throw new InputError(`${displayName} cannot be ${show(value)}`, 'It takes true or false.');
}
