#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh BUILD CORPORA SECONDS TARGET...: run libFuzzer on each target, from its bundled inputs and
# those that earlier runs kept.  CORPORA/TARGET keeps inputs with new coverage, CORPORA/TARGET.runs
# counts executions over all runs.  BUILD/crash-* are inputs that crash.

set -e
build=$1
corpora=$2
seconds=$3
shift 3

# A lean target runs short inputs, which are as good as long ones and faster.
options()
{
	case $1 in
	lean_packet) echo -max_len=128 ;;
	lean_record) echo -max_len=512 ;;
	lean_filter | lean_escape) echo -max_len=96 ;;
	lean_kallsyms) echo -max_len=256 ;;
	lean_elf) echo -max_len=4096 ;;
	lean_perfdata) echo -max_len=8192 ;;
	esac
	[ ! -e "$build/tests/fuzz/$1.dict" ] || echo "-dict=$build/tests/fuzz/$1.dict"
}

for target in "$@"; do
	kept=$corpora/$target
	mkdir -p "$kept"
	before=$(cat "$kept.runs" 2>/dev/null || echo 0)
	echo "  FUZZ    $target for $seconds s"
	# shellcheck disable=SC2046
	"$build/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 $(options "$target") \
		-artifact_prefix="$build/crash-$target-" \
		"$kept" "tests/fuzz/corpus/fuzz_${target#*_}" 2>&1 |
		awk -v before="$before" -v runs="$kept.runs" '
			/^stat::number_of_executed_units|^stat::average_exec|ERROR|SUMMARY|Test unit written/ {
				print "          " $0 }
			/^stat::number_of_executed_units/ {
				print before + $2 >runs
				print "          of all runs: " before + $2 }
			/ERROR|Test unit written/ { bad = 1 }
			END { exit bad }'
done
