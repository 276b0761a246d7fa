#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh BUILD SECONDS TARGET...: run libFuzzer on each target. BUILD/corpus keeps inputs with new
# coverage, BUILD/crash-* those that crash.

set -e
build=$1
seconds=$2
shift 2

for target in "$@"; do
	mkdir -p "$build/corpus/$target"
	echo "  FUZZ    $target for $seconds s"
	"$build/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="$build/crash-$target-" \
		"$build/corpus/$target" "tests/fuzz/corpus/$target" 2>&1 |
		awk '/^stat::number_of_executed_units|^stat::average_exec|ERROR|SUMMARY|Test unit written/ {
			print "          " $0 }
		     /ERROR|Test unit written/ { bad = 1 }
		     END { exit bad }'
done
