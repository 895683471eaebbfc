const { packTarball } = require('../../../dev/n8n/pack.cts');

/** Packs the package for all test files. One of them builds it again, while others run. */
module.exports = async () => {
	process.env.TALKOVER_TARBALL = (await packTarball()).tarball;
};
