const { rm } = require('node:fs/promises');
const path = require('node:path');

module.exports = async () => {
	const { TALKOVER_TARBALL: tarball } = process.env;
	if (tarball) await rm(path.dirname(tarball), { recursive: true });
};
