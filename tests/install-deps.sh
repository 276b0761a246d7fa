#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# install-deps.sh deps|test-deps|cross-deps|lab-deps|screenshot-deps: install the Debian
# packages that are missing.  Silent if none is.

set -e

build="gcc libc6-dev make pkg-config libtraceevent-dev libdw-dev libelf-dev libzstd-dev
	libdebuginfod-dev libiberty-dev zlib1g-dev libncurses-dev libcapstone-dev
	xz-utils"
tests="$build gcc-aarch64-linux-gnu libcmocka-dev valgrind clang libclang-rt-dev linux-perf jq mandoc tmux procps"
# xz unpacks the kernel source that libperf is built of.
cross="gcc-aarch64-linux-gnu pkg-config xz-utils libtraceevent-dev:arm64 libdw-dev:arm64
	libelf-dev:arm64 libzstd-dev:arm64 libdebuginfod-dev:arm64 libiberty-dev:arm64
	zlib1g-dev:arm64 libncurses-dev:arm64 libcapstone-dev:arm64"

case $1 in
deps)		packages=$build ;;
test-deps)	packages=$tests ;;
cross-deps)	packages=$cross ;;
lab-deps)	packages="$build gcc-aarch64-linux-gnu libc6-dev-arm64-cross
			device-tree-compiler cpio" ;;
screenshot-deps)	packages="$build tmux chromium fonts-dejavu-core pngquant" ;;
*)		echo "usage: $0 deps|test-deps|cross-deps|lab-deps|screenshot-deps" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "This is not Debian: install these packages, or what your system calls them:" $packages
	exit 0
fi

native=$(dpkg --print-architecture)

# NAME:ARCHITECTURE of each installed package, and of each name that one provides: in
# Debian 12 for arm64 the plain gcc provides gcc-aarch64-linux-gnu.
installed()
{
	dpkg-query -W -f '${db:Status-Status}|${Architecture}|${Package}, ${Provides}\n' |
		awk -F'|' -v native="$native" '$1 == "installed" {
			arch = $2 == "all" ? native : $2
			gsub(/ *\([^)]*\)|:any/, "", $3)
			n = split($3, name, /, */)
			for (i = 1; i <= n; i++) {
				print name[i] ":" arch
				if ($2 == "all") print name[i] ":all"
			}
		}'
}

# The packages that are not; one for all architectures serves each.
missing=$(installed | awk -v wanted="$(echo $packages)" -v native="$native" '
	{ have[$1] = 1 }
	END {
		n = split(wanted, p, " ")
		for (i = 1; i <= n; i++) {
			name = p[i]; sub(/:.*/, "", name)
			full = p[i] ~ /:/ ? p[i] : p[i] ":" native
			if (!(full in have) && !(name ":all" in have))
				printf "%s%s", (some++ ? " " : ""), p[i]
		}
	}')
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
install="apt-get install -y --no-install-recommends $missing"
foreign=
case $native,$missing in
arm64,*) ;;
*:arm64*)
	dpkg --print-foreign-architectures | grep -qx arm64 ||
		foreign="dpkg --add-architecture arm64" ;;
esac

# The one command that does by hand what this script does.
by_hand="${as_root:+$as_root }apt-get update && ${as_root:+$as_root }$install"
[ -z "$foreign" ] || by_hand="${as_root:+$as_root }$foreign && $by_hand"

# fail REASON RUN: one sentence, with that command.
fail()
{
	echo "cannot install the missing packages: $1; $2: $by_hand" >&2
	exit 1
}

if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
	by_hand=$(echo "$by_hand" | sed 's/sudo //g')
	fail "this user is not root, and sudo is not installed" "run as root"
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt_failed()
{
	fail "apt-get says \"$(grep -m 1 '^E:' "$log" || tail -n 1 "$log")\"" "run by hand"
}

# What there is to download, in MB.
megabytes()
{
	apt-get -qq --print-uris install --no-install-recommends $missing 2>"$log" |
		awk '{ sum += $3 } END { printf "%.0f", sum / 1e6 }'
}

update()
{
	$as_root apt-get update -q >"$log" 2>&1
}

if [ -n "$foreign" ]; then
	$as_root $foreign >"$log" 2>&1 || apt_failed
	update || apt_failed
fi
size=$(megabytes)
# The lists may be empty or old.
if [ -s "$log" ] && grep -q '^E:' "$log"; then
	update || apt_failed
	size=$(megabytes)
	! grep -q '^E:' "$log" || apt_failed
fi
# Not yet in Debian: without it libperf is built from a kernel source.
if [ "$1" = deps ] && apt-cache show libperf-dev >/dev/null 2>&1; then
	install="$install libperf-dev"
	missing="$missing libperf-dev"
	size=$(megabytes)
fi
echo "installing ($size MB to download): $missing"
$as_root $install >"$log" 2>&1 && exit 0
update || apt_failed
$as_root $install >"$log" 2>&1 || apt_failed
