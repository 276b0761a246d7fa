#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Samples of CPU cycles and counters beside SPE's samples: their owners, their figures in the rows
# and the header, and unchanged reports of recordings without them.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

gen=$BUILD/tests/tools/gen
cycles=$BUILD/tests/tools/cycles
dir=$BUILD/golden-cycles
mkdir -p "$dir"
trap 'rm -rf "$dir" "$tap_dir"' EXIT

# make ARGUMENTS OF gen...: write $dir/data, and the ground truth of its cycle samples to $dir/truth
make()
{
	"$gen" -o "$dir/data" --cycles-truth "$dir/truth" "$@" 2>/dev/null
}

# right NAME ARGUMENTS OF gen...: each sample is returned with its true owner, and no other sample
right()
{
	local name=$1
	shift
	make "$@" --cpus 3 --cycles 100
	"$cycles" "$dir/data" 2>"$tap_dir/err" | sort -n >"$dir/got"
	sort -n "$dir/truth" | diff - "$dir/got" >"$tap_dir/diff" && [ -s "$dir/got" ]
	tap "$name" $? "$(cat "$tap_dir/err" "$tap_dir/diff")"
}

# not_wrong NAME: known owners of samples in $dir/data are true, and some are unknown
not_wrong()
{
	"$cycles" "$dir/data" >"$dir/got" 2>"$tap_dir/err"
	is "$1" "$(awk 'NR == FNR { truth[$1 " " $2] = $0; next }
		{ n++; if ($5 == "unknown") unknown++; else if (truth[$1 " " $2] != $0) wrong++ }
		END { print (n > 100) (unknown > 0), wrong + 0 }' "$dir/truth" "$dir/got")" "11 0"
}

# csv ARGUMENTS OF report...: rows of a format that is easy to compare
csv()
{
	"$SPELUNK" report -i "$dir/data" --format csv --columns samples,cycle_samples,cycles,time_share \
		--limit 0 "$@" 2>"$tap_dir/err"
}

# counted NAME KEYS FIELDS: samples and cycles by keys equal the ground truth by fields
counted()
{
	csv --by "$2" | awk -F, -v keys="$(tr -dc , <<<"$2" | wc -c)" 'NR > 1 && $(keys + 3) {
		line = ""
		for (i = 1; i <= keys + 1; i++) line = line $i " "
		print line $(keys + 3), $(keys + 4) }' | sort >"$dir/got"
	awk -v fields="$3" '{ k = split(fields, f, ",")
		line = ""
		for (i = 1; i <= k; i++) line = line ($f[i] == -1 ? "" : $f[i]) " "
		n[line]++; sum[line] += $9 }
		END { for (l in n) printf "%s%d %.0f\n", l, n[l], sum[l] }' "$dir/truth" | sort >"$dir/want"
	diff "$dir/want" "$dir/got" >"$tap_dir/diff" && [ -s "$dir/got" ]
	tap "$1" $? "$(cat "$tap_dir/err" "$tap_dir/diff")"
}

json()
{
	jq -r "$1" "$tap_dir/json" 2>&1
}

right "each sample has its owner, PC and callers" --records 200000
right "without CONTEXT" --records 200000 --contexts none
right "guests' entries and exits not recorded: a guest's label proves nothing" \
	--records 200000 --no-entries
right "an nVHE host" --records 200000 --mode nvhe
right "a slow timer" --records 200000 --timer-hz 25000000
right "guests' timestamps are virtual" --records 200000 --contexts none --cntvoff 5000
right "a thread's own buffer" --records 50000 --cpus 1 --thread 20002
right "a long recording, in a file" --records 1100000
make --records 200000 --cpus 3 --cycles 100 --pipe
"$cycles" - <"$dir/data" | sort -n >"$dir/got"
sort -n "$dir/truth" | cmp -s - "$dir/got"
tap "from a pipe" $? "$(diff "$dir/truth" "$dir/got" | head)"

