#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# dist.sh source NAME: write the committed tree to NAME.tar.xz; fails without git.
# dist.sh binary NAME FOLDER: write the files of the folder to NAME.tar.xz.
#
# Names, modes and times are the commit's, so that a commit always gives the same bytes.

set -e
mkdir -p "$(dirname "$2")"
name=${2##*/}
when=$(git log -1 --format=%ct 2>/dev/null) || {
	echo "make $1: this is no git tree, so what belongs to it is not known" >&2
	exit 1
}
case $1 in
source)
	git diff --quiet HEAD || echo "$name.tar.xz is without the changes that are not committed" >&2
	git -c tar.umask=0022 archive --prefix="$name/" HEAD ;;
binary)
	tar c --sort=name --format=gnu --mtime="@$when" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+w \
		--transform="s,^\.,$name," -C "$3" . ;;
esac >"$2.tar"
xz -9 -T1 -f "$2.tar"
ls "$2.tar.xz"
