#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk diff: pairs of recordings of one machine (tests/tools/gen) do not differ, and those of
# different loads do; figures equal those of report and kvm.

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

# like NAME GOT PATTERN: a shell pattern
like()
{
	[[ $2 == $3 ]]
	tap "$1" $? "got:  $2
want: $3"
}

# The same machine, 12 pairs of runs: chance looks like a change in one table of 20.
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

# The figures equal those of the other commands.
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
is "a recording does not differ from itself" "$(grep -c 'no significant change in [0-9]' "$tap_dir/same")" 3

# The recordings as a whole: what was changed in the generator, and nothing else.
# whole OPTIONS...: of a run with them, "FIGURE GROWTH LOW HIGH SIGNIFICANT" against one without
whole()
{
	gen a --records 100000 --run-seed 1 --guest-share 30
	gen b --run-seed 1 --guest-share 30 "$@"
	diff_of --format csv --table whole "$tap_dir/a" "$tap_dir/b" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ printf "%s %s %s %s %s\n", $c["figure"], $c["growth_percent"], $c["low_percent"],
			$c["high_percent"], $c["significant"] }'
}
# grew NAME LEAST MOST FIGURE: growth in percent
grew()
{
	holds "$1" "$(awk -v f="$4" -v least="$2" -v most="$3" '
		$1 == f { print ($2 >= least && $2 <= most) }' "$tap_dir/whole")"
}
# sure NAME FIGURE: the whole interval is above 0
sure()
{
	holds "$1" "$(awk -v f="$2" '$1 == f { print ($3 > 0 && $NF == 1) }' "$tap_dir/whole")"
}

whole --records 100000 --gap 1500 >"$tap_dir/whole"
grew "half as much time again between operations: it lasts 50 % longer" 49.9 50.1 time
grew "and uses 50 % more CPU time" 49.9 50.1 on_cpu
is "the operations are as many" "$(awk '$1 == "operations" { print $2, $5 }' "$tap_dir/whole")" "0.00 0"
is "and of the same latency" "$(awk '$1 == "latency" { print $2, $5 }' "$tap_dir/whole")" "0.00 0"
whole --records 120000 >"$tap_dir/whole"
is "120 records for 100 are 20 % more operations" \
	"$(awk '$1 == "operations" { print $2 }' "$tap_dir/whole")" 20.00
# Fieller's interval of 120,000 / 100,000, each Poisson; 3 figures are tested with 5 % together:
# z = 2.394, 1.20007 -+ 2.394 * 0.005138
is "as far as 220,000 samples tell" "$(awk '$1 == "operations" { print $3, $4, $5 }' "$tap_dir/whole")" \
	"18.78 21.24 1"
# some latencies are saturated, and cannot grow
whole --records 100000 --slower 20 >"$tap_dir/whole"
grew "latencies 20 % longer, where the counter has room for it" 18 20 latency
sure "for sure as well" latency
is "the operations are as many again" \
	"$(awk '$1 == "operations" { print $2, $5 }' "$tap_dir/whole")" "0.00 0"
is "values are exact" "$(diff_of --format csv --table whole "$tap_dir/a" "$tap_dir/b" |
	grep ^operations | cut -d, -f2-4)" "operations,$((100000 * 4096)),$((100000 * 4096))"
diff_of "$tap_dir/a" "$tap_dir/b" >"$tap_dir/text"
like "the text opens with it" "$(grep -A 3 '^The recordings as a whole' "$tap_dir/text" | tr -s ' \n' ' ')" \
	'*verdict B took * time; no significant change in operations; it took 1?.? % more latency cycles per operation*'
