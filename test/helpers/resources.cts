/** @returns the sockets and timers that keep the process alive */
export function openResources(): string[] {
	return process
		.getActiveResourcesInfo()
		.filter((kind) => ['TCPSocketWrap', 'TLSWrap', 'Timeout', 'GetAddrInfoReqWrap'].includes(kind));
}