make --records 200000 --cpus 3 --cycles 20 --lose 100
not_wrong "sideband was lost: some owners are unknown, none is wrong"
make --records 200000 --cpus 3 --cycles 20 --no-names
truncate -s 9000000 "$dir/data"
"$cycles" "$dir/data" >"$dir/got" 2>/dev/null
is "a cut recording: its samples are right" "$(grep -vc ' unknown ' "$dir/got") $(
	sort "$dir/truth" | comm -12 - <(grep -v ' unknown ' "$dir/got" | sort) | wc -l)" \
	"$(grep -vc ' unknown ' "$dir/got") $(grep -vc ' unknown ' "$dir/got")"
holds "there are some" "$(wc -l <"$dir/got") > 100"

# Rows: fields of a line of truth are time, CPU, process, thread, world, VM, vCPU, PC, period.
make --records 200000 --cpus 4 --cycles 100 --counters
counted "by world" world 5
counted "by CPU" cpu 2
counted "by thread" pid,tid 3,4
counted "by world and thread" world,tid 5,4
counted "by vCPU" vcpu 7
is "by exception level, also where the address is not known" "$(csv --by el | awk -F, 'NR > 1 {
	print $1 " " $3 }' | sort | xargs)" "$(awk '{
	el = ($5 ~ /user/) ? 0 : ($5 == "guest-kernel") ? 1 : ($5 == "unknown") ? "" : 2; n[el]++ } END { for (el in n) print el " " n[el] }' "$dir/truth" |
	sort | xargs)"
csv --by address | awk -F, 'NR > 1 && $1 != "" && $3 { print $1, $3, $4 }' | sort >"$dir/got"
awk '$8 != "0" { n["0x" $8]++; sum["0x" $8] += $9 } END { for (a in n) printf "%s %d %.0f\n", a, n[a], sum[a] }' \
	"$dir/truth" | sort | diff - "$dir/got" >"$tap_dir/diff"
tap "by address" $? "$(cat "$tap_dir/diff")"
is "a filter takes them, too" "$(csv --by world --filter 'world=guest && cpu=2' |
	awk -F, 'NR > 1 { n += $3 } END { print n }')" \
	"$(awk '$5 ~ /^guest/ && $2 == 2 { n++ } END { print n }' "$dir/truth")"
is "all shares are all" "$(csv --by symbol | awk -F, 'NR > 1 { s += $5 } END {
	print (s > 98 && s < 102) }')" 1
csv --by world,symbol,tid -j 1 >"$dir/one"
csv --by world,symbol,tid -j 4 | cmp -s - "$dir/one"
tap "one thread and many agree" $?
is "a bound of rows loses no sample of the rows it has" "$(csv --by tid,address --max-rows 50 |
	sed 1d | grep -vxFf <(csv --by tid,address) | grep -c ',.*,.*,')" 0
is "--sort time_share" "$(csv --by symbol --sort time_share | awk -F, 'NR > 1 && $4 { if (last &&
	$4 > last) bad++; last = $4 } END { print bad + 0 }')" 0

# Fields that only SPE records.
is "by operation type: not known" "$(csv --by op | awk -F, 'NR > 1 && $3 $4 $5 != "" { n++ }
	END { print n + 0 }')" 0
is "a filter of events: not known" "$(csv --by world --filter l1d-miss | awk -F, 'NR > 1 &&
	$3 $4 $5 != "" { n++ } END { print n + 0 }')" 0
"$SPELUNK" report -i "$dir/data" --filter op=load >"$dir/text" 2>&1
grep -q "not counted: the filter uses a field that only SPE records" "$dir/text"
tap "the report says so" $? "$(head -n 20 "$dir/text")"

# A place without SPE samples has a row, too; other rows are as without cycle samples.
make --records 3000 --cpus 2 --places 200000 --guest-share 60 --cycles 5
csv --by address >"$dir/rows"
is "places without SPE samples have rows" "$(awk -F, 'NR > 1 && $2 == 0 && $3 { n++ }
	END { print (n > 0) }' "$dir/rows")" 1
is "all samples are in rows" "$(awk -F, '{ n += $3 } END { print n }' "$dir/rows")" \
	"$(wc -l <"$dir/truth")"
