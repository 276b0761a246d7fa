#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk merge: a host's recording with a guest's inside.  The guest's is of this
# machine: its clock has nothing to do with the host's, and its processes do not run
# there.  tests/lab/t/guest-agent.sh has a real one.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/demo/vhe-guest.data.xz tests/captures/exits.data.xz
host=$BUILD/captures/vhe-guest.data
guest=$tap_dir/guest.data
merged=$tap_dir/merged.data
exits "a guest's recording" 0 "$SPELUNK" guest-agent -q -o "$guest" --duration 100ms --beat 0

exits "merge" 0 "$SPELUNK" merge -o "$merged" "$host" "0=$guest"
tr -s ' \n' ' ' <"$tap_dir/err" >"$tap_dir/said"
grep -q "vm 0: clock: the offset to the host's clock is unknown" "$tap_dir/said"
tap "what is known of the clock is said" $? "$(cat "$tap_dir/err")"
holds "the file is the user's alone" "$(stat -c %a "$merged") == 600"
holds "it has the bytes of both" \
	"$(stat -c %s "$merged") > $(stat -c %s "$host") + $(stat -c %s "$guest") &&
	$(stat -c %s "$merged") < ($(stat -c %s "$host") + $(stat -c %s "$guest")) * 1.01 + 4096"

# report OPTIONS: without the names of files, also in commands, and the size
report()
{
	"$SPELUNK" report -q --format json "$@" | jq -S 'del(.file) | del(.. | .path?)' |
		sed -E 's/ (-i|--guest) [^ "]+//g'
}
report -i "$host" --guest "0=$guest" >"$tap_dir/apart"
report -i "$merged" >"$tap_dir/together"
cmp -s "$tap_dir/apart" "$tap_dir/together"
tap "its report is that of the two" $? "$(diff "$tap_dir/apart" "$tap_dir/together" | head)"
is "and tells of the guest's recording" "$(jq '[.vms[].recordings | length] | join(" ")' \
	"$tap_dir/together")" '"1 0"'
is "its records are the host's" "$("$SPELUNK" dump --records -i "$merged" | cksum)" \
	"$("$SPELUNK" dump --records -i "$host" | cksum)"

# A guest's part that cannot be read does not take the host's with it.
cp "$merged" "$tap_dir/damaged.data"
at=$(LC_ALL=C grep -abo PERFILE2 "$merged" | sed -n '2s/:.*//p')
printf X | dd of="$tap_dir/damaged.data" bs=1 seek="$at" conv=notrunc 2>/dev/null
exits "a merged part that is damaged" 0 "$SPELUNK" report -o "$tap_dir/out" "$tap_dir/damaged.data"
grep -q "the guest's recording (merged)" "$tap_dir/err"
tap "is told of, and done without" $? "$(cat "$tap_dir/err")"
exits "another guest into that" 0 "$SPELUNK" merge -q -o "$tap_dir/both.data" "$merged" "db=$guest"
is "is there, too" "$(report -i "$tap_dir/both.data" |
	jq '[.vms[].recordings | length] | join(" ")')" '"1 1"'
is "both at once are the same" "$("$SPELUNK" merge -q -o - "$host" "0=$guest" "1=$guest" | cksum)" \
	"$(cksum <"$tap_dir/both.data")"
exits "a clock that is known" 0 \
	"$SPELUNK" merge -o "$tap_dir/given.data" --clock-offset 0=12345 "$host" "0=$guest"
is "stays known" "$(report -i "$tap_dir/given.data" |
	jq -c '.vms[0].recordings[0] | [.clock, .clock_offset_ticks]')" '["given",12345]'

perf=${PERF:-$(command -v perf || true)}
if [ -n "$perf" ] && "$perf" version >/dev/null 2>&1; then
	tests/golden/perf_dump.sh "$perf" "$SPELUNK" "$merged" >"$tap_dir/out" 2>&1
	tap "perf prints every packet of it" $? "$(tail -n 12 "$tap_dir/out")"
	is "perf says of it what it says of the host's" \
		"$("$perf" script --itrace=i1i -i "$merged" 2>&1 | cksum)" \
		"$("$perf" script --itrace=i1i -i "$host" 2>&1 | cksum)"
