#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Owners beside the truth, with evidence taken away: no record may have another owner than
# the truth's.  It may be unknown, but not where nothing speaks for guests.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

tools=$BUILD/tests/tools
dir=$BUILD/owners
mkdir -p "$dir"
trap 'rm -rf "$dir" "$tap_dir"' EXIT

value()
{
	awk -v what="$1" 'index($0, what) { print $NF; exit }' "$tap_dir/table"
}

# owners NAME UNKNOWN ARGUMENTS OF gen...: at most so many of 1000 may be unknown
owners()
{
	local name=$1 may=$2 records
	shift 2
	"$tools/gen" -o "$dir/data" --truth "$dir/truth" --records 20000 --cpus 4 "$@" 2>/dev/null
	"$tools/truth" -v "$dir/data" "$dir/truth" >"$tap_dir/table" 2>&1
	records=$(value 'records written')
	is "$name: no owner is wrong" "$(value 'owner wrong')" 0
	holds "$name: named as far as is proven" \
		"$records > 0 && ($(value 'owner unknown')) * 1000 <= $may * $records"
}

owners "both CONTEXT packets, entries" 0
owners "chunks in any order" 0 --shuffle-chunks
for contexts in host guest none; do
	owners "CONTEXT of $contexts, entries" 0 --contexts $contexts
done

# Entries were not recorded: user code of vCPU threads is the VMM's, or a guest's.
owners "no entries" 4 --no-entries
for contexts in host none; do
	owners "no entries, CONTEXT of $contexts" 150 --no-entries --contexts $contexts
	owners "no entries nor names, CONTEXT of $contexts" 150 --no-entries --no-names \
		--contexts $contexts
	owners "no guest, no entries, CONTEXT of $contexts" 0 --no-entries --guest-share 0 \
		--contexts $contexts
	# it does not matter where in the streams the proof stands
	for from in 1 30 60 90; do
		owners "guests from $from % on, no entries, CONTEXT of $contexts" 180 \
			--guests-from $from --no-entries --contexts $contexts --shuffle-chunks
	done
done
owners "no entries, CONTEXT of guest" 4 --no-entries --contexts guest
owners "no entries nor names, CONTEXT of guest" 4 --no-entries --no-names --contexts guest

# No usable time.
owners "no timestamps" 200 --no-timestamps
owners "no timestamps, CONTEXT of host" 350 --no-timestamps --contexts host
owners "no timestamps, no CONTEXT" 900 --no-timestamps --contexts none
owners "no timestamps, no CONTEXT, no guest, no entries" 0 --no-timestamps --contexts none \
	--no-entries --guest-share 0
owners "virtual time of guests" 3 --cntvoff 5000000
owners "virtual time of guests, CONTEXT of host" 150 --cntvoff 5000000 --contexts host
owners "virtual time of guests, no CONTEXT" 750 --cntvoff 5000000 --contexts none

# Where the host's kernel runs.
for contexts in all none guest; do
	owners "a guest's kernel fills the start, CONTEXT of $contexts" 0 --guest-first 3000 \
		--contexts $contexts
	owners "the host's kernel is excluded, CONTEXT of $contexts" 0 --exclude-kernel \
		--contexts $contexts
	owners "nVHE, CONTEXT of $contexts" 0 --mode nvhe --contexts $contexts
	owners "nVHE, no entries, CONTEXT of $contexts" 0 --mode nvhe --no-entries \
		--contexts $contexts
done
owners "a guest's kernel fills the start, no entries, no CONTEXT" 50 --guest-first 3000 \
	--no-entries --contexts none
owners "guests' contexts are threads of the host" 0 --guest-first 3000 --contexts guest \
	--contexts-are-threads
owners "the same, no entries" 4 --guest-first 3000 --contexts guest --contexts-are-threads \
	--no-entries
owners "the same, the host's kernel is excluded" 0 --contexts guest --contexts-are-threads \
	--exclude-kernel
