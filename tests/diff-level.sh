#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/diff-level.sh BUILD [PAIRS [GEN-OPTIONS...]]: measure how often spelunk diff reports chance
# as a change, and how often it finds a real change, by the size of recordings.
#
# Level: pairs of runs of one generated machine, 30 % of it in guests. Nothing changed, so that a
# table with any significant figure is wrong. The intervals of a table hold together with 95 %: of
# 100 tables, 5 may be wrong. With 200 pairs, more than 20 wrong tables occur in one of a thousand
# such measurements (binomial, p = 0.05): that fails.
#
# The figures of the whole have known true values: operations and latencies did not grow, or grew by
# as much as the generator's options say, and CPU cycles, sampled with one record in 20, did not
# grow. These values must be in the intervals. 3 figures are tested and hold together with 95 %, so
# that 1.7 % of each may miss. Operations are not random in a generated recording, which has exactly
# as many records as requested: tests/unit/change.c tests their coverage.
#
# Power: the second run's operations take 5 % longer. How many tables have a significant mean
# latency? Half as many pairs; spelunk-diff(1) has the result.
#
# GEN-OPTIONS apply to all recordings, such as --mode nvhe. This takes some minutes, and make check
# does not run it.

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

# diff_of OPTIONS...: compare the pair; print "TABLE TESTS WRONG LATENCY" for each table that has
# figures: the number of tests, of significant figures, and of significant mean latencies
diff_of()
{
	"$BUILD/spelunk" diff -q --kallsyms "$work/kallsyms" --format json "$@" "$work/a" "$work/b" |
		jq -r 'to_entries[] | select(.key == "samples" or .key == "exits" or .key == "ledger") |
			select(.value.tests > 0) | [.key, .value.tests, .value.significant,
			([.value.rows[] | select(.total_mean.significant)] | length)] | map(tostring) |
			join(" ")'
}

# both PAIRS SIZE OPTIONS...: print "KEYS TABLE TESTS WRONG LATENCY"; OPTIONS are for the second run
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

# growths: print "FIGURE LOW HIGH" of the pair, for the figures that are tested as a whole
growths()
{
	"$BUILD/spelunk" diff -q --format csv --table whole "$work/a" "$work/b" |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			$c["low_percent"] != "" { print $c["figure"], $c["low_percent"], $c["high_percent"] }'
}

# covered PAIRS SIZE TRUE-LATENCY OPTIONS...: print how many intervals contain the true value
covered()
{
	local i
	for i in $(seq "$1"); do
		gen a $((2 * i)) "--records=$2" --cycles=20
		gen b $((2 * i + 1)) "--records=$2" --cycles=20 "${@:4}"
		growths
	done | awk -v size="$2" -v grew="$3" -v most="$(most "$1" 0.0167)" '
		$1 == "latency" { n++; width += $3 - $2; missed += $2 > grew || $3 < grew }
		$1 == "cycles" { nc++; cycles += $2 > 0 || $3 < 0 }
		$1 == "operations" { operations += $2 > 0 || $3 < 0 }
		END { printf "  %7d samples, latencies %s %% longer: missed in %d of %d, %.1f %%; intervals " \
			"%.1f %% wide; cycles missed in %d of %d; operations missed in %d\n", size, grew,
			missed, n, n ? 100 * missed / n : 0, n ? width / n : 0, cycles, nc, operations
			exit missed > most || cycles > most }'
}

# true_growth OPTIONS...: growth of latencies in the long run; a saturated counter cannot grow
true_growth()
{
	gen a 1 --records=3000000
	gen b 1 --records=3000000 "$@"
	"$BUILD/spelunk" diff -q --format csv --table whole "$work/a" "$work/b" |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			$c["figure"] == "latency" { print $c["growth_percent"] }'
}

# most N ERROR: print the number of errors in N that one of a thousand measurements exceeds
most()
{
	awk -v n="$1" -v p="$2" 'BEGIN {
		term = exp(n * log(1 - p))
		for (sum = term; sum < 0.999; sum += term)
			term *= (n - k++) / k * p / (1 - p)
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
		if [ "$wrong" -gt "$(most "$n" 0.05)" ]; then
			verdict="  FAILED: at most $(most "$n" 0.05)"
			failed=1
		fi
		printf '  %-17s %-17s %3d of %3d, %4.1f %%, %3.0f figures tested%s\n' "$size" "$table" \
			"$wrong" "$n" "$(awk "BEGIN { print 100 * $wrong / $n }")" "$tests" "$verdict"
	done
done
echo "The whole: intervals that miss what the generator was told"
for size in 3000 10000 30000 100000; do
	covered "$pairs" "$size" 0 || failed=1
done
covered "$pairs" 100000 "$(true_growth --slower 20)" --slower 20 || failed=1
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
