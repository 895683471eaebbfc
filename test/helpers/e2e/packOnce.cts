import { packTarball } from '../../../dev/n8n/pack.cts';

/** Packs the package for all test files. One of them builds it again, while others run. */
export default async function packOnce() {
	process.env.TALKOVER_TARBALL = (await packTarball()).tarball;
}
