#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk diff: pairs of recordings of one machine (tests/tools/gen) do not differ, and
# those of another load do; figures are those of report and kvm.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

gen()
{
	"$BUILD/tests/tools/gen" -o "$tap_dir/$1" --kallsyms "$tap_dir/kallsyms" --cpus 4 \
		--places 2000 --seed 7 "${@:2}" 2>/dev/null
}

diff_of()
{
	"$SPELUNK" diff -q --kallsyms "$tap_dir/kallsyms" "$@"
}

# The same machine, 12 pairs of runs: what chance does is called a change in one table
# of 20.
for i in $(seq 12); do
	gen a --records 30000 --run-seed $((2 * i))
	gen b --records 30000 --run-seed $((2 * i + 1))
	for table in samples exits ledger; do
		diff_of --format csv --table $table "$tap_dir/a" "$tap_dir/b" | awk -F, -v t=$table '
			NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /_significant$/) at[i] = 1; next }
			{ for (i in at) { tests += $i != ""; changed += ($i == 1) } }
			END { print t, tests + 0, (changed > 0) }'
	done
done >"$tap_dir/chance"
awk '{ n[$1]++; tests[$1] += $2; wrong[$1] += $3 }
	END { for (t in n) print "# " t ": of " n[t] " pairs of the same, " wrong[t] \
		" with a change, of " tests[t] " figures tested" }' "$tap_dir/chance"
holds "figures are tested" "$(awk '$2 > 0 { n++ } END { print n }' "$tap_dir/chance") > 30"
# 36 tables with 5 % each: 7 or more are one in a thousand
holds "chance is not called a change" "$(awk '{ n += $3 } END { print n }' "$tap_dir/chance") < 7"

# More of the time in guests.
gen a --records 300000 --run-seed 1 --guest-share 25
gen b --records 300000 --run-seed 2 --guest-share 40
diff_of --by world --format csv "$tap_dir/a" "$tap_dir/b" >"$tap_dir/worlds"
tap "worlds as CSV" $?
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
	{ print $c["world"], $c["share_significant"], ($c["share_low"] > 0), ($c["share_high"] < 0),
		($c["share_low"] <= $c["share_change"] && $c["share_change"] <= $c["share_high"]) }' \
	"$tap_dir/worlds" | sort >"$tap_dir/found"
is "more guests are found" "$(grep '^guest-kernel' "$tap_dir/found")" "guest-kernel 1 1 0 1"
is "and less of the host" "$(grep '^host-user' "$tap_dir/found")" "host-user 1 0 1 1"
diff_of --by world --filter 'world=host-kernel' --format csv "$tap_dir/a" "$tap_dir/b" >"$tap_dir/one"
is "a filter leaves one world" "$(sed 1d "$tap_dir/one" | cut -d, -f1,4,5)" "host-kernel,100.000,100.000"

# The figures are those of the other commands.
for side in a b; do
	"$SPELUNK" report -q --by world --format csv --columns samples,share,total_mean "$tap_dir/$side" |
		sed 1d | sort >"$tap_dir/report-$side"
	awk -F, -v side=_$side 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ printf "%s,%d,%.2f,%.2f\n", $c["world"], $c["samples" side],
			$c["share" side] + 1e-9, $c["total_mean" side] + 1e-9 }' "$tap_dir/worlds" |
		sort >"$tap_dir/diff-$side"
	is "samples, share and mean of $side are those of report" \
		"$(cut -d, -f1,2 "$tap_dir/diff-$side")" "$(cut -d, -f1,2 "$tap_dir/report-$side")"
	paste -d, "$tap_dir/diff-$side" "$tap_dir/report-$side" >"$tap_dir/both"
	holds "to a hundredth" "$(awk -F, '
		function off(a, b) { return a > b ? a - b : b - a }
		off($3, $7) > 0.011 || off($4, $8) > 0.011 { bad = 1 } END { print bad + 0 }' \
		"$tap_dir/both") == 0"
done
unpack tests/captures/exits.data.xz tests/captures/exits-alone.data.xz
a=$BUILD/captures/exits.data b=$BUILD/captures/exits-alone.data
"$SPELUNK" diff -q --format csv --table exits "$a" "$b" >"$tap_dir/exits"
is "exits are those of kvm" \
	"$(sed 1d "$tap_dir/exits" | cut -d, -f2-4 | sort)" \
	"$(for f in "$a" "$b"; do
		"$SPELUNK" kvm -q -i "$f" --format csv --table exits | awk -F, '
			NR > 1 { n[$2] += $5 } END { for (r in n) print r "," n[r] }' | sort
	done | sort -s -t, -k1,1 | awk -F, '{ x[$1] = x[$1] "," $2 } END { for (r in x) print r x[r] }' | sort)"
"$SPELUNK" diff -q --format json "$a" "$b" >"$tap_dir/json"
tap "as JSON" $?
if command -v jq >/dev/null; then
	is "JSON has the same" \
		"$(jq -r '.exits.rows[] | [.reason, .count_a, .count_b] | join(",")' "$tap_dir/json")" \
		"$(sed 1d "$tap_dir/exits" | cut -d, -f2-4)"
fi
"$SPELUNK" diff -q "$a" "$a" >"$tap_dir/same"
is "a recording does not differ from itself" "$(grep -c 'no significant change' "$tap_dir/same")" 3

is "sorted by a column of B" \
	"$(diff_of --by world --sort -samples --format csv "$tap_dir/a" "$tap_dir/b" | sed 1d | cut -d, -f3)" \
	"$(diff_of --by world --sort -samples --format csv "$tap_dir/a" "$tap_dir/b" | sed 1d | cut -d, -f3 | sort -n)"
exits "one recording" 2 "$SPELUNK" diff "$a"
exits "three" 2 "$SPELUNK" diff "$a" "$a" "$a"
exits "no such table" 2 "$SPELUNK" diff --format csv --table heaps "$a" "$b"
exits "a table without CSV" 2 "$SPELUNK" diff --table exits "$a" "$b"
exits "columns are report's" 2 "$SPELUNK" diff --columns samples "$a" "$b"
exits "no order by p99" 2 "$SPELUNK" diff --sort total_p99 "$a" "$b"
exits "no such file" 1 "$SPELUNK" diff "$a" "$tap_dir/none"
holds "and it is named" "$(grep -c "$tap_dir/none" "$tap_dir/err")"
exits "the output is no recording" 1 "$SPELUNK" diff -o "$a" "$b" "$a"
exits "no room for the output" 1 "$SPELUNK" diff -q -o /dev/full "$a" "$b"

tap_end
