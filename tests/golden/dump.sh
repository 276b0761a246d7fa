#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Guarantees to scripts: the columns of `dump --records --format csv`, and `report` counts exactly
# the samples that `dump --samples` lists.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/demo/*.data.xz tests/captures/*.data.xz
dir=$BUILD/captures
gen=$BUILD/tests/tools/gen
"$gen" -o "$tap_dir/gen.data" --records 40000 --cpus 5 --align 0 --previous-target 2>"$tap_dir/err"
tap "a recording of five CPUs is made" $? "$(cat "$tap_dir/err")"

# The fields of struct spe_record.  Their order in CSV is not that in memory.
fields()
{
	awk '/^struct spe_record \{/ { inside = 1; next }
		inside && /^\}/ { exit }
		inside && /;/ {
			sub(/;.*/, ""); sub(/^[ \t]*[a-z0-9_]+ /, ""); gsub(/\[[^]]*\]/, "")
			gsub(/ /, ""); print }' decoder/record.h
}

owner="time world basis vm vcpu pid tid"
for what in records samples; do
	want="cpu file_offset $(fields)"
	[ $what = records ] || want="$want $owner"
	is "--$what: the header names the fields of a record" \
		"$("$SPELUNK" dump --$what --format csv -i "$dir/vhe-work.data" | head -n 1 |
			tr , '\n' | sort)" "$(tr ' ' '\n' <<<"$want" | sort)"
done

# csv_check FILE: absent fields are empty, the others are well-formed.
csv_check()
{
	awk -F, '
		function hex_digit(c) { return index("0123456789abcdef", c) - 1 }
		function low_16_bits(s,   i, v) {
			for (i = 3; i <= length(s); i++)
				v = (v * 16 + hex_digit(substr(s, i, 1))) % 65536
			return v
		}
		function says(what) { print what ": " $0; bad = 1; exit 1 }
		NR == 1 {
			width = NF
			for (i = 1; i <= NF; i++) at[$i] = i
			n = split("pc 0 target 1 prev_target 2 va 3 pa 4 events 5 total 7 issue 8 xlat 9 " \
				"alt_issue 10 source 11 ctx_el1 12 ctx_el2 13 ticks 14 op_class 6 op 6 " \
				"pc_el 0 pc_ns 0 target_el 1 target_ns 1 prev_el 2 prev_ns 2 pa_attr 4",
				given, " ")
			m = split("pc target prev_target va pa events ctx_el1 ctx_el2 has source op pa_attr",
				hex, " ")
			k = split("cpu file_offset offset ticks total issue xlat alt_issue op_class pc_el " \
				"pc_ns target_el target_ns prev_el prev_ns nr_extra size", dec, " ")
			next
		}
		NF != width { says("fields") }
		{
			has = low_16_bits($at["has"])
			for (i = 1; i <= n; i += 2) {
				want = int(has / 2 ^ given[i + 1]) % 2
				if (($at[given[i]] != "") != want) says(given[i])
			}
			for (i = 1; i <= m; i++)
				if ($at[hex[i]] !~ /^(0x(0|[1-9a-f][0-9a-f]*))?$/) says(hex[i])
			for (i = 1; i <= k; i++)
				if ($at[dec[i]] !~ /^(0|[1-9][0-9]*)?$/) says(dec[i])
		}
		END { if (NR < 2) print "no records"; exit bad || NR < 2 }' "$1"
}

# offsets_check FILE CSV: the bytes at file_offset are the record's first.  All
# these records begin with an ADDRESS packet of the PC.
offsets_check()
{
	local at pc bytes
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NR % step == 2 && NR > 2 { print $at["file_offset"], $at["pc"] }' \
		step=$((($(wc -l <"$2") / 60) + 1)) "$2" >"$tap_dir/at"
	while read -r at pc; do
		bytes=$(od -An -v -tx1 -j "$at" -N 9 "$1" | tr -d ' \n')
		[ "${bytes:0:2}" = b0 ] || { echo "$at: header ${bytes:0:2}"; return 1; }
		pc=$(printf '%014x' "$((pc & 0xffffffffffffff))")
		[ "$pc" = "${bytes:14:2}${bytes:12:2}${bytes:10:2}${bytes:8:2}${bytes:6:2}${bytes:4:2}${bytes:2:2}" ] ||
			{ echo "$at: PC $pc, bytes $bytes"; return 1; }
	done <"$tap_dir/at"
	[ -s "$tap_dir/at" ]
}

