#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Exports: their structure, read by jq and awk; their totals, which are the report's; names of a
# hostile recording; the same bytes twice.  Other tools read them in export_consumers.sh.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz tests/captures/{calls,cycles,quick}.data.xz
captures=$BUILD/captures
demo=(-q -i "$captures/vhe-guest.data" --kallsyms "$captures/kallsyms-6.12" --guest "$captures/guest.elf")
calls=(-q -i "$captures/calls.data" --kallsyms "$captures/kallsyms-6.12")
cycles=(-q -i "$captures/cycles.data")
hostile "$tap_dir"

export_to()
{
	"$SPELUNK" export --to "$@"
}

# sum COLUMN OPTION...: of the report
sum()
{
	"$SPELUNK" report --by world --columns "$1" --format csv "${@:2}" |
		awk -F, 'NR > 1 { n += $2 } END { printf "%d", n }'
}

# weight FILE: of all stacks
weight()
{
	awk '{ n += $NF } END { printf "%d", n }' "$1"
}

#
# Stacks
#

export_to folded "${calls[@]}" >"$tap_dir/folded"
is "call chains, as the report has them" "$(cat "$tap_dir/folded")" \
	"$("$SPELUNK" report --by stack "${calls[@]}")"
is "306 samples of 200,000 cycles" "$(weight "$tap_dir/folded")" 61200000
for recording in demo cycles hostile_options; do
	declare -n options=$recording
	for pair in samples:samples cost:total_sum time:cycles; do
		[ $recording = cycles ] || [ $pair != time:cycles ] || continue
		export_to folded --weight ${pair%:*} "${options[@]}" >"$tap_dir/folded"
		is "$recording: ${pair%:*} of all stacks are the report's" "$(weight "$tap_dir/folded")" \
			"$(sum ${pair#*:} "${options[@]}")"
		is "$recording: each line is a stack" \
			"$(grep -avE '^(host-user|host-kernel|switch|guest-user|guest-kernel|unknown);(-|[0-9]+);[^;]+(;[^;]+)+ [0-9]+$' \
				"$tap_dir/folded")" ""
		export_to speedscope --weight ${pair%:*} "${options[@]}" >"$tap_dir/speedscope"
		is "$recording: speedscope has these stacks, and a VM's name" \
			"$(jq -r '.shared.frames as $f | .profiles[0] | [.samples, .weights] | transpose[] |
				([.[0][] | $f[.].name] | join(";")) + " \(.[1])"' "$tap_dir/speedscope" |
				sed -E 's/^([^;]*);vm ([0-9]+)[^;]*;/\1;\2;/; t; s/;/;-;/' | md5sum)" \
			"$(sed 's/\\x3b/;/g' "$tap_dir/folded" | md5sum)"
		is "$recording: its end is their sum" "$(jq '.profiles[0].endValue' "$tap_dir/speedscope")" \
			"$(weight "$tap_dir/folded")"
	done
	is "$recording: one thread of ours and many agree" "$(export_to folded "${options[@]}" -j3 | md5sum)" \
		"$(export_to folded "${options[@]}" -j1 | md5sum)"
done
is "samples of no known owner stay unknown" \
	"$(export_to folded --weight samples "${demo[@]}" --host-mode nvhe | grep ^unknown | weight -)" 8554
is "frames have objects" "$(export_to speedscope "${demo[@]}" |
	jq -r '.shared.frames[] | select(.name == "guest_chase") | .file' | sort | paste -sd' ')" \
	"[guest:vm0] [guest:vm1]"

#
# What is said
#

"$SPELUNK" export --to folded -i "$captures/vhe-guest.data" 2>&1 >/dev/null | head -n 1 >"$tap_dir/err"
is "that there are no chains is said" "$(cat "$tap_dir/err")" \
	"spelunk export: no call chains: each stack is an object and a function of SPE's samples, by cost"
exits "time without samples of cycles" 1 "$SPELUNK" export --to folded --weight time "${demo[@]}"
grep -q 'no samples of cycles' "$tap_dir/err"
tap "says so" $? "$(cat "$tap_dir/err")"
exits "time of what only SPE records" 1 "$SPELUNK" export --to folded --weight time "${calls[@]}" --filter op=load
grep -q 'the filter asks for what only SPE records' "$tap_dir/err"
tap "says so, too" $? "$(cat "$tap_dir/err")"
is "else cost is chosen" "$(export_to folded "${calls[@]}" --filter op=load | md5sum)" \
	"$(export_to folded --weight cost "${calls[@]}" --filter op=load | md5sum)"
exits "a filter that nothing matches" 1 "$SPELUNK" export --to folded "${demo[@]}" --filter vm=7
refuses "no kind" "--to says what to write" export "${demo[@]}"
refuses "an unknown kind" "no kind 'foldde'; did you mean 'folded'" export --to foldde "${demo[@]}"
is "-o - is standard output" "$(export_to folded "${demo[@]}" -o - | md5sum)" \
	"$(export_to folded "${demo[@]}" | md5sum)"
cp "$captures/quick.data" "$tap_dir/own.data"
exits "not over the recording itself" 1 "$SPELUNK" export --to folded -q -i "$tap_dir/own.data" -o "$tap_dir/own.data"
cmp -s "$captures/quick.data" "$tap_dir/own.data"
tap "which is as it was" $?

tap_end
