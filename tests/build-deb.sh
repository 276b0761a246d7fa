#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build-deb.sh OUT [OPTION...]: the Debian packages of what is committed here, or, where there
# is no git, of what is here; in OUT.  Options are dpkg-buildpackage's, such as -a arm64.

set -e
mkdir -p "$1"
out=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/spelunk"
if [ -e .git ]; then
	git archive HEAD
else
	tar c --exclude=./build .
fi | tar x -C "$work/spelunk"
(cd "$work/spelunk" && dpkg-buildpackage -us -uc -b "$@")
rm "$work"/*.buildinfo "$work"/*.changes
mv "$work"/*.deb "$out/"
ls "$out"/*.deb
