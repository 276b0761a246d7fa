#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# install-deps.sh deps|static-deps|test-deps|cross-deps|lab-deps|screenshot-deps|export-deps|coverage-deps|
# clickhouse-deps: install the missing packages of tests/packages.def with apt, dnf, zypper, apk or
# pacman. Prints nothing if none is missing. If installing is impossible, it prints the command to do so by hand.

set -e
table=${0%/*}/packages.def

case $1 in
deps)		sets="build lib" ;;
static-deps)	sets="build lib static" ;;
test-deps)	sets="build lib static test" ;;
cross-deps)	sets="cross lib staticlib testlib" ;;
lab-deps)	sets="build lib lab" ;;
screenshot-deps)	sets="build lib screenshot" ;;
export-deps)	sets="build lib export" ;;
coverage-deps)	sets="build lib coverage" ;;
clickhouse-deps)	sets="clickhouse" ;;
*)		echo "usage: $0 deps|static-deps|test-deps|cross-deps|lab-deps|screenshot-deps|export-deps|coverage-deps|clickhouse-deps" >&2; exit 2 ;;
esac

# The package manager with a database of installed packages, and its column in the table
if command -v dpkg-query >/dev/null; then
	manager=apt
	column=2
elif command -v dnf >/dev/null; then
	manager=dnf
	column=3
elif command -v zypper >/dev/null; then
	manager=zypper
	column=4
elif command -v apk >/dev/null; then
	manager=apk
	column=5
elif command -v pacman >/dev/null; then
	manager=pacman
	column=6
else
	manager=
	column=2
fi

# rows SETS: print the packages of these sets, in the table's order
rows()
{
	awk -v sets=" $1 " -v column=$column -v cross="$([ "$kind" = cross-deps ] && echo yes)" '
		/^#/ || NF < 6 || $column == "-" { next }
		{
			n = split($1, set, ",")
			for (i = 1; i <= n; i++)
				if (index(sets, " " set[i] " ")) {
					print $column (cross && set[i] ~ /lib$/ ? ":arm64" : "")
					next
				}
		}' "$table"
}

kind=$1
packages=$(echo $(rows "$sets"))

if [ -z "$manager" ]; then
	echo "no apt, dnf, zypper, apk or pacman here: install these, by Debian's names:" $packages
	exit 0
fi
if [ $kind = cross-deps ] && [ $manager != apt ]; then
	echo "cross builds need libraries of arm64, which only Debian and Ubuntu install beside others" >&2
	exit 1
fi

# Print NAME:ARCHITECTURE of each installed package, and of each name that a package provides: in
# Debian 12 for arm64, plain gcc provides gcc-aarch64-linux-gnu.
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

# Print the packages that dpkg does not have; a package for all architectures satisfies any.
missing_debs()
{
	installed | awk -v wanted="$packages" -v native="$native" '
		{ have[$1] = 1 }
		END {
			n = split(wanted, p, " ")
			for (i = 1; i <= n; i++) {
				name = p[i]; sub(/:.*/, "", name)
				full = p[i] ~ /:/ ? p[i] : p[i] ":" native
				if (!(full in have) && !(name ":all" in have))
					printf "%s%s", (some++ ? " " : ""), p[i]
			}
		}'
}

# has PACKAGE: true if it, or one that provides it, is installed
has()
{
	case $manager in
	dnf | zypper)	rpm -q --whatprovides "$1" ;;
	apk)		apk info -e "$1" ;;
	pacman)		pacman -T "$1" ;;
	esac >/dev/null 2>&1
}

missing=
if [ $manager = apt ]; then
	native=$(dpkg --print-architecture)
	missing=$(missing_debs)
else
	for package in $packages; do
		has "$package" || missing="$missing${missing:+ }$package"
	done
fi
[ -n "$missing" ] || exit 0

case $manager in
apt)	refresh="apt-get update"
	install="apt-get install -y --no-install-recommends" ;;
dnf)	refresh=
	install="dnf install -y" ;;
zypper)	refresh=
	install="zypper --non-interactive install" ;;
apk)	refresh=
	install="apk add" ;;
pacman)	refresh=
	install="pacman -S --needed --noconfirm" ;;
esac

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
foreign=
case $manager,$native,$missing in
apt,arm64,*) ;;
apt,*:arm64*)
	dpkg --print-foreign-architectures | grep -qx arm64 ||
		foreign="dpkg --add-architecture arm64" ;;
esac

# fail REASON RUN: print one sentence, and the command that does by hand what this script does.
fail()
{
	by_hand=
	for command in "$foreign" "$refresh" "$install $missing"; do
		[ -z "$command" ] || by_hand="$by_hand${by_hand:+ && }${as_root:+$as_root }$command"
	done
	echo "cannot install the missing packages: $1; $2: $by_hand" >&2
	exit 1
}

if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
	as_root=
	fail "this user is not root, and sudo is not installed" "run as root"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed()
{
	fail "${install%% *} says \"$(grep -m 1 '^E:' "$log" || tail -n 1 "$log")\"" "run by hand"
}

if [ $manager != apt ]; then
	if [ $manager = dnf ] && [ $kind = deps ]; then
		for package in $(rows optional); do
			! dnf -q list "$package" >/dev/null 2>&1 || missing="$missing $package"
		done
	fi
	echo "installing with $manager: $missing"
	$as_root $install $missing >"$log" 2>&1 || failed
	exit 0
fi

export DEBIAN_FRONTEND=noninteractive

# Download size in MB.
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
	$as_root $foreign >"$log" 2>&1 || failed
	update || failed
fi
size=$(megabytes)
# The lists may be missing or old.
if [ -s "$log" ] && grep -q '^E:' "$log"; then
	update || failed
	size=$(megabytes)
	! grep -q '^E:' "$log" || failed
fi
# Debian has no libperf package yet: without one, libperf is built from a kernel source.
if [ $kind = deps ]; then
	for package in $(rows optional); do
		apt-cache show "$package" >/dev/null 2>&1 || continue
		missing="$missing $package"
		size=$(megabytes)
	done
fi
echo "installing ($size MB to download): $missing"
$as_root $install $missing >"$log" 2>&1 && exit 0
update || failed
$as_root $install $missing >"$log" 2>&1 || failed
