#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh BUILD: decoding beside memcpy, `spelunk report` with one thread and with all CPUs,
# memory at 512 MiB and at 2 GiB, `spelunk kvm` beside `perf kvm stat report` (of the
# machine perf runs on: gen writes a file that also x86's takes for one of its own).
# All on files that tests/tools/gen writes. Reports beside perf's: bench-report.sh.
#
#   PERF=path     the perf to compare with; else 6.12 of make perfs, else $PATH's
#   EXITS=5000000 twice as many events of KVM
#   SIZE=512M     of the file for times;  RUNS=5: medians of so many
#   KEEP=1        leave the files in BUILD/bench

set -e
cd "$(dirname "$0")/.."
build=$1
tools=$build/tests/tools
dir=$build/bench
size=${SIZE:-512M}
exits=${EXITS:-5000000}
runs=${RUNS:-5}
mkdir -p "$dir"
[ -n "$KEEP" ] || trap 'rm -rf "$dir"' EXIT

cached=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf
perf=$PERF
[ -n "$perf" ] || { [ ! -x "$cached" ] || perf=$cached; }
[ -n "$perf" ] || perf=$(command -v perf || true)

generate()
{
	[ -f "$dir/$1" ] || "$tools/gen" -o "$dir/$1" "${@:2}" 2>/dev/null
}

# measure RUNS COMMAND...: sets wall, user, rss
measure()
{
	local status _
	read -r wall user _ rss status < <("$tools/measure" -n "$@" 2>/dev/null) || true
	[ "$status" = 0 ] || { echo "failed ($status): ${*:2}"; exit 1; }
}

# row NAME: wall, MiB/s and so on of the last measure; the ratio to $base
row()
{
	awk -v name="$1" -v wall="$wall" -v user="$user" -v rss="$rss" -v mib="$mib" \
		-v base="$base" 'BEGIN {
			printf "  %-34s %8.2f %8.2f %9.0f %9.0f", name, wall, user, mib / wall, rss / 1024
			if (base) printf " %9.3f", wall / base
			printf "\n" }'
}

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$(uname -m), $(nproc) CPUs${cpu:+, $cpu}"
[ -z "$perf" ] || echo "$("$perf" version 2>/dev/null): $perf"

echo
echo "Decoding, one thread, medians of 5:"
printf '  %-12s %8s %10s %12s %12s %10s %10s\n' records MiB number memcpy-GiB/s \
	decode-GiB/s ns/record of-memcpy
generate bench.data --bytes "$size"
generate packed.data --bytes 128M --align 0
generate random.data --bytes 128M --orders random
for kind in bench packed random; do
	label=$kind
	[ $kind != bench ] || label=padded
	printf '  %-12s %8s %10s %12s %12s %10s %10s\n' $label \
		$("$tools/bench_decode" "$dir/$kind.data")
done
rm -f "$dir/packed.data" "$dir/random.data"

bytes=$(stat -c %s "$dir/bench.data")
mib=$((bytes >> 20))
cat "$dir/bench.data" >/dev/null
echo
echo "Reports of the same file ($mib MiB), warm, medians of $runs:"
printf '  %-34s %8s %8s %9s %9s\n' command wall-s user-s MiB/s RSS-MiB
base=
measure "$runs" "$build/spelunk" report -j1 -i "$dir/bench.data"
row "spelunk report -j1"
small=$rss
measure "$runs" "$build/spelunk" report "-j$(nproc)" -i "$dir/bench.data"
row "spelunk report -j$(nproc)"

echo
echo "Memory:"
rm -f "$dir/bench.data"
generate large.data --bytes 2G
measure 1 "$build/spelunk" report -j1 -i "$dir/large.data"
awk -v small="$small" -v large="$rss" -v size="$size" 'BEGIN {
	printf "  spelunk report -j1: %.1f MiB at %s, %.1f MiB at 2G: x%.2f\n", small / 1024,
		size, large / 1024, large / small }'

echo
rm -f "$dir/large.data"
generate exits.data --exits "$exits" --cpus 8
generate fewer.data --exits $((exits / 10)) --cpus 8
cat "$dir/exits.data" >/dev/null
mib=$(($(stat -c %s "$dir/exits.data") >> 20))
echo "Exits of the same $((exits * 2)) events ($mib MiB), warm, once each:"
printf '  %-34s %8s %8s %9s %9s %9s\n' command wall-s user-s MiB/s RSS-MiB of-perf
base=
if [ -n "$perf" ]; then
	measure 1 "$perf" kvm -i "$dir/exits.data" stat report
	base=$wall
	row "perf kvm stat report"
fi
measure 1 "$build/spelunk" kvm -q -i "$dir/exits.data"
row "spelunk kvm"
most=$rss
measure 1 "$build/spelunk" kvm -q -i "$dir/fewer.data"
awk -v few="$rss" -v many="$most" 'BEGIN {
	printf "  spelunk kvm: %.1f MiB of a tenth of the events, %.1f MiB of all: x%.2f\n",
		few / 1024, many / 1024, many / few }'