# at_check FILE CSV: --at prints the same packets as --packets, at their places in the file, and the
# same record as --samples.
at_check()
{
	local data=$1 csv=$2 cpu offset size stream
	"$SPELUNK" dump --packets -i "$data" >"$tap_dir/packets"
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NR % step == 2 { print $at["cpu"], $at["offset"], $at["size"] }' \
		step=$((($(wc -l <"$csv") / 3) + 1)) "$csv" >"$tap_dir/at"
	while read -r cpu offset size; do
		stream=$(awk -v cpu="$cpu" '$1 == "#" && $5 == cpu { print $3; exit }' "$tap_dir/packets")
		"$SPELUNK" dump --at "$stream:$offset" -i "$data" | awk '/^# fields/ { exit }
			NR > 2 && $3 != "00" { at = $1; $1 = $2 = ""; sub(/^ +/, ""); print at, $0 }' >"$tap_dir/one"
		awk -v stream="$stream" -v from="$(printf %08x "$offset")" \
			-v to="$(printf %08x $((offset + size)))" '
			$1 == "#" { on = $3 == stream; next }
			{ at = substr($2, 1, 8) }
			on && at >= from && at < to && $3 != "00" { $1 = $2 = ""; sub(/^ +/, ""); print at, $0 }' \
			"$tap_dir/packets" | diff "$tap_dir/one" - || return 1
		[ -s "$tap_dir/one" ] || { echo "nothing at $stream:$offset"; return 1; }
		"$SPELUNK" dump --at "$stream:$offset" -i "$data" | awk '/^# fields/ { exit } NR > 2' |
			while read -r _ at bytes; do
				od -An -v -tx1 -j $((0x$at)) -N 10 "$data" | tr -d '\n' |
					awk -v n="$(grep -oE '^([0-9a-f]{2} )+' <<<"$bytes ")" '
						index($0 " ", " " n) != 1 { print $0 " is not " n; exit 1 }' || exit 1
			done || return 1
		[ "$("$SPELUNK" dump --samples --at "$stream:$offset" --format csv -i "$data" | tail -n +2)" = \
			"$(awk -F, -v c="$cpu" -v o="$offset" '$1 == c && $3 == o' "$csv")" ] ||
			{ echo "another sample at $stream:$offset"; return 1; }
	done <"$tap_dir/at"
	[ -s "$tap_dir/at" ]
}

keys="world basis cpu pid tid vm vcpu el op source page cacheline address target total issue xlat
	events ctx_el1 ctx_el2 pa time"

# count CSV: number of samples of each value of each key, sorted: into the files counts.KEY
count()
{
	rm -f "$tap_dir"/counts.*
	awk -F, -v keys="$(echo $keys)" -v to="$tap_dir/counts." '
		BEGIN { nr_keys = split(keys, key, " ") }
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		function op() {
			if ($at["op_class"] == "") return ""
			if ($at["op_class"] == 2) return "branch"
			if ($at["op_class"] == 1) return $at["op"] ~ /[13579bdf]$/ ? "store" : "load"
			return "other"
		}
		# without the tag: bits 55 and up are all like bit 55
		function plain(va,   s) {
			if (va == "") return ""
			s = sprintf("%16s", substr(va, 3)); gsub(/ /, "0", s)
			s = substr(s, 3)
			return (substr(s, 1, 1) ~ /[89a-f]/ ? "ff" : "00") s
		}
		function trim(s) { if (s == "") return s; sub(/^0+/, "", s); return "0x" (s == "" ? "0" : s) }
		function line(s) {
			if (s == "") return s
			return substr(s, 1, 14) \
				substr("048c", int((index("0123456789abcdef", substr(s, 15, 1)) - 1) / 4) + 1, 1) "0"
		}
		{
			va = plain($at["va"])
			for (i = 1; i <= nr_keys; i++) {
				k = key[i]
				if (k == "op") v = op()
				else if (k == "el") v = $at["pc_el"]
				else if (k == "address") v = $at["pc"]
				else if (k == "page") v = trim(va == "" ? va : substr(va, 1, 13) "000")
				else if (k == "cacheline") v = trim(line(va))
				else v = $at[k]
				n[k, v]++
			}
		}
		END {
			for (kv in n) {
				split(kv, part, SUBSEP)
				print part[2] "," n[kv] >(to part[1])
			}
		}' "$1"
}

report()
{
	"$SPELUNK" report -q --format csv "$@" | tail -n +2
}

# by_key DATA KEY. The report has its own names of data sources: only their counts are compared.
by_key()
{
	local data=$1 key=$2
	report -i "$data" --by "$key" --columns samples | LC_ALL=C sort >"$tap_dir/got"
	LC_ALL=C sort "$tap_dir/counts.$key" >"$tap_dir/want"
	if [ "$key" = source ]; then
		sed -i 's/.*,//' "$tap_dir/got" "$tap_dir/want"
		sort -no "$tap_dir/got" "$tap_dir/got"
		sort -no "$tap_dir/want" "$tap_dir/want"
	fi
	diff "$tap_dir/got" "$tap_dir/want" >"$tap_dir/diff"
}