owners "nVHE, the host's kernel is excluded" 0 --mode nvhe --exclude-kernel
owners "nVHE, the host's kernel is excluded, no entries" 0 --mode nvhe --exclude-kernel \
	--no-entries

# Any record of the kernel may be lost, but the kernel says that some were.
owners "lost 700 of 1000" 200 --lose 700
owners "lost 980 of 1000, no CONTEXT, no entries" 700 --lose 980 --contexts none --no-entries
for seed in 1 2 3 4; do
	for lose in 1 30; do
		owners "lost $lose of 1000, seed $seed" 400 --lose $lose --seed $seed
		owners "lost $lose of 1000, no CONTEXT, seed $seed" 500 --lose $lose --seed $seed \
			--contexts none
		owners "lost $lose of 1000, no entries, seed $seed" 400 --lose $lose --seed $seed \
			--contexts host --no-entries
		owners "lost $lose of 1000, nothing else either, seed $seed" 800 --lose $lose \
			--seed $seed --contexts none --no-entries --no-names
	done
done

"$tools/gen" -o "$dir/data" --records 20000 --cpus 4 --no-entries --contexts host 2>/dev/null
rows()
{
	"$SPELUNK" report -q "$@" -i "$dir/data" --by world,vm,vcpu,tid,basis --format csv
}
is "four threads prove what one does" "$(rows -j4)" "$(rows -j1)"

# A file that lost its end lacks the names of its tracepoints: entries and exits are unknown.
"$tools/gen" -o "$dir/data" --truth "$dir/truth" --records 20000 --cpus 4 2>/dev/null
read -r from size < <(od -An -tu8 -j40 -N16 "$dir/data")
truncate -s $((from + size)) "$dir/data"
"$tools/truth" -v "$dir/data" "$dir/truth" >"$tap_dir/table" 2>&1
is "a cut file, no names of tracepoints: no owner is wrong" "$(value 'owner wrong')" 0
holds "a cut file: what CONTEXT and level prove is named" \
	"$(value 'owner right') > 15000 && $(value 'owner unknown') > 500"

# flips NAME ARGUMENTS OF gen...: one bit of the AUX data is another, 200 times
flips()
{
	local name=$1
	shift
	"$tools/gen" -o "$dir/data" --records 3000 --cpus 2 "$@" 2>/dev/null
	"$tools/mutate" -n 200 "$dir/data" >"$tap_dir/table" 2>&1
	tap "$name: a flipped bit gives no other record another owner" $? "$(cat "$tap_dir/table")"
}

flips "both CONTEXT packets, entries"
for contexts in host guest none; do
	flips "no entries, CONTEXT of $contexts" --no-entries --contexts $contexts
	flips "nVHE, CONTEXT of $contexts" --mode nvhe --contexts $contexts
	flips "nVHE, no entries, CONTEXT of $contexts" --mode nvhe --no-entries --contexts $contexts
	flips "the host's kernel is excluded, CONTEXT of $contexts" --exclude-kernel \
		--contexts $contexts
done
flips "no entries nor names" --no-entries --no-names --contexts host
flips "nVHE, the host's kernel is excluded" --mode nvhe --exclude-kernel
flips "no timestamps" --no-timestamps
flips "virtual time of guests" --cntvoff 5000000 --contexts none
flips "lost events" --lose 30 --contexts none

# The same of recordings of real kernels.
unpack tests/captures/{nvhe-kvm1,vhe-kvm1}.data.xz tests/demo/vhe-guest.data.xz
for capture in nvhe-kvm1 vhe-kvm1 vhe-guest; do
	cp "$BUILD/captures/$capture.data" "$dir/data"
	"$tools/mutate" -n 60 "$dir/data" >"$tap_dir/table" 2>&1
	tap "$capture: a flipped bit gives no other record another owner" $? "$(cat "$tap_dir/table")"
done

tap_end
