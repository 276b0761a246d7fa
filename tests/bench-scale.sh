#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-scale.sh BUILD: time and peak memory of `spelunk report` for difficult recordings: a JIT
# compiler's maps, thousands of processes, many CPUs and threads, and a single long stream; and of
# `spelunk kvm` for ten million exits. Each row names its goal. Compared with `perf report` only where
# that takes a few seconds.
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

# row NAME FILE COMMAND GOAL [perf]: print a line of the table
row()
{
	local theirs=

	# shellcheck disable=SC2086 # several words
	printf '  %-42s %s  %-15s' "$1 ${3#report }" \
		"$(measure "$runs" "$build/spelunk" $3 -q -i "$dir/$2")" "$4"
	[ -z "$5" ] || [ -z "$perf" ] ||
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
printf '  %-42s %8s %8s %8s  %-15s %8s %8s %8s\n' case wall-s user-s MiB goal perf:wall user MiB

generate jit.data --bytes 32M --remaps 965000
row "965,000 mmaps over one range" jit.data "report -j1" "2 s, 150 MiB" perf
generate processes.data --bytes 64M --processes 5000
row "5,000 processes, 200,000 mmaps" processes.data "report -j1" "1 s, 40 MiB" perf
generate crowd.data --bytes 512M --processes 5000 --places 200000
row "the same, 909,000 rows, 512 MiB" crowd.data "report -j1" "40 MiB + rows"
generate wide.data --bytes 1G --cpus 256 --vms 32
row "256 CPUs, 2,000 tasks, 32 VMs, 1 GiB" wide.data "report -j1" "40 MiB"
row "the same" wide.data "report -j64" "552 MiB"
generate one.data --bytes 512M --cpus 1
row "one stream, 512 MiB" one.data "report -j1" "40 MiB"
row "the same" one.data "report -j8" "104 MiB"
generate exits.data --exits 10000000 --cpus 256
row "10 million exits, 256 CPUs" exits.data "kvm" "3 s on 2 CPUs"