# filtered NAME DATA CSV EXPRESSION AWK: count in three ways
filtered()
{
	local got dumped want
	got=$(report -i "$2" --by cpu --columns samples --filter "$4" | awk -F, '{ n += $2 } END { print n + 0 }')
	dumped=$("$SPELUNK" dump --samples --format csv -i "$2" --filter "$4" | tail -n +2 | wc -l)
	want=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ el = $at["pc_el"]; total = $at["total"]; world = $at["world"]
		  class = $at["op_class"]; op = $at["op"]; cpu = $at["cpu"]
		  odd = op ~ /[13579bdf]$/
		  # bit 7 of the events: the last digit but one is 8 or more
		  missed = substr("0" substr($at["events"], 3), length($at["events"]) - 2, 1) ~ /[89a-f]/
		  pc = $at["pc"] }
		'"$5"' { n++ } END { print n + 0 }' "$3")
	is "$1: $4" "$got $dumped" "$want $want"
}

for name in vhe-work vhe-kvm1 nvhe-kvm1 vhe-guest gen; do
	data=$dir/$name.data
	[ $name != gen ] || data=$tap_dir/gen.data
	"$SPELUNK" dump --samples --format csv -i "$data" >"$tap_dir/csv"
	"$SPELUNK" dump --records --format csv -i "$data" >"$tap_dir/records"
	cut -d, -f "1-$(head -n 1 "$tap_dir/records" | tr , '\n' | wc -l)" "$tap_dir/csv" |
		cmp -s - "$tap_dir/records"
	tap "$name: samples are records with columns appended" $?
	tap "$name: what the hardware did not give is empty" \
		"$(csv_check "$tap_dir/csv" >"$tap_dir/odd"; echo $?)" "$(cat "$tap_dir/odd")"
	tap "$name: file_offset is where the record begins" \
		"$(offsets_check "$data" "$tap_dir/csv" >"$tap_dir/odd"; echo $?)" "$(cat "$tap_dir/odd")"
	tap "$name: --at is one record, with its packets" \
		"$(at_check "$data" "$tap_dir/csv" >"$tap_dir/odd" 2>&1; echo $?)" "$(cat "$tap_dir/odd")"
	count "$tap_dir/csv"
	for key in $keys; do
		by_key "$data" $key
		tap "$name: report --by $key counts the samples of dump" $? "$(head -n 6 "$tap_dir/diff")"
	done
	filtered $name "$data" "$tap_dir/csv" 'world=guest' 'world ~ /^guest/'
	filtered $name "$data" "$tap_dir/csv" 'world=host && el>=1' 'world ~ /^host/ && el != "" && el >= 1'
	filtered $name "$data" "$tap_dir/csv" 'op=store' 'class == 1 && odd'
	filtered $name "$data" "$tap_dir/csv" '!(op=load || total<16)' \
		'!((class == 1 && !odd) || (total != "" && total < 16))'
	filtered $name "$data" "$tap_dir/csv" 'total!=5' 'total != "" && total != 5'
	filtered $name "$data" "$tap_dir/csv" 'mispredicted && cpu=0' 'missed && cpu == 0'
	filtered $name "$data" "$tap_dir/csv" 'address>=0xffff800000000000' \
		'length(pc) == 18 && pc >= "0xffff800000000000"'
done

data=$dir/vhe-guest.data
is "--at: fields have their values" \
	"$("$SPELUNK" dump --at 0:0x40 "$data" | awk '$1 == "pc" || $1 == "total" || $1 == "world" { print $1, $2 }')" \
	"$("$SPELUNK" dump --samples --format csv "$data" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["offset"] == 64 { print "pc", $at["pc"]; print "total", $at["total"];
			print "world", $at["world"]; exit }')"
is "and the offset may be a decimal" "$("$SPELUNK" dump --at 0:64 "$data" | md5sum)" \
	"$("$SPELUNK" dump --at 0:0x40 "$data" | md5sum)"
for wrong in 0 0: :64 0:x x:64 0:64x -1:0 0:0x40: 99999999999999999999:0; do
	exits "--at $wrong" 2 "$SPELUNK" dump --at "$wrong" "$data"
done
for wrong in 0:65 0:0xffffffffffffffff 77:0; do
	exits "--at $wrong: no record begins there" 1 "$SPELUNK" dump --at "$wrong" "$data"
done