is "by address and operation type there is no row more than SPE's" \
	"$(csv --by address,op | awk -F, 'NR > 1 && !$3 { n++ } END { print n + 0 }')" 0

# The header.
make --records 200000 --cpus 4 --cycles 100 --counters
"$SPELUNK" report -i "$dir/data" --format json >"$tap_dir/json" 2>/dev/null
is "JSON: samples by world" "$(json '.cycles.worlds[] | select(.samples > 0) | .world + " " +
	(.samples | tostring) + " " + (.cycles | tostring)' | sort)" \
	"$(awk '{ n[$5]++; sum[$5] += $9 } END { for (w in n) printf "%s %d %.0f\n", w, n[w], sum[w] }' \
		"$dir/truth" | sort)"
is "the kernel's label against the timeline" "$(json '.cycles.label_differs')" \
	"$(awk '($5 == "host-kernel" || $5 == "switch") && $8 == "0" { n++ } END { print n }' \
		"$dir/truth")"
is "what was sampled" "$(json '.cycles.events[] | [.name, .of, .frequency] | @text')" \
	'["cycles","cycles",499]'
is "operations executed, by CPU" "$(json '.counters[] | .sample_pop - .operations_of_samples' |
	xargs)" "10000 1000 2000 3000 4000"
is "collisions" "$(json '.counters[] | .sample_collision' | xargs)" "50 5 10 15 20"
is "removed by the filter" "$(json '.counters[] | .sample_feed - .sample_filtrate' | xargs)" \
	"40 10 10 10 10"
is "cycles, and instructions that had the PMU half of the time" "$(json '.counters[] |
	[.instructions_host == 2 * .cycles_host, .instructions_guest == 2 * .cycles_guest, .scaled] |
	@text' | uniq)" "[true,true,true]"
"$SPELUNK" report -i "$dir/data" --limit 1 >"$dir/text" 2>/dev/null
grep -q "  executed    host .* cycles, .* instructions (scaled), 2.00 per cycle; guests" "$dir/text" &&
	grep -q "  population  .* operations executed, samples x period .*(100.0% of them)" "$dir/text" &&
	grep -q "  sampling    50 samples lost to collisions (<0.1% of those due); 40 of 200,040 " \
		"$dir/text"
tap "the text says it" $? "$(head -n 30 "$dir/text")"

# A clock: the type of the fifth event becomes PERF_TYPE_SOFTWARE, so that 0 is cpu-clock.
make --records 50000 --cpus 2 --cycles 100
printf '\1' | dd of="$dir/data" bs=1 seek=$((104 + 4 * (128 + 16))) conv=notrunc 2>/dev/null
"$SPELUNK" report -i "$dir/data" --format json >"$tap_dir/json" 2>/dev/null
is "samples of a clock are time, and no cycles" "$(json '[.cycles.of, .cycles.events[0].of,
	(.cycles.worlds | map(.samples) | add), (.cycles.worlds | map(.ns) | add)] | @text') $(
	csv --by world | awk -F, 'NR > 1 { n += $3; if ($4 != "") bad++; share += $5 }
	END { print n, bad + 0, share }')" "$(awk '{ n++; sum += $9 } END {
	printf "[\"clock\",\"clock\",%d,%.0f] %d 0 100\n", n, sum, n }' "$dir/truth")"

# Without.
make --records 20000 --cpus 2
"$SPELUNK" report -i "$dir/data" --format json >"$tap_dir/json" 2>/dev/null
is "without samples of cycles JSON has none" "$(json '[.cycles, .counters, (.rows.columns |
	map(.name) | index("time_share"))] | @text')" "[null,null,null]"
is "nor has the text" "$("$SPELUNK" report -i "$dir/data" 2>/dev/null | grep -c '^  time  \|CPU cycles')" 0
is "asked for they are empty" "$(csv --by world | awk -F, 'NR > 1 && $3 $4 $5 != "" { n++ }
	END { print n + 0 }')" 0

tap_end
