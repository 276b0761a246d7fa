#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# install-deps.sh deps|test-deps|cross-deps|lab-deps: install the Debian packages that
# are missing.  Silent if none is.

set -e

build="build-essential pkg-config libtraceevent-dev libdw-dev libelf-dev libzstd-dev
	libdebuginfod-dev libiberty-dev zlib1g-dev libncurses-dev libcapstone-dev
	xz-utils"
tests="$build gcc-aarch64-linux-gnu libcmocka-dev valgrind clang libclang-rt-14-dev linux-perf jq mandoc tmux procps"
cross="gcc-aarch64-linux-gnu pkg-config libtraceevent-dev:arm64 libdw-dev:arm64
	libelf-dev:arm64 libzstd-dev:arm64 libdebuginfod-dev:arm64 libiberty-dev:arm64
	zlib1g-dev:arm64 libncurses-dev:arm64 libcapstone-dev:arm64"

case $1 in
deps)		packages=$build ;;
test-deps)	packages=$tests ;;
cross-deps)	packages=$cross ;;
lab-deps)	packages="$build gcc-aarch64-linux-gnu libc6-dev-arm64-cross
			device-tree-compiler cpio" ;;
*)		echo "usage: $0 deps|test-deps|cross-deps|lab-deps" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "This is no Debian: these packages, or your system's like, are needed:" $packages
	exit 0
fi

native=$(dpkg --print-architecture)
missing=
for p in $packages; do
	name=${p%:*}
	arch=$native
	[ "$name" = "$p" ] || arch=${p#*:}
	# A package may be there for several architectures.
	dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$name" 2>/dev/null |
		grep -qxE "($arch|all) installed" || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ "$1" = cross-deps ] && [ "$native" != arm64 ] &&
   ! dpkg --print-foreign-architectures | grep -qx arm64; then
	$as_root dpkg --add-architecture arm64
	$as_root apt-get update -q
fi

echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
install="$as_root apt-get install -y -q --no-install-recommends"
$install $missing >/dev/null 2>&1 && exit 0
# The lists may be empty or old.
$as_root apt-get update -q >/dev/null
$install $missing >/dev/null
