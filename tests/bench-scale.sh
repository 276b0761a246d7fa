#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-scale.sh BUILD: time and peak memory of `spelunk report` for difficult recordings: a JIT
# compiler's maps, thousands of processes, many CPUs and threads, and a single long stream. Compared
# with `perf report` only where that takes a few seconds.
#
#   PERF=path   the perf to compare with; default: 6.12 of make perfs, else the one in $PATH
#   RUNS=3      number of runs; medians are printed
#   KEEP=1      keep the files in BUILD/bench-scale

set -e
cd "$(dirname "$0")/.."
build=$1
tools=$build/tests/tools
dir=$build/bench-scale
runs=${RUNS:-3}
mkdir -p "$dir"
[ -n "$KEEP" ] || trap 'rm -rf "$dir"' EXIT

. tests/find-perf.sh

# measure RUNS COMMAND...: print wall and user seconds, and MiB, as three columns
measure()
{
	"$tools/measure" -n "$@" 2>/dev/null | awk '
		$5 { print "failed"; exit }
		{ printf "%8.2f %8.2f %8.0f", $1, $2, $4 / 1024 }'
}

# row NAME FILE OPTIONS [perf]: print a line of the table
row()
{
	local theirs=

	# shellcheck disable=SC2086 # several options
	printf '  %-42s %s' "$1 $3" "$(measure "$runs" "$build/spelunk" report $3 -i "$dir/$2")"
	[ -z "$4" ] || [ -z "$perf" ] ||
		theirs=$(measure 1 "$perf" report --itrace=i1i --stdio -i "$dir/$2")
	echo " $theirs"
}

# generate FILE OPTIONS...: remove the previous file unless KEEP=1
generate()
{
	[ -n "$KEEP" ] || rm -f "$dir"/*
	[ -f "$dir/$1" ] || "$tools/gen" -o "$dir/$1" "${@:2}" 2>/dev/null
	cat "$dir/$1" >/dev/null
}

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$(uname -m), $(nproc) CPUs${cpu:+, $cpu}; load $(cut -d' ' -f1 /proc/loadavg)"
[ -z "$perf" ] || echo "$("$perf" version 2>/dev/null): $perf"
echo
printf '  %-42s %8s %8s %8s %8s %8s %8s\n' case wall-s user-s MiB perf:wall user MiB

generate jit.data --bytes 32M --remaps 965000
row "965,000 mmaps over one range" jit.data -j1 perf
generate processes.data --bytes 64M --processes 5000
row "5,000 processes, 200,000 mmaps" processes.data -j1 perf
generate crowd.data --bytes 512M --processes 5000 --places 200000
row "the same, 200,000 places, 512 MiB" crowd.data -j1
generate wide.data --bytes 1G --cpus 256 --vms 32
row "256 CPUs, 2,000 tasks, 32 VMs, 1 GiB" wide.data -j1
row "the same" wide.data -j64
generate one.data --bytes 512M --cpus 1
row "one stream, 512 MiB" one.data -j1
row "the same" one.data -j8
