import { rm } from 'node:fs/promises';
import path from 'node:path';

export default async function removePack() {
	const { TALKOVER_TARBALL: tarball } = process.env;
	if (tarball) await rm(path.dirname(tarball), { recursive: true });
}
