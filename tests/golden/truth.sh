#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Millions of records, each compared with the ground truth: undamaged records must be decoded field
# by field, and attributed; damage must not produce false records.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

tools=$BUILD/tests/tools
dir=$BUILD/truth
mkdir -p "$dir"
trap 'rm -rf "$dir" "$tap_dir"' EXIT

# compare ARGUMENTS OF gen...: write the table to $tap_dir/table
compare()
{
	"$tools/gen" -o "$dir/data" --truth "$dir/truth" "$@" 2>/dev/null &&
		"$tools/truth" -v "$dir/data" "$dir/truth" >"$tap_dir/table" 2>&1
}

value()
{
	awk -v what="$1" 'index($0, what) { print $NF; exit }' "$tap_dir/table"
}

clean()
{
	local name=$1
	shift
	compare "$@"
	tap "$name: every record is right, and its owner" $? "$(grep -v ' 0$' "$tap_dir/table")"
}

# damaged NAME INVENTED BESIDE ARGUMENTS...: the first two are the limits per 1000 damaged records.
# Bytes missing at a record's end are taken from the beginning of the next one, and extra bytes may
# look like a packet: no decoder can avoid this in every case.
damaged()
{
	local name=$1 may_invent=$2 may_lose=$3 beside hurt
	shift 3
	compare "$@"
	lost=$(($(value 'not damaged, missing') + $(value 'not damaged, wrong')))
	beside=$(value 'of these, right after')
	hurt=$(($(value '  damaged, missing') + $(value 'damaged, right in') + \
		$(value 'damaged, as much') + $(value 'wrong in the damaged') + \
		$(value 'wrong beside')))
	holds "$name: nothing is invented" "$(value '  invented') * 1000 <= $may_invent * $hurt"
	is "$name: what was cut is not decoded" "$(value 'cut, yet')" 0
	holds "$name: whole records are found" "($lost - $beside) * 1000 <= 2 * $hurt"
	holds "$name: beside the damage, too" "$beside * 1000 <= $may_lose * ($hurt + 200)"
	is "$name: no owner is wrong" "$(value 'owner wrong')" 0
}

# 512 MiB of AUX data if there is room.
records=8388608
[ "$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')" -gt 6000000 ] || records=1000000
[[ $BUILD != *san* ]] || records=1000000

clean "$records records" --records $records
clean "packed" --records 500000 --align 0
clean "packed, chunks end anywhere" --records 500000 --align 0 --split-chunks
clean "EVENTS of two sizes" --records 500000 --mixed-events --previous-target
clean "packets in any order" --records 300000 --orders random
clean "nVHE host" --records 500000 --mode nvhe
clean "a timer of 25 MHz" --records 500000 --timer-hz 25000000
clean "one CPU" --records 200000 --cpus 1
clean "300 CPUs" --records 300000 --cpus 300
clean "maps over maps" --records 200000 --remaps 200000
clean "5,000 processes" --records 200000 --processes 5000
clean "256 CPUs, 32 VMs" --records 200000 --cpus 256 --vms 32
clean "two PMUs, metadata v2" --records 200000 --pmus 2 --info v2
clean "a pipe stream" --records 200000 --pipe

for align in 64 0; do
	run=(--records 500000 --align $align --damage 10 --damage-kind)
	damaged "headers changed, align $align" 0 0 "${run[@]}" header
	is "headers changed, align $align: every whole record" $lost 0
	damaged "bytes changed, align $align" 0 0 "${run[@]}" bytes
	is "bytes changed, align $align: every whole record" $lost 0
	damaged "bytes inserted, align $align" 5 20 "${run[@]}" insert
	damaged "bytes dropped, align $align" 10 $((align ? 50 : 400)) "${run[@]}" drop
	damaged "chunks cut short, align $align" 0 20 --records 500000 --align $align \
		--truncate-chunks
done

# With packets in random order no layout is known, but records begin at multiples of 64.
for kind in header bytes; do
	damaged "$kind changed, packets in any order" 0 10 --records 200000 --orders random \
		--damage 10 --damage-kind $kind
done

# Tasks that move between cgroups: without proof the cgroup is unknown, never a wrong one.
# cgroups NAME LEAST MOST ARGUMENTS...: percentage of records with a known cgroup
cgroups()
{
	local name=$1 least=$2 most=$3 known
	shift 3
	"$tools/gen" -o "$dir/data" --truth "$dir/truth" "$@" 2>/dev/null
	"$tools/truth" --cgroups "$dir/data" "$dir/truth" >"$tap_dir/table" 2>&1
	known=$(value 'cgroup right')
	is "$name: no cgroup is wrong" "$(value 'cgroup wrong')" 0
	holds "$name: $least to $most % are known" \
		"$known * 100 >= $least * $records && $known * 100 <= $most * $records"
}

records=500000
cgroups "cgroups by /proc and samples" 75 99 --records $records --cgroups all
cgroups "an nVHE host" 75 99 --records $records --cgroups all --mode nvhe
cgroups "cgroups by samples alone" 30 90 --records $records --cgroups no-map
cgroups "samples of cgroups without paths" 0 1 --records $records --cgroups no-paths
cgroups "no cgroups" 0 0 --records $records
cgroups "lost samples of cgroups" 0 50 --records $records --cgroups all --lose 200

# nodes ARGUMENTS...: the node of each CPU, and of the data of each record with a physical address
nodes()
{
	"$tools/gen" -o "$dir/data" --truth "$dir/truth" --records 200000 "$@" 2>/dev/null
	"$tools/truth" --nodes=3 "$dir/data" "$dir/truth" >"$tap_dir/table" 2>&1
}

nodes --nodes 3
is "three NUMA nodes: none is wrong or unknown" "$(value 'node wrong') $(value 'node unknown')" "0 0"
nodes --nodes 3 --pipe
is "a pipe stream: none is wrong or unknown" "$(value 'node wrong') $(value 'node unknown')" "0 0"
nodes
is "no record of nodes: none is known" "$(value 'node wrong')" 0
"$SPELUNK" report -i "$dir/data" --by cpu_node,node,far --format csv >"$tap_dir/out" 2>&1
is "and reports say so" "$(sed -n 2p "$tap_dir/out" | cut -d, -f1-3)" ",,"
"$tools/gen" -o "$dir/data" --records 200000 --nodes 3 2>/dev/null
"$SPELUNK" report -i "$dir/data" --by cpu_node,node,far --format csv >"$tap_dir/out" 2>&1
is "far is another node, in every row of a report" \
	"$(awk -F, 'NR > 1 && ($2 == "" ? $3 != "" : $3 != ($1 != $2)) || NR > 1 && $1 == ""' \
	"$tap_dir/out")" ""
is "a filter counts the same" \
	"$("$SPELUNK" report -i "$dir/data" --by world --filter 'far = 1' --format csv |
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "samples") c = i } NR > 1 { n += $c } END { print n }')" \
	"$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "samples") c = i } $3 == 1 { n += $c } END { print n }' "$tap_dir/out")"

# A thread's own buffer does not identify the CPU: entries and exits are searched on all CPUs.
world_of_vcpu()
{
	"$tools/gen" -o "$dir/data" --records 50000 --cpus 1 "$@" 2>/dev/null
	"$SPELUNK" report -i "$dir/data" --by world,tid --format csv |
		awk -F, '$1 == "switch" { print $2, $3 }' | sort -k2nr
}
expected=$(world_of_vcpu | head -n 1)
is "a thread's own buffer: its world switches are those seen on the CPU" \
	"$(world_of_vcpu --thread "${expected% *}")" "$expected"

tap_end
