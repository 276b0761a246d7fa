#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A text makes only the rows that it shows: the same that come first if all are made.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

"$BUILD/tests/tools/gen" -o "$tap_dir/gen" --records 20000 --cycles 100 2>/dev/null

# table LIMIT SORT: its rows, without what aligns them
table()
{
	"$SPELUNK" report -q --by comm,symbol --limit "$1" --sort "$2" -i "$tap_dir/gen" |
		sed '1,/^Samples by/d' | tr -s ' ' | grep -E '^ [^ ]*([0-9]|-)'
}

rows=$("$SPELUNK" report -q --by comm,symbol --format csv -i "$tap_dir/gen" | tail -n +2 | wc -l)
for sort in cost samples share total_mean total_p99 walk_cost time_share loads -samples; do
	table 0 "$sort" >"$tap_dir/all"
	for limit in 1 7 100; do
		is "by $sort: the first $limit" "$(table "$limit" "$sort" | head -n "$limit")" \
			"$(head -n "$limit" "$tap_dir/all")"
		is "by $sort: how many more than $limit" \
			"$(table "$limit" "$sort" | sed -n 's/,//; s/^ \([0-9]*\) more rows .*/\1/p')" \
			"$((rows - limit))"
	done
done

# The usual report, which also sums up the code of functions that it does not show.
"$BUILD/tests/tools/gen" -o "$tap_dir/crowd" --bytes 4M --processes 300 --places 9000 2>/dev/null

# all LIMIT: from its summary on, without what is not shown, or aligned
all()
{
	"$SPELUNK" report -q --limit "$1" -i "$tap_dir/crowd" "${@:2}" | tr -s ' '
}

for sort in cost samples l1d_miss; do
	all 0 --sort "$sort" >"$tap_dir/all"
	for limit in 1 20; do
		all "$limit" --sort "$sort" >"$tap_dir/some"
		is "by $sort, $limit: the same summary" "$(sed '/^Hot functions/,$d' "$tap_dir/some")" \
			"$(sed '/^Hot functions/,$d' "$tap_dir/all")"
		is "by $sort, $limit: lines that are not among all" \
			"$(grep -vxFf "$tap_dir/all" "$tap_dir/some" |
				grep -vc 'in other functions$')" 0
	done
done
is "the costliest code was found" "$(grep -c 'costliest code without a symbol in ' "$tap_dir/all")" 1

tap_end
