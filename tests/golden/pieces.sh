#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A long stream is cut into pieces, which threads share: the records are those of the uncut
# stream, and the report is the same for any number of threads.

. tests/tap.sh

data=$tap_dir/data

# shared NAME MOST ARGUMENTS OF gen...: MOST records may differ from the uncut stream's
shared()
{
	local name=$1 most=$2 by jobs
	shift 2
	"$BUILD/tests/tools/gen" -o "$data" --cpus 1 "$@" 2>/dev/null
	"$BUILD/tests/tools/pieces" "$data" >"$tap_dir/told"
	holds "$name: it is cut" "$(awk '$1 == "pieces" { print $2 }' "$tap_dir/told") > 3"
	holds "$name: records differ from the uncut stream's, at most: $most" \
		"$(awk '$1 == "differ" { print $2 }' "$tap_dir/told") <= $most"
	is "$name: no byte is lost" "$(awk '$1 == "astray" { print $2 }' "$tap_dir/told")" 0
	for jobs in 1 2 8; do
		for by in '' world,vm,tid,source; do
			"$SPELUNK" report -q --no-progress -j $jobs --format json ${by:+--by $by} -i "$data"
		done >"$tap_dir/j$jobs" 2>&1
	done
	# a damaged time may be any
	[ "$most" != 0 ] || is "$name: records earlier than one before are counted" \
		"$(sed -n '0,/.*"backward_records": *\([0-9]*\).*/s//\1/p' "$tap_dir/j1")" \
		"$(awk '$1 == "backwards" { print $2 }' "$tap_dir/told")"
	[ -s "$tap_dir/j1" ] && cmp "$tap_dir/j1" "$tap_dir/j2" >"$tap_dir/diff" &&
		cmp "$tap_dir/j1" "$tap_dir/j8" >>"$tap_dir/diff"
	tap "$name: reports are the same with 1, 2 and 8 threads" $? "$(cat "$tap_dir/diff")"
}

long=(--records 300000)
packed=(--records 450000 --align 0)
shared "padded records" 0 "${long[@]}"
shared "packed" 0 "${packed[@]}"
shared "records that cross regions" 0 "${packed[@]}" --split-chunks
shared "data in the file in any order" 0 "${packed[@]}" --split-chunks --shuffle-chunks
shared "EVENTS of two sizes" 0 "${long[@]}" --mixed-events --previous-target
shared "packets in any order" 0 "${long[@]}" --orders random
shared "nVHE, few places" 0 "${long[@]}" --mode nvhe --places 20
shared "sideband lost" 0 "${long[@]}" --lose 20
shared "no sideband to decide by" 0 "${long[@]}" --no-entries
shared "times that go back" 0 "${long[@]}" --cntvoff 5000000
shared "a thread's stream" 0 "${long[@]}" --thread 1234
shared "no times" 0 "${long[@]}" --no-timestamps
# Damage is judged by what was read before it: a decoder that begins anew may judge otherwise.
for kind in header bytes drop insert; do
	shared "damage: $kind" 30 "${long[@]}" --damage 10 --damage-kind $kind
	shared "damage, packed: $kind" 30 "${packed[@]}" --damage 10 --damage-kind $kind
done
shared "truncated regions" 30 "${packed[@]}" --truncate-chunks

tap_end
