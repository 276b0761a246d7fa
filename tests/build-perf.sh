#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Build perf from Debian's linux-source-6.12 into the user's cache, for
# tests/bench.sh to compare with.  Nothing of the system changes but the
# packages it needs.

set -e
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12
[ ! -x "$cache/perf" ] || { echo "$cache/perf is there"; exit 0; }

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
missing=
for p in linux-source-6.12 flex bison libtraceevent-dev libdw-dev libelf-dev libzstd-dev \
	libiberty-dev xz-utils build-essential pkg-config; do
	dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed ||
		missing="$missing $p"
done
if [ -n "$missing" ]; then
	echo "installing:$missing"
	$as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
		$as_root apt-get update -q >/dev/null
		$as_root apt-get install -y -q --no-install-recommends $missing >/dev/null
	}
fi

work=$cache/src
mkdir -p "$work"
echo "unpacking linux-source-6.12"
tar xf /usr/src/linux-source-6.12.tar.xz -C "$work" --strip-components=1 --wildcards \
	'*/tools' '*/scripts' '*/include' '*/lib' '*/kernel' '*/Makefile' \
	'*/arch/*/entry/syscalls' '*/arch/arm64/kvm' '*/drivers/perf'
echo "building perf (some minutes)"
make -s -C "$work/tools/perf" -j"$(nproc)" WERROR=0 NO_LIBPYTHON=1 NO_LIBPERL=1 NO_SLANG=1 \
	NO_LIBBPF=1 BUILD_BPF_SKEL=0 NO_JEVENTS=1 NO_LIBNUMA=1 NO_LIBBABELTRACE=1 \
	NO_LIBPFM4=1 NO_JVMTI=1 NO_LIBCAP=1 >"$cache/build.log" 2>&1 ||
	{ tail -n 20 "$cache/build.log"; exit 1; }
cp "$work/tools/perf/perf" "$cache/perf"
rm -rf "$work"
echo "$cache/perf"
