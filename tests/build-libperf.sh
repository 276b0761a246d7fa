#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# build-libperf.sh BUILD [CROSS_COMPILE]: give the build folder BUILD a libperf, in
# BUILD/libperf: include/, lib/, and the compiler's and the linker's flags in cflags and
# libs.
#
# For systems that have no package of libperf; Debian has none.  It is built from a
# linux-source package, of any version: the installed one, else the newest that apt has.
# The user's cache keeps what was built, by version, target and compiler.  Where no source
# can be had, or with LIBPERF=no, the flags say to build without libperf.  LIBPERF=here downloads
# nothing: where nothing is here, BUILD/libperf/not-here says that the next build is to look again.

set -e
build=$1
cross=$2
command -v "${cross}gcc" >/dev/null || { echo "libperf: there is no ${cross}gcc" >&2; exit 1; }
target=$("${cross}gcc" -dumpmachine)-gcc$("${cross}gcc" -dumpversion | cut -d. -f1)
# Linux' makefiles take no path with a space.
case $TMPDIR in *[[:space:]]*) TMPDIR=/tmp ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# put DIR: the library in DIR becomes the build's.
put()
{
	rm -rf "$build/libperf"
	mkdir -p "$build/libperf"
	cp -R "$1/lib" "$1/include" "$build/libperf/"
	echo "-isystem $build/libperf/include" >"$build/libperf/cflags"
	echo "$build/libperf/lib/libperf.a $build/libperf/lib/libapi.a" >"$build/libperf/libs"
	exit 0
}

# not_here: as without(), until the next build
not_here()
{
	flags_without
	touch "$build/libperf/not-here"
	exit 0
}

# without REASON: one line, and the system call instead.
without()
{
	echo "libperf: $1; building without it, with perf_event_open(2) alone" >&2
	flags_without
	exit 0
}

flags_without()
{
	rm -rf "$build/libperf"
	mkdir -p "$build/libperf"
	echo "-DWITHOUT_LIBPERF" >"$build/libperf/cflags"
	: >"$build/libperf/libs"
}

[ "$LIBPERF" != no ] || without "LIBPERF=no"

# The user's cache, if there is one: a home that does not exist is not made.
cache=
case $XDG_CACHE_HOME in
/*)	cache=$XDG_CACHE_HOME/spelunk ;;
*)	[ ! -d "$HOME" ] || cache=$HOME/.cache/spelunk ;;
esac
[ -z "$cache" ] || { mkdir -p "$cache" && [ -w "$cache" ]; } 2>/dev/null || cache=

# newest: of lines that end in a version
newest()
{
	sort -V | tail -n 1
}

if [ -n "$cache" ]; then
	cached=$(ls -d "$cache"/libperf-*-"$target" 2>/dev/null | newest)
	[ -z "$cached" ] || put "$cached"
fi

# apt's first error, of a log
first_error()
{
	grep -m 1 '^E:' "$1" || tail -n 1 "$1"
}

download()
{
	(cd "$work" && apt-get download -q "$package") >"$work/log" 2>&1
}

installed=$(ls /usr/src/linux-source-*.tar.* 2>/dev/null | newest)
if [ -n "$installed" ]; then
	package=${installed##*/}
	package=${package%.tar.*}
else
	[ "$LIBPERF" != here ] || not_here
	command -v apt-get >/dev/null ||
		without "neither its package nor a kernel source for it is installed"
	package=$(apt-cache pkgnames linux-source- | grep -xE 'linux-source-[0-9.]+' | newest)
	[ -n "$package" ] || without "apt knows no linux-source package"
	size=$(apt-cache show --no-all-versions "$package" | awk '/^Size:/ {
		printf "%.0f", $2 / 1e6; exit }')
	echo "downloading $package ($size MB) for libperf, once; LIBPERF=no builds without it"
	# Lists may be older than the mirror.
	download || { [ "$(id -u)" = 0 ] && apt-get update -q >/dev/null 2>&1 && download; } ||
		without "$package cannot be downloaded ($(first_error "$work/log"))"
fi

# The tar file that the package is, on standard output.
source_tar()
{
	if [ -n "$installed" ]; then
		cat "$installed"
		return
	fi
	dpkg-deb --fsys-tarfile "$work/$package"_*.deb | tar xO --wildcards "./usr/src/*.tar.*"
}

# Tar cannot look at a pipe for how it is compressed.
name=$installed
[ -n "$name" ] || name=$(dpkg-deb --fsys-tarfile "$work/$package"_*.deb | tar t |
	grep -m 1 '\.tar\.')
case $name in
*.xz)	unpack=xz ;;
*.bz2)	unpack=bzip2 ;;
*.zst)	unpack=zstd ;;
*)	unpack=gzip ;;
esac
command -v $unpack >/dev/null || without "$package cannot be unpacked: there is no $unpack"

# The name by which Linux knows the target's architecture.
case $target in
aarch64-*)	arch=arm64 ;;
x86_64-*)	arch=x86 ;;
*)		arch=${target%%-*} ;;
esac

echo "building libperf of $package for $target"
mkdir "$work/src"
source_tar | $unpack -dc | tar x -C "$work/src" --strip-components=1 --wildcards \
	'*/tools/lib/*' '*/tools/include/*' '*/tools/build/*' '*/tools/scripts/*' \
	'*/tools/arch/*/include/*' 2>"$work/log" || [ -e "$work/src/tools/lib/perf/Makefile" ] ||
	without "$package cannot be unpacked ($(tail -n 1 "$work/log"))"

# The flags are of the program's build, not of this one.  No path of this build is in it.
perf=$work/src/tools/lib/perf
env -u CFLAGS -u LDFLAGS -u MAKEFLAGS -u MFLAGS -u O -u V make -s -C "$perf" ARCH="$arch" \
	CROSS_COMPILE="$cross" CC="${cross}gcc" \
	EXTRA_CFLAGS="-O2 -ffile-prefix-map=$work/src=linux" libs >"$work/log" 2>&1 || {
	{ grep -m 5 -i error "$work/log" || tail -n 5 "$work/log"; } >&2
	without "that of $package does not build"
}

mkdir -p "$work/out/lib" "$work/out/include/perf"
cp "$perf/libperf.a" "$perf/../api/libapi.a" "$work/out/lib/"
cp "$perf"/include/perf/*.h "$work/out/include/perf/"
if [ -n "$cache" ]; then
	# Whole or not at all; another build may have been faster: then it is the same.
	dir=$cache/libperf-${package#linux-source-}-$target
	cp -R "$work/out" "$dir.$$" && { mv -T "$dir.$$" "$dir" 2>/dev/null || rm -rf "$dir.$$"; }
fi
put "$work/out"
