#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-report.sh BUILD: `spelunk report -j1` compared with `perf report` for the same question: the
# same keys and symbols, kallsyms of 200,000 lines and ELF files. Prints the number of equal rows,
# and compares CPU and wall time run by run: the programs run in turns, so that other load on the
# machine slows both.
#
#   PERF=path   the perf to compare with; default: 6.12 of make perfs, else the one in $PATH
#   SIZE=512M   size of the large file;  PAIRS=7: runs for each ratio; 3 for the large file
#   KEEP=1      keep the files in BUILD/bench-report

set -e
cd "$(dirname "$0")/.."
build=$1
tools=$build/tests/tools
dir=$PWD/$build/bench-report
[ "${build#/}" = "$build" ] || dir=$build/bench-report
size=${SIZE:-512M}
pairs=${PAIRS:-7}
mkdir -p "$dir"
[ -n "$KEEP" ] || trap 'rm -rf "$dir"' EXIT

. tests/find-perf.sh
[ -n "$perf" ] || { echo "no perf found: run make perfs, or set PERF=path"; exit 1; }

# generate FILE OPTIONS...: remove the previous file unless KEEP=1
generate()
{
	[ -n "$KEEP" ] || rm -f "$dir"/*.data
	if [ ! -f "$dir/$1" ]; then
		"$tools/gen" -o "$dir/$1" --kallsyms "$dir/kallsyms" --symfs "$dir/symfs" \
			"${@:2}" 2>/dev/null
		awk 'BEGIN { for (i = 0; i < 200000; i++)
			printf "ffff8000%08x t more_function_%d\n", 2415919104 + i * 512, i }' \
			>>"$dir/kallsyms"
	fi
	cat "$dir/$1" >/dev/null
}

# compare NAME FILE PAIRS KEYS: print a line of the table; without KEYS compare the default reports
compare()
{
	local theirs ours rows=- sort=${4:-comm,object,symbol}

	theirs=("$perf" report --itrace=i1i --stdio -n --kallsyms "$dir/kallsyms"
		--symfs "$dir/symfs" --sort "${sort//object/dso}" -i "$dir/$2")
	ours=("$build/spelunk" report -q -j1 --kallsyms "$dir/kallsyms" --symfs "$dir/symfs"
		${4:+--by "$4"} -i "$dir/$2")
	if [ -n "$4" ]; then
		"${theirs[@]}" -t, >"$dir/theirs" 2>/dev/null
		"${ours[@]}" --format csv >"$dir/ours"
		rows=$(awk -f tests/same-rows.awk "$dir/theirs" "$dir/ours" |
			awk '{ printf "%d of %d", $1, $1 + $2 }')
	fi
	"$tools/measure" -n "$3" "${theirs[@]}" ::: "${ours[@]}" 2>/dev/null | awk \
		-v name="$1 ${4:-(default keys)}" -v rows="$rows" '
		$5 && NF == 5 { bad = 1 }
		NR < 3 { cpu[NR] = $2 + $3; mib[NR] = $4 / 1024 }
		NR == 3 && !bad {
			printf "  %-28s %14s %7.2f %7.2f %6.1f (%.1f-%.1f) %6.1f (%.1f-%.1f) %5.0f %5.0f\n",
				name, rows, cpu[1], cpu[2], $1, $2, $3, $4, $5, $6, mib[1], mib[2]
			done = 1 }
		END { if (!done) { print "  " name ": failed"; exit 1 } }'
}

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$(uname -m), $(nproc) CPUs${cpu:+, $cpu}; load $(cut -d' ' -f1 /proc/loadavg)"
echo "$("$perf" version 2>/dev/null): $perf"
echo
echo "The same question: perf report beside spelunk report -j1, $pairs pairs of runs, quartiles in ():"
printf '  %-28s %14s %7s %7s %19s %19s %5s %5s\n' 'records and keys' 'equal rows' perf:s cpu-s \
	'times in CPU' 'in wall' 'MiB:' MiB
generate padded.data --bytes 64M --guest-share 0
compare padded padded.data "$pairs" comm,object,symbol
compare padded padded.data "$pairs" object,symbol
compare padded padded.data "$pairs"
generate packed.data --bytes 64M --guest-share 0 --align 0
compare packed packed.data "$pairs" comm,object,symbol
generate shuffled.data --bytes 64M --guest-share 0 --orders random
compare shuffled shuffled.data "$pairs" comm,object,symbol
generate guests.data --bytes 64M --guest-share 80
compare guests guests.data "$pairs" comm,object,symbol
generate processes.data --bytes 64M --guest-share 0 --processes 2000
compare processes processes.data "$pairs" comm,object,symbol
generate large.data --bytes "$size" --guest-share 0
compare "$size" large.data 3 comm,object,symbol
compare "$size" large.data 3 object,symbol
compare "$size" large.data 3