fi

# A stream, and a recording without samples.
"$SPELUNK" guest-agent -q -o - --duration 100ms --beat 0 >"$tap_dir/pipe.data"
exits "a guest's recording that is a stream" 0 \
	"$SPELUNK" merge -q -o "$tap_dir/out.data" "$BUILD/captures/exits.data" "$tap_dir/pipe.data"
is "is read" "$("$SPELUNK" kvm -q --format json -i "$tap_dir/out.data" |
	jq '.vms[0].recordings | length')" 1

# Of a recorder that was killed: its file ends in a round, behind which nothing counts.
"$BUILD/tests/tools/rewrite" -k "$host" "$tap_dir/killed.data"
exits "a recording whose writer was killed" 0 \
	"$SPELUNK" merge -q -o "$tap_dir/out.data" "$tap_dir/killed.data" "0=$guest"
is "stays readable" "$("$SPELUNK" dump --records -i "$tap_dir/out.data" | cksum)" \
	"$("$SPELUNK" dump --records -i "$host" | cksum)"
is "and gets the guest's" "$(report -i "$tap_dir/out.data" |
	jq '[.vms[].recordings | length] | join(" ")')" '"1 0"'

# u64 FILE OFFSET; le64 NUMBER: as printf's escapes
u64() { od -A n -t u8 -j "$2" -N 8 "$1" | tr -d ' '; }
le64() { printf '\\x%02x' $(for i in 0 8 16 24 32 40 48 56; do echo $(($1 >> i & 255)); done); }
# The same as spelunk once wrote it: a record in the first place of the table, and bit 0.
at=$(($(u64 "$tap_dir/killed.data" 40) + $(u64 "$tap_dir/killed.data" 48) - 8))
size=$(($(od -A n -t u2 -j $((at + 6)) -N 2 "$tap_dir/killed.data")))
{
	head -c 48 "$tap_dir/killed.data"
	printf "$(le64 $((at - $(u64 "$tap_dir/killed.data" 40))))"
	tail -c +57 "$tap_dir/killed.data" | head -c 16
	printf "$(le64 $(($(u64 "$tap_dir/killed.data" 72) | 1)))"
	tail -c +81 "$tap_dir/killed.data" | head -c $((at - 80))
	printf "$(le64 $((68 | (size + 8) << 48)))$(le64 0)"
	tail -c +$((at + 9)) "$tap_dir/killed.data" | head -c $((size - 8))
} >"$tap_dir/older.data"
exits "an older recording" 0 "$SPELUNK" merge -q -o "$tap_dir/again.data" "$tap_dir/older.data" "0=$guest"
cmp -s "$tap_dir/out.data" "$tap_dir/again.data"
tap "becomes the same" $? "$(cmp "$tap_dir/out.data" "$tap_dir/again.data" 2>&1)"

exits "one recording alone" 2 "$SPELUNK" merge "$host"
exits "symbols are no recording" 2 "$SPELUNK" merge "$host" "0=tests/golden/merge.sh"
grep -q -- '--guest' "$tap_dir/err"
tap "which is said, and where they are for" $? "$(cat "$tap_dir/err")"
exits "no such VM" 1 "$SPELUNK" merge -o "$tap_dir/no.data" "$host" "7=$guest"
exits "a VM that has one" 1 "$SPELUNK" merge -o "$tap_dir/no.data" "$merged" "0=$guest"
exits "which VM is not said" 1 "$SPELUNK" merge -o "$tap_dir/no.data" "$host" "$guest"
[ ! -e "$tap_dir/no.data" ]
tap "nothing is written then" $?
sum=$(cksum <"$guest")
exits "over an input" 1 "$SPELUNK" merge -o "$guest" "$host" "0=$guest"
is "which stays as it was" "$(cksum <"$guest")" "$sum"
exits "no room" 1 "$SPELUNK" merge -o /dev/full "$host" "0=$guest"
head -c 400000 "$host" >"$tap_dir/cut.data"
exits "a host's recording that was cut" 1 "$SPELUNK" merge -o "$tap_dir/no.data" "$tap_dir/cut.data" \
	"0=$guest"

tap_end