# Chosen fields equal the columns of --samples, but with names.
elf=$dir/guest.elf
"$SPELUNK" dump -F events,world,file_offset,total,address --format csv "$data" >"$tap_dir/fields"
is "--fields: the header" "$(head -n 1 "$tap_dir/fields")" "events,world,file_offset,total,address"
"$SPELUNK" dump --samples --format csv "$data" | awk -F, '
	function digit(c) { return index("0123456789abcdef", c) - 1 }
	BEGIN { split("exception retired l1d-access l1d-miss tlb-access tlb-walk not-taken mispredicted llc-access " \
		"llc-miss remote-access misaligned", name, " ") }
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{
		v = 0; s = ""
		for (i = 3; i <= length($at["events"]); i++) v = v * 16 + digit(substr($at["events"], i, 1))
		for (bit = 0; bit <= 11; bit++)
			if (int(v / 2 ^ bit) % 2) s = s (s == "" ? "" : "|") name[bit + 1]
		print s "," $at["world"] "," $at["file_offset"] "," $at["total"] "," $at["pc"]
	}' | diff - <(tail -n +2 "$tap_dir/fields") >"$tap_dir/diff"
tap "--fields: events by name (Arm ARM D18.2.6), world, offset, latency, PC of each sample" $? \
	"$(head -n 6 "$tap_dir/diff")"
# guest_chase is from 0x40001300 to 0x40001340, says nm.
[ "$(nm -n "$elf" | grep -v " t " | grep -A 1 -w guest_chase | awk '{ print $1 }' | paste -sd' ')" = "0000000040001300 0000000040001340" ]
tap "guest_chase is where it was" $? "$(nm -n "$elf" | grep -v " t " | grep -A 1 -w guest_chase)"
"$SPELUNK" dump --fields symbol,address --format csv --guest "$elf" "$data" 2>/dev/null >"$tap_dir/fields"
is "--fields symbol: the samples with a PC in guest_chase, and no others" \
	"$(awk -F, '$1 == "guest_chase"' "$tap_dir/fields" | wc -l)" \
	"$(awk -F, '$2 >= "0x40001300" && $2 < "0x40001340" && length($2) == 10' "$tap_dir/fields" | wc -l)"
is "--filter by symbol: likewise" \
	"$("$SPELUNK" dump --records --format csv --guest "$elf" --filter symbol=guest_chase "$data" 2>/dev/null | tail -n +2 | wc -l)" \
	"$(awk -F, '$1 == "guest_chase"' "$tap_dir/fields" | wc -l)"
is "--samples as text has the symbol" \
	"$("$SPELUNK" dump --samples --guest "$elf" "$data" 2>/dev/null | grep -c ' symbol guest_chase$')" \
	"$(awk -F, '$1 == "guest_chase"' "$tap_dir/fields" | wc -l)"
is "--fields as text: columns, - for what is not known" \
	"$("$SPELUNK" dump -F cpu,world,vm,total,op "$data" | sed -n '1,2p' | cat -A)" \
	'     cpu world               vm    total op$
       0 host-kernel          -        2 other$'
all=$(sed -n 's/^FIELD([A-Z0-9_]*, *"\([a-z0-9_]*\)".*/\1/p' profile/fields.def | paste -sd,)
is "all keys at once" "$("$SPELUNK" dump -F "$all" --format csv "$data" | awk -F, '{ print NF }' | sort -u)" \
	"$(tr , '\n' <<<"$all" | wc -l)"
exits "--fields: a field that is none" 2 "$SPELUNK" dump -F symbl "$data"
is "and what may be meant" "$(cat "$tap_dir/err")" "spelunk dump: no field 'symbl'; did you mean 'symbol'?"
exits "--fields of packets" 2 "$SPELUNK" dump -F symbol --packets "$data"

# One thread and several give the same bytes.
for data in "$tap_dir/gen.data" "$dir/vhe-kvm1.data"; do
	for format in text csv json; do
		for by in '' world,symbol,object source,comm,cpu address,time; do
			for jobs in 1 2 8; do
				"$SPELUNK" report -q --no-progress -j $jobs --format $format ${by:+--by $by} \
					-i "$data" >"$tap_dir/j$jobs" 2>&1
			done
			cmp "$tap_dir/j1" "$tap_dir/j2" >"$tap_dir/diff" &&
				cmp "$tap_dir/j1" "$tap_dir/j8" >"$tap_dir/diff" && [ -s "$tap_dir/j1" ]
			tap "$(basename "$data"): $format${by:+ by $by} is the same with 1, 2 and 8 threads" \
				$? "$(cat "$tap_dir/diff")"
		done
	done
done

tap_end
