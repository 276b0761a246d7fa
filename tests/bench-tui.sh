#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-tui.sh BUILD RECORDS: time and memory of the screens of a recording of that many records
# (tests/tools/bench_tui.c).

set -e
cd "$(dirname "$0")/.."
build=$1
dir=$(mktemp -d -p "$build")
trap 'rm -rf "$dir"' EXIT

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$(uname -m), $(nproc) CPUs${cpu:+, $cpu}; load $(cut -d' ' -f1 /proc/loadavg)"
"$build/tests/tools/gen" -o "$dir/data" --records "$2" --kallsyms "$dir/kallsyms" 2>/dev/null
echo "$2 records, $(($(stat -c %s "$dir/data") >> 20)) MiB, warm:"
"$build/tests/tools/bench_tui" --kallsyms "$dir/kallsyms" "$dir/data"
