import { versions } from '../../../dev/n8n/versions.cts';
import packOnce from './packOnce.cts';
import { prepare } from './prepared.cts';

/** Packs the package, and prepares an n8n of each version, for all test files. */
export default async function prepareAll() {
	await packOnce();
	await Promise.all(versions.map(prepare));
}
