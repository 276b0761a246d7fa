#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk sharing beside a fold of the samples that shares no code with it, and beside
# what spelunk report says of the same lines.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/demo/vhe-guest.data.xz tests/captures/{nvhe-kvm1,vhe-kvm1,exits}.data.xz
gen=$BUILD/tests/tools/gen
"$gen" -o "$tap_dir/few.data" --records 60000 --lines 1500 --cpus 4 2>/dev/null || exit 1
"$gen" -o "$tap_dir/nvhe.data" --records 20000 --lines 3000 --cpus 3 --mode nvhe 2>/dev/null || exit 1
"$gen" -o "$tap_dir/virtual.data" --records 60000 --lines 1500 --cpus 4 --no-physical 2>/dev/null || exit 1
sharing() { "$SPELUNK" sharing -q --format csv "$@"; }
report() { "$SPELUNK" report -q --format csv "$@"; }

# fold: of samples as CSV, a line each for every cache line: address, verdict, threads,
# readers, writers, samples, loads, stores, cycles of reads, words.  physical lines.
fold()
{
	awk -F, '
		function hex(s,   n) {
			for (n = 0; s != ""; s = substr(s, 2))
				n = n * 16 + index("0123456789abcdef", substr(s, 1, 1)) - 1
			return n
		}
		# the last two digits of an address: where in 256 bytes it lies
		function low(s) { return hex(substr(s, length(s) - 1)) }
		function line_of(s,   head) {
			s = "00" substr(s, 3)
			head = substr(s, 1, length(s) - 2)
			s = head sprintf("%02x", int(low(s) / 64) * 64)
			sub(/^0+/, "", s)
			return "0x" s
		}
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["pa"] == "" { next }
		{
			line = line_of($at["pa"])
			k = int(low($at["va"]) % 64 / 8)
			op = hex(substr($at["op"], 3))
			load = store = update = 0
			if ($at["op_class"] == 1) {
				store = op % 2
				load = !store
				update = int(op / 32) == 0 && int(op / 2) % 4 == 3
			}
			reads = load || update
			writes = store || update
			tid = $at["tid"]
			id = $at["world"] == "unknown" || tid == "" ? "?" : tid == 0 ? "cpu" $at["cpu"] : tid
			n[line]++
			if (!((line, $at["cpu"]) in on)) {
				on[line, $at["cpu"]] = 1
				cpus[line]++
			}
			loads[line] += load
			stores[line] += store
			if (reads)
				cycles[line] += $at["total"]
			if (reads) r[line, k] = 1
			if (writes) w[line, k] = 1
			if (id == "?") {
				nobody[line] = 1
				if (writes) nobody_writes[line] = 1
				next
			}
			if (!((line, id) in seen)) {
				seen[line, id] = 1
				ids[line] = ids[line] " " id
			}
			if (reads) reader[line, id] = 1
			if (writes) writer[line, id] = 1
			if (writes) wrote[line, k, id] = 1
			if (reads || writes) touched[line, k, id] = 1
		}
		END {
			for (line in n) {
				nr = split(ids[line], who, " ")
				readers = writers = truly = falsely = 0
				words = ""
				for (k = 0; k < 8; k++)
					words = words ((line, k) in r ? ((line, k) in w ? "b" : "r") : (line, k) in w ? "w" : ".")
				for (a = 1; a <= nr; a++) {
					readers += (line, who[a]) in reader
					writers += (line, who[a]) in writer
					for (k = 0; k < 8; k++) {
						if (!((line, k, who[a]) in touched))
							continue
						same = other = 0
						for (b = 1; b <= nr; b++) {
							if (a == b) continue
							same += (line, k, who[b]) in wrote
							other += (line, who[b]) in writer
						}
						if (same) truly = 1
						else if (other) falsely = 1
					}
				}
				verdict = line in nobody ? "unknown" : "private"
				if (nr > 1)
					verdict = line in nobody_writes ? "unknown" : "read-shared"
				if (falsely) verdict = "false-sharing suspect"
				if (truly) verdict = falsely ? "mixed" : "true sharing"
				if ((truly || falsely) && cpus[line] == 1) verdict = "one CPU"
				printf "%s,%s,%d,%d,%d,%d,%d,%d,%d,%s\n", line, verdict, nr, readers, writers,
					n[line], loads[line], stores[line], cycles[line], words
			}
		}' | sort
}

