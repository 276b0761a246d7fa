#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Fetch three versions of perf into the user's cache, for tests and for tests/bench.sh: 6.1, 6.12
# and the newest that Debian's suites have. Each is a Debian package with the libraries that it
# needs, unpacked and run by its own dynamic linker: the system does not change. If a perf is
# unavailable, the script says so, and tests that need it are skipped. One that is already there
# stays: remove its folder to fetch a newer one.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk
suites="bookworm trixie trixie-backports sid experimental"

# perf_of SERIES: print its path
perf_of()
{
	echo "$cache/perf-$1/perf"
}

missing=
for series in 6.1 6.12 new; do
	"$(perf_of $series)" version >/dev/null 2>&1 || missing="$missing $series"
done
[ -n "$missing" ] || exit 0

# The system's own perf is as good.
own=$(perf version 2>/dev/null | sed -n 's/^perf version \([0-9]*\.[0-9]*\).*/\1/p')
left=
for series in $missing; do
	if [ "$series" = "$own" ]; then
		mkdir -p "$cache/perf-$series"
		ln -sf "$(command -v perf)" "$(perf_of "$series")"
	else
		left="$left $series"
	fi
done
[ -n "$left" ] || exit 0

give_up()
{
	echo "no perf$left for the tests: $1" >&2
	exit 0
}

keys=$(ls /usr/share/keyrings/debian-archive-keyring.[gp][pg][gp] 2>/dev/null | head -n 1)
# The Debian mirrors of this machine's apt: URI/dists/SUITE/InRelease
mirrors=$(. /etc/os-release 2>/dev/null
	apt-get -o Debug::NoLocking=1 update --print-uris 2>/dev/null |
		sed -nE "s,^'(.*)/dists/(${VERSION_CODENAME:-stable}|stable|testing|unstable|sid)/InRelease'.*,\1,p" |
		awk '!seen[$0]++')
[ -n "$mirrors" ] && [ -n "$keys" ] || give_up "apt knows no mirror of Debian"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$work/cache/archives/partial" "$work/debs"
: >"$work/status"

# Use apt with its own sources, lists and packages.
cat >"$work/apt.conf" <<END
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "1";
Dir::Etc::sourcelist "$work/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
END
export APT_CONFIG="$work/apt.conf"

# sources MIRROR: print the sources of the suites needed
sources()
{
	local suite
	for suite in $suites; do
		[ "$suite" != bookworm ] || case "$left " in *" 6.1 "*) ;; *) continue ;; esac
		echo "deb [arch=$(dpkg --print-architecture) signed-by=$keys] $1 $suite main"
	done
}

echo "fetching perf$left"
for mirror in $mirrors; do
	rm -rf "$work/lists"
	mkdir -p "$work/lists/partial"
	sources "$mirror" >"$work/sources"
	apt-get update -qq >"$work/log" 2>&1
	apt-cache madison linux-perf 2>>"$work/log" | awk '{ print $3 }' | sort -uV >"$work/versions"
	[ ! -s "$work/versions" ] || break
done
apt-cache dumpavail >"$work/available" 2>>"$work/log"

# versions_of SERIES: print its last three versions, newest first
versions_of()
{
	case $1 in
	new) cat "$work/versions" ;;
	*) grep "^$1\." "$work/versions" ;;
	esac | tail -n 3 | tac
}

# libraries VERSION: print the packages of that perf and of its libraries
libraries()
{
	apt-cache show "linux-perf=$1" | sed 's/^Package: linux-perf$/Package: the-perf/' |
		awk '
		/^Package: /		{ package = $2; known[package] = 1 }
		/^(Pre-)?Depends: /	{
			sub(/^[^:]*: /, "")
			gsub(/\([^)]*\)|:any/, "")
			needs[package] = needs[package] " " $0
		}
		function take(p,	word, n, i) {
			if (!known[p] || taken[p]++)
				return
			if (p != "the-perf")
				print p
			n = split(needs[p], word, /[ ,|]+/)
			for (i = 1; i <= n; i++)
				if (word[i] ~ /^lib/ && word[i] !~ /-(stdlib|minimal)$/)
					take(word[i])
		}
		END { take("the-perf") }' - "$work/available"
}

# unpack SERIES VERSION: 0 if it runs
unpack()
{
	local to=$cache/perf-$1 needs p

	needs=$(libraries "$2")
	(cd "$work/debs" && apt-get download -qq "linux-perf=$2" $needs) >>"$work/log" 2>&1 || return
	rm -rf "$to"
	mkdir -p "$to"
	for p in "linux-perf_$2" $needs; do
		dpkg-deb --fsys-tarfile "$work/debs/${p}_"*.deb |
			tar x -C "$to" --wildcards '*.so*' './usr/bin/perf' 2>/dev/null
	done
	cat >"$to/perf" <<-'END'
		#!/bin/sh
		top=$(dirname "$(readlink -f "$0")")
		for ld in "$top"/usr/lib/*/ld-linux-*.so.* "$top"/lib/*/ld-linux-*.so.*; do
			[ -f "$ld" ] && break
		done
		libs=$(ls -d "$top"/lib/*-linux-gnu "$top"/usr/lib/*-linux-gnu 2>/dev/null | paste -sd:)
		exec "$ld" --library-path "$libs" "$top/usr/bin/perf" "$@"
	END
	chmod +x "$to/perf"
	"$to/perf" version >>"$work/log" 2>&1
}

for series in $left; do
	for version in $(versions_of "$series"); do
		! unpack "$series" "$version" || break
		rm -rf "$cache/perf-$series"
	done
	if [ -d "$cache/perf-$series" ]; then
		echo "$(perf_of "$series"): $("$(perf_of "$series")" version)"
	else
		echo "no perf $series for the tests: $(tail -n 1 "$work/log")" >&2
	fi
done
exit 0
