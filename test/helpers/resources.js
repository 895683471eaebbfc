/** Unhandled rejections since this file was loaded. @type {unknown[]} */
const unhandledRejections = [];
process.on('unhandledRejection', (reason) => unhandledRejections.push(reason));

/** @returns {string[]} the sockets and timers that keep the process alive */
function openResources() {
	return process
		.getActiveResourcesInfo()
		.filter((kind) => ['TCPSocketWrap', 'TLSWrap', 'Timeout', 'GetAddrInfoReqWrap'].includes(kind));
}

module.exports = { openResources, unhandledRejections };
