#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/diff-level.sh BUILD [PAIRS [GEN-OPTIONS...]]: how often spelunk diff calls chance a
# change, and how often it finds a change, by the size of recordings.
#
# Level: pairs of runs of one generated machine, 30 % of it in guests.  Nothing changed, so
# a table with any significant figure is wrong, and of 100 tables 5 may be: the intervals
# of a table hold together with 95 %.  With 200 pairs, more than 20 wrong tables come up in
# one of a thousand such measurements (binomial, p = 0.05): that fails.
#
# Power: the second run's operations take 5 % longer.  How many tables have a significant
# mean latency?  Half as many pairs; spelunk-diff(1) has the result.
#
# GEN-OPTIONS are for all recordings, as --mode nvhe.  It takes some minutes, and is no part
# of make check.

cd "$(dirname "$0")/.." || exit 1
BUILD=${1:-build}
pairs=${2:-200}
shift $(($# < 2 ? $# : 2))
options=("$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

command -v jq >/dev/null || { echo "$0: needs jq" >&2; exit 1; }

# gen NAME RUN OPTIONS...
gen()
{
	"$BUILD/tests/tools/gen" -o "$work/$1" --kallsyms "$work/kallsyms" --cpus 4 --places 2000 \
		--seed 7 --run-seed "$2" --guest-share 30 "${options[@]}" "${@:3}" 2>/dev/null
}

# diff_of OPTIONS...: of the pair, "TABLE TESTS WRONG LATENCY" for each table that has figures:
# how many were tested, are significant, and are significant mean latencies
diff_of()
{
	"$BUILD/spelunk" diff -q --kallsyms "$work/kallsyms" --format json "$@" "$work/a" "$work/b" |
		jq -r 'to_entries[] | select(.key == "samples" or .key == "exits" or .key == "ledger") |
			select(.value.tests > 0) | [.key, .value.tests, .value.significant,
			([.value.rows[] | select(.total_mean.significant)] | length)] | map(tostring) |
			join(" ")'
}

# both PAIRS SIZE OPTIONS...: "KEYS TABLE TESTS WRONG LATENCY"; OPTIONS are the second run's
both()
{
	local i
	for i in $(seq "$1"); do
		gen a $((2 * i)) "$2"
		gen b $((2 * i + 1)) "$2" "${@:3}"
		diff_of --by world | sed 's/^/world /'
		diff_of | grep ^samples | sed 's/^/function /'
	done
}

# most N: more wrong tables of N than this are one in a thousand
most()
{
	awk -v n="$1" 'BEGIN {
		term = exp(n * log(0.95))
		for (sum = term; sum < 0.999; sum += term)
			term *= (n - k++) / k * 0.05 / 0.95
		print k + 0 }'
}

echo "Level: tables of the same with a significant figure, of those with tests"
for size in "--records=3000" "--records=10000" "--records=30000" "--records=100000" \
	"--exits=2000" "--exits=20000"; do
	both "$pairs" "$size" >"$work/level"
	for table in "world samples" "function samples" "world exits" "world ledger"; do
		read -r n tests wrong < <(awk -v t="$table" '$1 " " $2 == t { n++; tests += $3; wrong += $4 > 0 }
			END { print n + 0, n ? tests / n : 0, wrong + 0 }' "$work/level")
		[ "$n" -gt 0 ] || continue
		verdict=
		if [ "$wrong" -gt "$(most "$n")" ]; then
			verdict="  FAILED: at most $(most "$n")"
			failed=1
		fi
		printf '  %-17s %-17s %3d of %3d, %4.1f %%, %3.0f figures tested%s\n' "$size" "$table" \
			"$wrong" "$n" "$(awk "BEGIN { print 100 * $wrong / $n }")" "$tests" "$verdict"
	done
done
echo "Power: tables in which 5 % more latency is a significant change"
for size in 10000 30000 100000 300000 1000000; do
	both $(((pairs + 1) / 2)) "--records=$size" --slower 5 >"$work/power"
	for table in world function; do
		awk -v t=$table -v size=$size '$1 == t && $2 == "samples" { n++; found += $5 > 0 }
			END { printf "  %7d samples, by %-8s  %3d of %3d, %3.0f %%\n", size, t, found, n,
				n ? 100 * found / n : 0 }' "$work/power"
	done
done
exit $failed
