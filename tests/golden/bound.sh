#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# More different rows than the limit: the rows shown are exact, no other row has more samples or a
# higher cost than reported, and nothing is lost.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

data=$tap_dir/data
"$BUILD/tests/tools/gen" -o "$data" --records 100000 --places 2000 2>/dev/null || exit 1
report() { "$SPELUNK" report --format csv --columns samples,total_sum,stores "$@" "$data" 2>"$tap_dir/said"; }

# bounded BY MAX SORT: compare bounded rows with all rows; the sampling period is 4096
bounded()
{
	local name="by $1, $2 rows, $3" below rest unit=samples weigh='$(NF - 2)'
	[ "$3" = samples ] || { unit="cycles of latency"; weigh='$(NF - 1) / 4096'; }
	report --by "$1" --sort "$3" --max-rows "$2" >"$tap_dir/some"
	read -r rest below < <(sed -n "s/.*: \([0-9]*\) samples are in rows of fewer than \([0-9]*\) $unit each.*/\1 \2/p" \
		"$tap_dir/said")
	report --by "$1" --sort "$3" >"$tap_dir/all"
	[ "$below" -gt 1 ]
	tap "$name: it is said what is not there" $? "$(cat "$tap_dir/said")"
	holds "$name: there are rows, and no more than that" \
		"$(wc -l <"$tap_dir/some") > 1 && $(wc -l <"$tap_dir/some") <= $2 + 1"
	is "$name: every row is one of all rows" "$(sort "$tap_dir/some" | comm -23 - <(sort "$tap_dir/all"))" ""
	is "$name: every row of so many samples is there" "$(sort "$tap_dir/all" | comm -23 - <(sort "$tap_dir/some") |
		awk -F, -v below="$below" "$weigh >= below" | head -n 3)" ""
	is "$name: the rest is the rest" "$rest" "$(awk -F, '
		FNR > 1 { n[FILENAME] += $(NF - 2) } END { print n[ARGV[1]] - n[ARGV[2]] }' \
			"$tap_dir/all" "$tap_dir/some")"
	for jobs in 1 3; do
		is "$name: the same by $jobs threads" "$(report --by "$1" --sort "$3" --max-rows "$2" -j$jobs | md5sum)" \
			"$(md5sum <"$tap_dir/some")"
	done
}

bounded cacheline 1000 samples
bounded world,vm,page 3000 samples
bounded comm,source,address 500 samples
bounded comm,object,symbol 500 samples
bounded guest_comm,symbol 200 samples
bounded cacheline 1000 cost
bounded world,vm,page 3000 total_sum
bounded comm,source,address 500 potential
is "the dearest rows are there, however few samples they have" \
	"$(report --by cacheline --max-rows 1000 --limit 100 | md5sum)" \
	"$(report --by cacheline --limit 100 | md5sum)"

report --by cacheline --max-rows 1000000 >"$tap_dir/some"
report --by cacheline >"$tap_dir/all"
cmp "$tap_dir/some" "$tap_dir/all"
tap "a bound that is not met changes nothing" $?
is "and is not spoken of" "$(cat "$tap_dir/said")" ""
is "JSON says how many samples have no row" \
	"$("$SPELUNK" report --by cacheline --max-rows 1000 --format json "$data" 2>/dev/null |
		sed -n 's/.*"samples_not_in_rows": *\([0-9]*\).*/\1/p' | tail -n 1)" \
	"$(report --by cacheline --max-rows 1000 >/dev/null; sed 's/.*: \([0-9]*\) samples.*/\1/' "$tap_dir/said")"
is "the screens show the same rows as the report" \
	"$("$BUILD/tests/tools/screens" 400x2000 "5 g Ctrl-U Text:cacheline Enter" --max-rows 1000 "$data" |
		awk 'NR > 4 { sub(/^>/, " "); if ($NF ~ /^0x/) print $NF, $3 }' | sort | md5sum)" \
	"$(report --by cacheline --filter 'va>=0' --max-rows 1000 | awk -F, 'NR > 1 && $1 { print $1, $2 }' | sed 's/\([0-9]\)\([0-9]\{3\}\)$/\1,\2/' | sort | md5sum)"

# More places than the screens keep rows for.
"$BUILD/tests/tools/gen" -o "$data" --records 100000 --places 100000 2>/dev/null || exit 1
rows=$("$BUILD/tests/tools/screens" 120x24 "2 g Ctrl-U Text:address Enter" "$data" |
	sed -n '$s,.*1/,,p')
holds "screens keep 20,000 rows at most, of more" \
	"$rows <= 20000 && $rows > 10000 && $(report --by address | wc -l) > 25000"
holds "and others with --max-rows" "$("$BUILD/tests/tools/screens" 120x24 \
	"2 g Ctrl-U Text:address Enter" --max-rows 0 "$data" | sed -n '$s,.*1/,,p') > 25000"

tap_end