if command -v jq >/dev/null; then
	diff_of --format json --fail-above 15% "$tap_dir/a" "$tap_dir/b" >"$tap_dir/json" 2>/dev/null
	is "JSON has the same" \
		"$(jq -r '.whole | [.operations, .latency] | map(.growth_percent, .low_percent, .high_percent, .significant) | map(tostring) | join(" ")' "$tap_dir/json")" \
		"$(awk '$1 == "operations" || $1 == "latency" { print $2 + 0, $3 + 0, $4 + 0, $5 ? "true" : "false" }' "$tap_dir/whole" | paste -sd ' ')"
	is "and the rule" "$(jq -r '.rule | [.figure, .above_percent, .outcome] | map(tostring) | join(" ")' \
		"$tap_dir/json")" "latency 15 failed"
	is "without one: null" "$(diff_of --format json "$tap_dir/a" "$tap_dir/b" | jq .rule)" null
	is "a filter has no CPU time" "$(diff_of --format json --filter world=host "$tap_dir/a" "$tap_dir/b" |
		jq -r '.whole.on_cpu | [.a, .b, .not_tested] | map(tostring) | join(" ")')" \
		"null null a filter selects samples, not time"
fi

# Cycles and operations that were counted are exact: twice the time between operations is twice
# the cycles, 3 a ns of the host's and 1 of guests', and a thousand operations are not sampled.
cycles="--records 100000 --run-seed 1 --guest-share 30 --cycles 100"
# shellcheck disable=SC2086
{
	gen a $cycles --counters
	gen b $cycles --counters --gap 2000
}
diff_of --format csv --table whole "$tap_dir/a" "$tap_dir/b" >"$tap_dir/whole"
is "counted operations" "$(grep ^operations "$tap_dir/whole")" \
	"operations,operations,$((100000 * 4096 + 10000)),$((100000 * 4096 + 10000)),0.00,,,,1"
# events before the first reading of a CPU are not counted
holds "twice the cycles" "$(awk -F, '$1 == "cycles" { print ($5 > 99 && $5 < 101 && $6 $7 $8 == "" && $9 == 1) }' \
	"$tap_dir/whole")"
like "and so the rule is about cycles" "$(diff_of --fail-above 99% -o /dev/null "$tap_dir/a" "$tap_dir/b" 2>&1)" \
	"spelunk diff: CPU cycles per operation grew by *, which is above 99.0 %"
# Sampled cycles: as many samples for the same records, each of some 6 million cycles.
# shellcheck disable=SC2086
gen b $cycles --gap 2000
diff_of --format csv --table whole "$tap_dir/a" "$tap_dir/b" | grep ^cycles >"$tap_dir/cycles"
holds "where one has no counters, samples of cycles count" "$(awk -F, '
	{ print ($3 > 10 && $3 < 18 && $6 < 0 && $7 > 0 && $8 == 0 && $9 == 0) }' "$tap_dir/cycles")"
is "with a filter, too" "$(diff_of --format csv --table whole --filter world=guest "$tap_dir/a" "$tap_dir/b" |
	awk -F, '$1 == "cycles" { print ($3 > 5), $8, $9 }')" "1 0 0"
is "time shares are those of report" \
	"$(diff_of --by world --format csv "$tap_dir/a" "$tap_dir/b" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } { printf "%s %.1f\n", $c["world"], $c["time_share_b"] }' | sort)" \
	"$("$SPELUNK" report -q --by world --columns time_share --format csv "$tap_dir/b" | awk -F, '
		NR > 1 && $1 != "unknown" { printf "%s %.1f\n", $1, $2 }' | sort)"
is "no row has cycles alone" "$(diff_of --by address --format csv "$tap_dir/a" "$tap_dir/b" |
	awk -F, 'NR > 1 && !$2 && !$3 { n++ } END { print n + 0 }')" 0
gen b --records 100000 --run-seed 1 --guest-share 30
is "cycles of one alone do not compare" "$(diff_of --format csv --table whole "$tap_dir/a" "$tap_dir/b" |
	grep ^cycles)" "cycles,cycles,,,,,,,0"
gen a --records 100000 --run-seed 1 --guest-share 30
gen b --records 100000 --run-seed 1 --guest-share 30 --slower 20

# --fail-above: latencies are 18 to 20 % longer, within 4 %
gate()
{
	diff_of --format csv --table whole "$@" "$tap_dir/a" "$tap_dir/b" >/dev/null 2>"$tap_dir/err"
	echo $?
}
is "more than 10 %" "$(gate --fail-above 10%)" 3
like "and why" "$(cat "$tap_dir/err")" \
	'spelunk diff: latency cycles per operation grew by 1?.? %, between *, which is above 10.0 %'
