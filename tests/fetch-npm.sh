#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Put the programs of npm that tests of exports read with into the user's cache, once: nothing of
# the system changes.  Prints the folder of its node_modules.  What cannot be had is said, and its
# tests are skipped.

packages="speedscope@1.25.0 pprof-format@2.3.2"
packages="$packages @duckdb/node-api@1.5.6-r.1 hyparquet@1.33.0 hyparquet-compressors@1.1.2"
packages="$packages @modelcontextprotocol/sdk@1.32.2"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/npm
echo "$cache/node_modules"
[ "$(cat "$cache/packages" 2>/dev/null)" != "$packages" ] || exit 0
if ! command -v npm >/dev/null; then
	echo "no npm, and so no $packages for the tests: make export-deps" >&2
	exit 0
fi
mkdir -p "$cache"
if npm install --prefix "$cache" --ignore-scripts --no-audit --no-fund --no-save --silent $packages >&2; then
	echo "$packages" >"$cache/packages"
else
	echo "no $packages for the tests: npm cannot install them" >&2
fi
