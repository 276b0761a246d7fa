#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Beside perf, where there is one: the same packets, the same number of samples, the same rows.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

perf=${PERF:-$(command -v perf || true)}
if [ -z "$perf" ] || ! "$perf" version >/dev/null 2>&1; then
	skip_all "no perf"
fi
unpack tests/demo/*.data.xz tests/captures/*.data.xz

# Samples of `perf report --itrace=i1i`.
perf_samples()
{
	"$perf" report --itrace=i1i --stdio -i "$1" 2>/dev/null |
		awk '/^# Samples:.*instructions/ { n = 1 }
			n && /^# Event count/ { print $NF; exit }'
}

for name in vhe-work vhe-kvm1 nvhe-kvm1 vhe-guest; do
	data=$BUILD/captures/$name.data
	tests/golden/perf_dump.sh "$perf" "$SPELUNK" "$data" >"$tap_dir/out" 2>&1
	tap "$name: every packet as perf prints it" $? "$(tail -n 12 "$tap_dir/out")"
	is "$name: as many samples as perf finds" \
		"$("$SPELUNK" dump --records --format csv -i "$data" | tail -n +2 | wc -l)" \
		"$(perf_samples "$data")"
done

# Recordings without guests, whose samples perf counts as their VMM's.
# same_rows NAME OPTIONS...: of a recording made with these options
same_rows()
{
	local name=$1

	"$BUILD/tests/tools/gen" -o "$tap_dir/gen" --kallsyms "$tap_dir/kallsyms" \
		--symfs "$tap_dir/symfs" --guest-share 0 --bytes 2M "${@:2}" 2>/dev/null
	for keys in comm,object,symbol object,symbol; do
		"$perf" report --itrace=i1i --stdio -n -t, --kallsyms "$tap_dir/kallsyms" \
			--symfs "$tap_dir/symfs" --sort "${keys//object/dso}" -i "$tap_dir/gen" \
			>"$tap_dir/theirs" 2>/dev/null
		"$SPELUNK" report -q --kallsyms "$tap_dir/kallsyms" --symfs "$tap_dir/symfs" \
			--by "$keys" --format csv -i "$tap_dir/gen" >"$tap_dir/ours"
		read -r same differ theirs ours \
			< <(awk -f tests/same-rows.awk "$tap_dir/theirs" "$tap_dir/ours")
		is "$name by $keys: no row differs from perf's" "$differ $theirs" "0 $ours"
		[ "$same" -ge 500 ]
		tap "$name by $keys: as many rows as expected" $? "$same are the same"
	done
}

same_rows "few processes"
same_rows "many processes" --processes 200

# Each process maps the code that it runs.
is "many processes: no sample in code of no object" \
	"$(awk -F, '$1 == "" { n += $3 } END { print n + 0 }' "$tap_dir/ours")" 0

tap_end