is "not more than 30 %" "$(gate --fail-above 30%)$(cat "$tap_dir/err")" 0
is "not more than 17 %, with all of the interval" "$(gate --fail-above 17)" 0
is "operations grew by less" "$(gate --fail-above 10% --fail-on operations)" 0
is "time by less" "$(gate --fail-above 10% --fail-on time)" 0
gen b --records 100000 --run-seed 1 --guest-share 30 --gap 1500
is "time by more" "$(gate --fail-above 10% --fail-on time)" 3
is "CPU time by more" "$(gate --fail-above 49% --fail-on on_cpu)" 3
is "CPU time by not so much" "$(gate --fail-above 51% --fail-on on_cpu)" 0
is "too small to tell 1 % from none" "$(gate --fail-above 1%)" 4
like "and says so" "$(cat "$tap_dir/err")" '*: the recordings are too small to tell a growth of 1.0 % from none; *'
is "nothing to tell by" "$(gate --fail-above 5% --filter world=unknown)" 4
like "which it says, too" "$(cat "$tap_dir/err")" \
	'spelunk diff: latency cycles per operation cannot be compared: fewer than 30 samples'
gen lossy --records 100000 --run-seed 1 --guest-share 30 --truncate-chunks
is "lost samples are operations that are not counted" "$(diff_of --fail-above 5% --fail-on operations -o /dev/null \
	"$tap_dir/a" "$tap_dir/lossy" 2>&1)" \
	"spelunk diff: operations cannot be compared: samples were lost, so operations are missing"
exits "a threshold that is none" 2 "$SPELUNK" diff --fail-above 5x "$a" "$b"
exits "of no figure" 2 "$SPELUNK" diff --fail-above 5 --fail-on speed "$a" "$b"
exits "a figure without a threshold" 2 "$SPELUNK" diff --fail-on time "$a" "$b"

# Rows: by how much cost changed.
gen b --records 100000 --run-seed 1 --guest-share 45
for order in "" significance cost; do
	diff_of --by world ${order:+--sort $order} --format csv "$tap_dir/a" "$tap_dir/b" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ by = $c["cost_change"]; print (by < 0 ? -by : by), $c["cost_b"], $c["world"] }' >"$tap_dir/order-$order"
done
is "rows come by how much cost changed" "$(cut -d' ' -f1 "$tap_dir/order-")" \
	"$(cut -d' ' -f1 "$tap_dir/order-" | sort -rn)"
is "or by cost in B" "$(cut -d' ' -f2 "$tap_dir/order-cost")" \
	"$(cut -d' ' -f2 "$tap_dir/order-cost" | sort -rn)"
is "or the surest first" "$(diff_of --by world,symbol --sort significance --format csv "$tap_dir/a" "$tap_dir/b" |
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /_significant$/) at[i] = 1; next }
		{ any = 0; for (i in at) any += $i == 1; if (any && none) late++; none += !any } END { print late + 0 }')" 0
is "costs are those of report" \
	"$(diff_of --by world --format csv "$tap_dir/a" "$tap_dir/b" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } { printf "%s %.1f\n", $c["world"], $c["cost_b"] }' | sort)" \
	"$("$SPELUNK" report -q --by world --columns cost --format csv "$tap_dir/b" | awk -F, '
		NR > 1 { printf "%s %.1f\n", $1, $2 }' | sort)"

# Each side uses its own symbols.
sed 's/kernel_function/renamed/' "$tap_dir/kallsyms" >"$tap_dir/renamed"
cp "$tap_dir/renamed" "$tap_dir/A=renamed"
# names OPTIONS...: "FIRST-OF-A FIRST-OF-B": names of kernel functions on each side
names()
{
	"$SPELUNK" diff -q "$@" --by symbol --filter 'world=host-kernel && symbol=~"^[kr].*_[0-9]+$"' --format csv \
		"$tap_dir/a" "$tap_dir/b" | awk -F, 'NR > 1 { sub(/_[0-9]+$/, "", $1); if ($2) a[$1]; if ($3) b[$1] }
		END { for (n in a) printf "a:%s ", n; for (n in b) printf "b:%s ", n }'
}
is "a file for both" "$(names --kallsyms "$tap_dir/kallsyms")" "a:kernel_function b:kernel_function "
is "a file of each" "$(names --kallsyms A="$tap_dir/kallsyms" --kallsyms B="$tap_dir/renamed")" \
	"a:kernel_function b:renamed "
