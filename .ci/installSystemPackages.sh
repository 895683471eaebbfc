#!/usr/bin/env bash
# Brings the programs that the tests start and that npm does not have: PostgreSQL, Redis, a Chromium and ps.
# Does nothing for what is there. The rest is installed with apt-get if this runs as root, or else named.
set -uo pipefail

# has NAME…: whether one of these programs is there.
has() {
	for name in "$@"; do
		if command -v "$name" >/dev/null; then return 0; fi
	done
	return 1
}

# The Debian packages of the programs that are not there.
missing() {
	# Debian installs the server of PostgreSQL outside of PATH.
	has postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || echo postgresql
	has redis-server || echo redis-server
	has chromium chromium-browser google-chrome || echo chromium
	has ps || echo procps
}

mapfile -t packages < <(missing)
if [ ${#packages[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && has apt-get; then
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -qy "${packages[@]}"
	mapfile -t packages < <(missing)
fi
if [ ${#packages[@]} -gt 0 ]; then
	echo "Some tests will fail: this machine has no ${packages[*]}. On Debian, root can install it: apt-get install ${packages[*]}" >&2
	exit 1
fi
