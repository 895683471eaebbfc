import { versions } from '../../../dev/n8n/versions.cts';
import packOnce from './packOnce.cts';
import { prepare } from './prepared.cts';
import removePack from './removePack.cts';

/** Packs the package, and prepares an n8n of each version, for all test files. */
export default async function prepareAll() {
	await packOnce();
	try {
		await Promise.all(versions.map(prepare));
	} catch (error) {
		await removePack();
		throw error;
	}
}
