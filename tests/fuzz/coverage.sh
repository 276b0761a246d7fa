#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh BUILD CORPORA TARGET...: print which share of the lines and branches of each parser the
# inputs of the targets reach: the bundled ones, and those in CORPORA/TARGET if there are any.  BUILD
# was compiled with -fprofile-instr-generate -fcoverage-mapping.

set -e
build=$1
corpora=$2
shift 2

parsers='decoder collector collector/perfdata profile/filter symbolizer/files kvm'
objects=
rm -rf "$build/profiles"
mkdir -p "$build/profiles"
for target in "$@"; do
	kept=$corpora/$target
	[ -d "$kept" ] || kept=
	LLVM_PROFILE_FILE=$build/profiles/$target.profraw "$build/tests/fuzz/$target" \
		"tests/fuzz/corpus/fuzz_${target#*_}" ${kept:+"$kept"} >"$build/profiles/$target.log" ||
		{ tail -n 3 "$build/profiles/$target.log" >&2; exit 1; }
	objects="$objects -object $build/tests/fuzz/$target"
done
llvm-profdata merge -sparse -o "$build/profiles/all" "$build"/profiles/*.profraw

# Columns of llvm-cov: file; number, missed and share of regions, functions, lines and branches.
files=$(for room in $parsers; do echo "$room"/*.c; done)
# shellcheck disable=SC2086
llvm-cov report -instr-profile="$build/profiles/all" ${objects# -object} $files report/escape.c |
	awk 'BEGIN { printf "%-36s %7s %7s %9s %7s\n", "", "lines", "reached", "branches", "reached" }
		$1 ~ /\.c$/ || $1 == "TOTAL" {
			printf "%-36s %7d %7s %9d %7s\n", $1, $8, $10, $11, $13 }'
