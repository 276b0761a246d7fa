#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-writer.sh BUILD: what recordings lose on simulated disks (tests/tools/bench_writer.c),
# written past the page cache and through it. Rings of 4 MiB fill at 5 MiB/s per CPU.

set -e
cd "$(dirname "$0")/.."
build=$1
file=$(mktemp -p "$build")
trap 'rm -f "$file" "$file.old"' EXIT

# row NAME OPTIONS...
row()
{
	local name=$1 options
	shift
	for options in "" -p; do
		# shellcheck disable=SC2046,SC2086,SC2183 # several words, or none
		printf '  %-44s %-10s %6s %6s %6s %6s\n' "$name" "${options:+cached}" \
			$("$build/tests/tools/bench_writer" -r 5 "$@" $options "$file")
	done
}

echo "Recording on a simulated disk; load $(cut -d' ' -f1 /proc/loadavg):"
printf '  %-44s %-10s %6s %6s %6s %6s\n' disk "" MiB lost percent CPU-s
row "64 CPUs, 1,000 MiB/s" -c 64
row "64 CPUs, it stalls for 1 s" -c 64 -b 1000
row "64 CPUs, each request takes 100 ms" -c 64 -l 100
row "192 CPUs, 1,500 MiB/s, it stalls for 0.5 s" -c 192 -d 1500 -b 500
row "64 CPUs, 200 MiB/s: too slow" -c 64 -d 200
