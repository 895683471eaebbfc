/** Rejections that nobody has handled, since the file was loaded. @type {unknown[]} */
const unhandledRejections = [];
process.on('unhandledRejection', (reason) => unhandledRejections.push(reason));

/** @returns {string[]} what keeps the process alive for requests: sockets and timers */
function openResources() {
	return process
		.getActiveResourcesInfo()
		.filter((kind) => ['TCPSocketWrap', 'TLSWrap', 'Timeout', 'GetAddrInfoReqWrap'].includes(kind));
}

module.exports = { openResources, unhandledRejections };