is "a side's own wins" "$(names --kallsyms A="$tap_dir/renamed" --kallsyms "$tap_dir/kallsyms")" \
	"a:renamed b:kernel_function "
is "one side alone" "$(names --kallsyms B="$tap_dir/renamed")" "b:renamed "
is "a name that begins with A=" \
	"$(cd "$tap_dir" && names --kallsyms ./A=renamed)" "a:renamed b:renamed "
exits "no such file of A" 2 "$SPELUNK" diff --kallsyms A=none "$tap_dir/a" "$tap_dir/b"
is "and the side, file and cause" "$(cat "$tap_dir/err")" \
	"spelunk diff: A: cannot use --kallsyms none: No such file or directory"
exits "no folder of B" 2 "$SPELUNK" diff --symfs A=/ --symfs B="$tap_dir/none" "$tap_dir/a" "$tap_dir/b"
is "and the side, folder and cause" "$(cat "$tap_dir/err")" \
	"spelunk diff: B: cannot use --symfs $tap_dir/none: No such file or directory"
exits "nothing behind A=" 2 "$SPELUNK" diff --vmlinux A= "$a" "$b"
exits "no sides where there is one recording" 2 "$SPELUNK" report --kallsyms A="$tap_dir/kallsyms" "$tap_dir/a"
"$SPELUNK" diff -q --limit 1 --guest A=none="$tap_dir/kallsyms" "$tap_dir/a" "$tap_dir/b" >/dev/null 2>"$tap_dir/err"
is "a guest that A has not" "$(cat "$tap_dir/err")" "spelunk diff --guest: A: none: no such VM among the 2 of this recording: give a \
number from 0, pid:N, or a name as the report shows it"
gen a --records 30000 --run-seed 1 --guest-share 30 --guest-vmlinux "$tap_dir/guest.elf"
cp "$tap_dir/a" "$tap_dir/b"
# guests' kernels with names: "A B", samples
guests()
{
	"$SPELUNK" diff -q "$@" --by symbol --filter 'world=guest-kernel && symbol=~"^guest_function"' --format csv \
		"$tap_dir/a" "$tap_dir/b" | awk -F, 'NR > 1 { a += $2; b += $3 } END { print (a > 1000), (b > 1000) }'
}
is "a guest's kernel in A" "$(guests --guest A="$tap_dir/guest.elf")" "1 0"
is "of one of its VMs in B" "$(guests --guest B=1="$tap_dir/guest.elf")" "0 1"
is "in both" "$(guests --guest "$tap_dir/guest.elf")" "1 1"

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

# Exits as a whole are those of all VMs and reasons, and a rule can refer to them.
unpack tests/captures/{slow,quick,overlap}.data.xz
pair=("$BUILD/captures/slow.data" "$BUILD/captures/quick.data")
"$SPELUNK" diff -q --format csv --table exits "${pair[@]}" >"$tap_dir/exits"
for side in a b; do
	holds "exits a second of $side are those of its rows" \
		"$("$SPELUNK" diff -q --format csv --table whole "${pair[@]}" | awk -F, -v side=$side '
			NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			$1 == "exits" { print $c[side] }') - $(awk -F, -v side=exits_s_$side '
			NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			{ n += $c[side] }
			END { print n }' "$tap_dir/exits") < 0.5"
done
exits "exits that grew by more fail" 3 "$SPELUNK" diff -q --fail-above 1% --fail-on exits "${pair[@]}"
grep -q 'it had [0-9.]* % more exits per second' <(tr -s ' \n' ' ' <"$tap_dir/out")
tap "and the verdict says so" $? "$(cat "$tap_dir/out")"
exits "and else pass" 0 "$SPELUNK" diff -q --fail-above 60% --fail-on exits "${pair[@]}"
is "recordings with enough samples of cycles have time in the text" \
	"$("$SPELUNK" diff -q --by symbol "$BUILD/captures/overlap.data" "$BUILD/captures/overlap.data" |
		grep -c 'time share, %')" 1

tap_end