for data in "$tap_dir"/{few,nvhe}.data "$BUILD"/captures/{vhe-guest,nvhe-kvm1,vhe-kvm1,exits}.data; do
	name=$(basename "$data")
	"$SPELUNK" dump --samples --format csv --filter 'word>=0' -i "$data" 2>/dev/null |
		fold >"$tap_dir/want"
	sharing "$data" >"$tap_dir/lines"
	sharing --table accessors "$data" >"$tap_dir/accessors"
	is "$name: lines are what the samples make" \
		"$(awk -F, -v OFS=, 'NR > 1 { print $1, $5, $6, $7, $8, $12, $13, $14, $17, $25 }' "$tap_dir/lines" |
			sort | diff - "$tap_dir/want" | head -n 4)" ""
	holds "$name: and there are some" "$(wc -l <"$tap_dir/want") > 300"
	is "$name: a line is its accessors" \
		"$(awk -F, 'NR > 1 { n[$1] += $13; l[$1] += $14; s[$1] += $15; c[$1] += $18 }
			END { for (a in n) print a "," n[a] "," l[a] "," s[a] "," c[a] + 0 }' "$tap_dir/accessors" | sort)" \
		"$(awk -F, -v OFS=, 'NR > 1 { print $1, $12, $13, $14, $17 }' "$tap_dir/lines" | sort)"
	is "$name: its figures are those of the report" \
		"$(awk -F, -v OFS=, 'NR > 1 { print $1, $12, $13, $14, $21 }' "$tap_dir/lines" | sort)" \
		"$(report --by pa_line --filter 'pa_line>=0' --columns samples,loads,stores,event:l1d-miss "$data" |
			tail -n +2 | sort)"
	is "$name: and its mean that of loads and atomics" \
		"$(awk -F, 'NR > 1 && $18 != "" { print $1 "," $18 }' "$tap_dir/lines" | sort)" \
		"$(report --by pa_line --filter 'pa_line>=0 && access=~"read|update"' --columns total_mean "$data" |
			tail -n +2 | sort)"
	is "$name: one thread of ours and many agree" "$(sharing -j3 "$data" | md5sum)" \
		"$(sharing -j1 "$data" | md5sum)"
done

# All verdicts but one are there, and threads of two VMs and of the host meet in a line.
"$SPELUNK" sharing -q --format json "$tap_dir/few.data" >"$tap_dir/json"
sharing "$tap_dir/few.data" >"$tap_dir/lines"
is "a recording has lines of several kinds" \
	"$(cat "$tap_dir/lines" <(sharing "$tap_dir/nvhe.data") | awk -F, 'NR > 1 && $5 != "verdict" { print $5 }' | sort -u | paste -sd,)" \
	"false-sharing suspect,mixed,one CPU,private,read-shared,true sharing"
if command -v jq >/dev/null; then
	holds "host and guests meet in lines" "$(jq '[.lines[] | select(.crosses)] | length' "$tap_dir/json") > 100"
	is "JSON has the same lines" \
		"$(jq -r '.lines[] | [.line, .verdict, .threads, .samples, .words] | map(tostring) | join(",")' "$tap_dir/json" | md5sum)" \
		"$(awk -F, -v OFS=, 'NR > 1 { print $1, $5, $6, $12, $25 }' "$tap_dir/lines" | md5sum)"
	is "and the same accessors" \
		"$(jq -r '.lines[].accessors[] | [.vm, .vcpu, .pid, .tid, .cpu, .samples] | map(. // "" | tostring) | join(",")' "$tap_dir/json" | md5sum)" \
		"$(sharing --table accessors "$tap_dir/few.data" | awk -F, -v OFS=, 'NR > 1 { print $7, $8, $9, $10, $11, $13 }' | md5sum)"
fi
is "the order: what is shared and written, what is read, one thread's; by cycles in each" \
	"$(awk -F, 'NR > 1 {
		tier = $5 == "private" ? 4 : $5 == "unknown" ? 3 : $5 == "one CPU" ? 2.5 : $5 == "read-shared" ? 2 : 1
		if (tier == 4 && ($11 !~ /host|switch/ || $11 !~ /guest/) && $9 < 2)
			tier = 5
		if (tier < before || tier == before && $17 > cycles) { print; exit }
		before = tier; cycles = $17 }' "$tap_dir/lines")" ""

