#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build-libperf.sh SERIES TARGET DIR: build libperf for TARGET (what $CC
# -dumpmachine says) from Debian's linux-source-SERIES into DIR, as lib/ and
# include/.  Debian 12 has no package of it.  The source is that of the system
# if it is installed; else it is downloaded, and kept nowhere.

set -e
series=$1 target=$2 dir=$3
package=linux-source-$series

mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die()
{
	echo "libperf: $*" >&2
	exit 1
}

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo

# The tar file that the package is, on standard output.
source_tar()
{
	if [ -e "/usr/src/$package.tar.xz" ]; then
		xz -dc "/usr/src/$package.tar.xz"
		return
	fi
	echo "downloading $package (150 MB) for libperf, once" >&2
	cd "$work"
	apt-get download -q "$package" >/dev/null 2>&1 || {
		$as_root apt-get update -q >/dev/null
		apt-get download -q "$package" >/dev/null
	}
	dpkg-deb --fsys-tarfile ./"$package"_*.deb | tar xO "./usr/src/$package.tar.xz" | xz -dc
}

[ -e "/usr/src/$package.tar.xz" ] || command -v apt-get >/dev/null ||
	die "neither its package nor apt-get is here: install libperf with its headers and libperf.pc"
echo "building libperf of $package for $target into $dir"
mkdir "$work/src"
source_tar | tar x -C "$work/src" --strip-components=1 --wildcards '*/tools/lib/*' \
	'*/tools/include/*' '*/tools/build/*' '*/tools/scripts/*' '*/tools/arch/*/include/*' ||
	die "$package could not be unpacked"

# The name by which Linux knows the target's architecture.
case $target in
aarch64-*)	arch=arm64 ;;
x86_64-*)	arch=x86 ;;
*)		arch=${target%%-*} ;;
esac
cross=
[ "$target" = "$(gcc -dumpmachine)" ] || cross=$target-
perf=$work/src/tools/lib/perf
# The flags are of the program's build, not of this one.
env -u CFLAGS -u LDFLAGS -u MAKEFLAGS -u MFLAGS -u O -u V make -s -C "$perf" ARCH="$arch" \
	CROSS_COMPILE="$cross" CC="${cross}gcc" EXTRA_CFLAGS=-O2 libs >"$work/log" 2>&1 ||
	{ tail -n 20 "$work/log" >&2; die "it does not build: see above"; }

mkdir -p "$work/out/lib" "$work/out/include/perf"
cp "$perf/libperf.a" "$perf/../api/libapi.a" "$work/out/lib/"
cp "$perf"/include/perf/*.h "$work/out/include/perf/"
# Another build may have been faster: then it is the same.
mv -T "$work/out" "$dir" 2>/dev/null || [ -d "$dir" ]
