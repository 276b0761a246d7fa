#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh BUILD: decoding compared with memcpy, `spelunk report` and `spelunk export --to parquet`
# with one thread and with all CPUs, memory at 512 MiB and at 2 GiB, `spelunk kvm` compared with
# `perf kvm stat report` (which reads the file as one of the machine perf runs on, even on x86). All
# files are written by tests/tools/gen. For reports compared with perf's, see bench-report.sh.
#
#   PERF=path     the perf to compare with; default: 6.12 of make perfs, else the one in $PATH
#   EXITS=5000000 number of exits; KVM events are twice as many
#   SIZE=512M     size of the file for times;  RUNS=5: number of runs; medians are printed
#   KEEP=1        keep the files in BUILD/bench

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

. tests/find-perf.sh

generate()
{
	[ -f "$dir/$1" ] || "$tools/gen" -o "$dir/$1" "${@:2}" 2>/dev/null
}

# measure RUNS COMMAND...: sets wall, user, sys, rss
measure()
{
	local status
	read -r wall user sys rss status < <("$tools/measure" -n "$@" 2>/dev/null) || true
	[ "$status" = 0 ] || { echo "failed ($status): ${*:2}"; exit 1; }
}

# row NAME: print wall time, MiB/s and so on of the last measure, and the ratio to $base
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
echo "Decoding, one thread, medians of 9; portable: with the compiler's vectors:"
printf '  %-18s %8s %10s %12s %12s %10s %10s\n' records MiB number memcpy-GiB/s \
	decode-GiB/s ns/record of-memcpy
generate bench.data --bytes "$size"
generate packed.data --bytes 128M --align 0
generate random.data --bytes 128M --orders random
for kind in bench packed random; do
	label=$kind
	[ $kind != bench ] || label=padded
	printf '  %-18s %8s %10s %12s %12s %10s %10s\n' $label \
		$("$tools/bench_decode" "$dir/$kind.data") "$label, portable" \
		$("$tools/bench_decode" -p "$dir/$kind.data")
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
echo "The same samples as a Parquet table, medians of $runs; 2 M samples/s of wall time is the goal:"
printf '  %-34s %8s %8s %9s %9s %9s\n' command wall-s cpu-s M/cpu-s M/wall-s RSS-MiB
for jobs in 1 "$(nproc)"; do
	measure "$runs" "$build/spelunk" export -q "-j$jobs" --to parquet -o "$dir/bench.parquet" -i "$dir/bench.data"
	awk -v jobs="$jobs" -v wall="$wall" -v cpu="$(echo "$user $sys" | awk '{ print $1 + $2 }')" -v rss="$rss" \
		-v samples="$("$build/spelunk" report -q --by cpu --columns samples --format csv -i "$dir/bench.data" |
			awk -F, 'NR > 1 { n += $2 } END { print n / 1e6 }')" 'BEGIN {
		printf "  %-34s %8.2f %8.2f %9.2f %9.2f %9.0f\n", "spelunk export --to parquet -j" jobs, wall, cpu,
			samples / cpu, samples / wall, rss / 1024 }'
done
rm -f "$dir/bench.parquet"

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