# Virtual addresses: a line is one of an address space.
data=$tap_dir/virtual.data
sharing "$data" >"$tap_dir/lines"
is "without physical addresses lines are virtual, each in its memory" \
	"$(awk -F, 'NR > 1 { print $2 }' "$tap_dir/lines" | sort -u | paste -sd,)" "guest,host-kernel,process"
is "none of them is of two VMs" "$(awk -F, 'NR > 1 && $9 > 1' "$tap_dir/lines")" ""
is "all samples are somewhere" "$(awk -F, '{ n += $12 } END { print n }' "$tap_dir/lines")" \
	"$(report --by world --filter 'va>=0' --columns samples "$data" | awk -F, '{ n += $2 } END { print n }')"
is "a VM's lines are those that the report has of it" \
	"$(awk -F, '$2 == "guest" && $4 == 0 { print $1 "," $12 }' "$tap_dir/lines" | sort)" \
	"$(report --by cacheline --filter 'va>=0 && vm=0 && world=guest' --columns samples "$data" | tail -n +2 | sort)"
"$SPELUNK" sharing -q "$data" | tr -s ' \n' ' ' >"$tap_dir/text"
grep -qF "processes of a guest cannot be distinguished" "$tap_dir/text"
tap "text says what virtual addresses cannot show" $?

# Text.
data=$BUILD/captures/vhe-guest.data
"$SPELUNK" sharing -q "$data" >"$tap_dir/text"
is "text has the first lines" \
	"$(awk '/^Shared lines/ { on = 1 } /^How to/ { on = 0 } on { for (i = 1; i < NF; i++) if ($i ~ /^0x/) print $i }' "$tap_dir/text")" \
	"$(sharing "$data" | sed -n '2,11s/,.*//p')"
is "the lines of each verdict are counted" \
	"$(awk '/^ +lines +samples/ { on = 1; next } on && !NF { exit } on { gsub(/,/, ""); n += $1; s += $2 } END { print n, s }' "$tap_dir/text")" \
	"$(sharing "$data" | awk -F, 'NR > 1 { n++; s += $12 } END { print n, s }')"
"$SPELUNK" sharing -q --max-rows 300 "$data" | tr -s ' \n' ' ' >"$tap_dir/text"
grep -qE "[0-9]+ samples are in rows of fewer than [0-9]+ samples each and are left out: lines may lack" "$tap_dir/text"
tap "rows that are not there are told" $?
"$SPELUNK" sharing --no-progress --format csv --max-rows 300 "$data" 2>&1 >/dev/null | grep -q "and are left out: give --max-rows 0"
tap "with CSV, too" $?
"$SPELUNK" sharing -q --filter 'op=branch' "$data" | grep -qF "no sample of a memory access matches the filter"
tap "a filter that leaves nothing says so" $?
is "a filter is the report's" "$(sharing --filter 'access=write' "$data" | awk -F, '{ n += $12 } END { print n }')" \
	"$(report --by access --filter 'access=write && pa_line>=0' --columns samples "$data" | sed -n '2s/.*,//p')"

exits "no such table" 2 "$SPELUNK" sharing --format csv --table heaps "$data"
exits "a table without CSV" 2 "$SPELUNK" sharing --table lines "$data"
exits "an option of report alone" 2 "$SPELUNK" sharing --by vm "$data"
grep -qF -- "--by is an option of \`spelunk report\`: cache lines have their own keys and order" "$tap_dir/err"
tap "says why" $?
exits "no such file" 1 "$SPELUNK" sharing "$tap_dir/none.data"
cp "$data" "$tap_dir/copy.data"
exits "writing over the recording" 1 "$SPELUNK" sharing -o "$tap_dir/copy.data" "$tap_dir/copy.data"
cmp -s "$data" "$tap_dir/copy.data"
tap "leaves it as it was" $?
exits "help" 0 "$SPELUNK" sharing --help
exits "help sharing" 0 "$SPELUNK" help sharing

tap_end
