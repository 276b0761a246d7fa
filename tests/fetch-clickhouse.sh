#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put Debian's ClickHouse server into the user's cache, once, for the tests of exports, and install its
# client and libraries. The package of the server itself is only unpacked: installed, it would start a
# server on this machine. Prints the server's path; what cannot be had is said, and its tests are
# skipped.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/clickhouse
server=$cache/usr/sbin/clickhouse-server
echo "$server"
! [ -x "$server" ] || ! command -v clickhouse-client >/dev/null || exit 0
if ! apt-cache show clickhouse-server >/dev/null 2>&1; then
	echo "no ClickHouse for the tests: this machine's packages have no clickhouse-server" >&2
	exit 0
fi
"${0%/*}/install-deps.sh" clickhouse-deps >&2 || exit 0
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
if (cd "$package" && apt-get download -q clickhouse-server >log 2>&1) && mkdir -p "$cache" &&
		dpkg -x "$package"/clickhouse-server_*.deb "$cache"; then
	exit 0
fi
echo "no ClickHouse for the tests: apt-get cannot download clickhouse-server" >&2
