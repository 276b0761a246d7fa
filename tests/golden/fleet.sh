#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Reports of several recordings: sums equal those of the single reports, the order of the files does
# not matter, and what belongs to one machine stays apart.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

gen()
{
	"$BUILD/tests/tools/gen" -o "$tap_dir/$1" --cpus 2 --places 500 --seed 7 "${@:2}" 2>/dev/null
}

a=$tap_dir/a.data b=$tap_dir/b.data c=$tap_dir/c.data
gen a.data --records 20000 --run-seed 1 --cycles 20
gen b.data --records 30000 --run-seed 2 --cycles 20 --lose 20
gen c.data --records 10000 --run-seed 3 --cycles 20
named=(--host-name "$a=web1" --host-name "$b=web2")
all=("${named[@]}" --host-name "$c=web1")

# sums FILE: samples, operations, latency cycles and cycles by all keys but the host
sums()
{
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ k = $at["world"] "," $at["symbol"] "," $at["object"]
		  s[k] += $at["samples"]; o[k] += $at["operations"]; t[k] += $at["total_sum"]
		  c[k] += $at["cycles"]; m[k] = m[k] > $at["total_max"] ? m[k] : $at["total_max"] }
		END { for (k in s) printf "%s %d %d %d %d %d\n", k, s[k], o[k], t[k], c[k], m[k] }' "$@" |
		sort
}

for f in a b c; do
	"$SPELUNK" report -q --format csv --by world,symbol,object "$tap_dir/$f.data" \
		>"$tap_dir/$f.csv"
	sed -n '2,$p' "$tap_dir/$f.csv"
done >"$tap_dir/rest"
{ head -n 1 "$tap_dir/a.csv"; cat "$tap_dir/rest"; } >"$tap_dir/one_by_one"
"$SPELUNK" report -q --format csv --by world,symbol,object "$a" "$b" "$c" >"$tap_dir/together"
tap "three recordings as CSV" $?
sums "$tap_dir/one_by_one" >"$tap_dir/want"
sums "$tap_dir/together" >"$tap_dir/got"
holds "there are rows" "$(wc -l <"$tap_dir/got") > 50"
cmp -s "$tap_dir/got" "$tap_dir/want"
tap "the sums are those of the single reports" $? "$(diff "$tap_dir/got" "$tap_dir/want")"
"$SPELUNK" report -q --format csv -i "$a" "$b" --by world,symbol,object "$c" >"$tap_dir/input"
cmp -s "$tap_dir/together" "$tap_dir/input"
tap "-i FILE is one of the files" $?

for format in text csv json; do
	for by in "" vm,symbol host,cpu,el world; do
		for files in "$a $b $c" "$b $c $a" "$c $b $a"; do
			"$SPELUNK" report -q --format $format ${by:+--by $by} "${all[@]}" $files | md5sum
		done | sort -u >"$tap_dir/orders"
		is "any order of files gives the same $format${by:+ by $by}" "$(wc -l <"$tap_dir/orders")" 1
	done
done

# Percentiles are those of all samples, not averages: within a sixteenth of the exact ones.
for q in 50 99; do
	"$SPELUNK" report -q --format csv --by world,total --columns samples --filter world=host-user "$a" "$b" |
		sed 1d | sort -t, -k 2n | awk -F, -v q=$q '$2 != "" { v[++n] = $2; k[n] = $3; all += $3 }
			END { for (i = 1; i <= n; i++) { seen += k[i]; if (seen >= all * q / 100) { print v[i]; exit } } }'
	"$SPELUNK" report -q --format csv --by world --columns total_p$q --filter world=host-user "$a" "$b" | sed 1d |
		cut -d, -f2
done | paste - - >"$tap_dir/percentiles"
holds "percentiles" "$(awk '$1 > 0 && $2 <= $1 * 17 / 16 && $2 >= $1 * 15 / 16 { n++ } END { print n + 0 }' \
	"$tap_dir/percentiles") == 2"

# Machines and what is numbered in them.
"$SPELUNK" report -q --format csv --by vm --columns samples "${all[@]}" "$a" "$b" "$c" >"$tap_dir/vms"
is "VMs get the key host" "$(head -n 1 "$tap_dir/vms")" host,vm,samples
is "VMs of different hosts stay apart, those of one fold" "$(sed 1d "$tap_dir/vms" | cut -d, -f1,2 | sort)" \
"web1,
web1,qemu-system-aar:20000
web2,
web2,qemu-system-aar:20000"
of()
{
	"$SPELUNK" report -q --format csv --by vm --columns samples "$1" | awk -F, '$1 == 0 { print $2 }'
}
is "with all of their samples" "$(awk -F, '/^web1,q/ { print $3 }' "$tap_dir/vms")" $(($(of "$a") + $(of "$c")))
"$SPELUNK" report -q --format csv --by symbol --columns samples --filter 'host=web2' "${named[@]}" "$a" "$b" |
	awk -F, 'NR > 1 { n += $2 } END { print n }' >"$tap_dir/web2"
is "a filter by host" "$(cat "$tap_dir/web2")" 30000
"$SPELUNK" report -q --format json "${named[@]}" "$a" "$b" >"$tap_dir/json"
is "losses with the file they are from" "$(jq -r '.recordings[] | [.host, .losses.lost_events > 0] |
	@csv' "$tap_dir/json" | tr '\n' ' ')" '"web1",false "web2",true '
is "and their sum" "$(jq '.losses_all.lost_events == ([.recordings[].losses.lost_events] | add)' "$tap_dir/json")" true
"$SPELUNK" report -q --host-name "$a"=$'\e[31mred\n' --by host --columns samples "$a" "$b" >"$tap_dir/hostile"
is "names are escaped" "$(grep -c $'\e' "$tap_dir/hostile")" 0

# Findings are those of the single reports.
of_file='[.id, .share_percent, .share_of, .rough, .text, (.figures[0] | .low, .high)]'
of_fleet='[.id, .share_percent, .share_of, .rough, .text, .low, .high]'
for f in $a $b $c; do
	"$SPELUNK" report -q --format json "$f" | jq -c ".findings[] | $of_file"
done >"$tap_dir/findings"
"$SPELUNK" report -q --format json "$a" "$b" "$c" | jq -c ".recordings | sort_by(.path)[] | .findings[] | $of_fleet" >"$tap_dir/fleet"
holds "there are findings" "$(wc -l <"$tap_dir/findings") >= 6"
cmp -s "$tap_dir/findings" "$tap_dir/fleet"
tap "findings are those of the single reports" $? "$(diff "$tap_dir/findings" "$tap_dir/fleet")"
"$SPELUNK" report -q --host-name "$a=web1" --host-name "$b=web2" "$a" "$b" >"$tap_dir/text"
for id in $("$SPELUNK" report -q --format json "$a" | jq -r '.findings[].id'); do
	percent=$("$SPELUNK" report -q --format json "$a" | jq -r ".findings[] | select(.id == \"$id\") | .share_percent | if . < 9.95 then (. * 10 | round) / 10 else round end")
	tr -s ' \n' ' ' <"$tap_dir/text" | sed 's/)\. /&\n/g' | grep -q " in [12] of 2 recordings: .*web1 ~\?$percent %"
	tap "text: $id" $? "$(sed -n '/^Findings/,/^$/p' "$tap_dir/text")"
done
# perf kvm stat counted as many exits as there were entries: tests/captures/exits.perf.
unpack tests/captures/exits.data.xz tests/captures/vhe-work.data.xz tests/captures/share.data.xz
exits=$BUILD/captures/exits.data
total=$(sed -n 's/^Total Samples:\([0-9]*\),.*/\1/p' tests/captures/exits.perf)
"$SPELUNK" report -q --format json --host-name "$exits=vms" "$exits" "$BUILD/captures/vhe-work.data" |
	jq -c '.recordings[] | select(.host == "vms") | [.vms_entered, .vm_entries]' >"$tap_dir/entries"
is "VMs and their entries, as perf counts them" "$(cat "$tap_dir/entries")" "[1,$total]"
"$SPELUNK" report -q "$exits" "$BUILD/captures/vhe-work.data" >"$tap_dir/text"
grep -q "^  VMs  *1 VM in 1 recording, entered $total times: run .spelunk kvm. " "$tap_dir/text"
tap "text: which command compares VMs" $? "$(grep VMs "$tap_dir/text")"
"$SPELUNK" report -q "$BUILD/captures/share.data" "$BUILD/captures/vhe-work.data" >"$tap_dir/text" 2>&1
is "no word of VMs where none was entered" "$(grep -oE '^(Findings|  VMs )' "$tap_dir/text")" Findings

is "rows by keys have no findings" "$("$SPELUNK" report -q --by host "$a" "$b" | grep -c '^Findings')" 0

# Fifty hosts, one open at a time.
files=() names=()
for i in $(seq 50); do
	gen h$i --records 400 --run-seed $i
	files+=("$tap_dir/h$i")
	names+=(--host-name "$tap_dir/h$i=host$i")
done
(ulimit -n 40; "$SPELUNK" report -q -j2 --by host --format csv --columns samples "${names[@]}" "${files[@]}") >"$tap_dir/fifty"
tap "fifty recordings with forty descriptors" $?
is "every host has its row" "$(sed 1d "$tap_dir/fifty" | grep -c '^host[0-9]*,400$')" 50

# Ledgers: by host and VM, and the sums of one VM's recordings.
unpack tests/captures/exits.data.xz tests/captures/exits-alone.data.xz
x=$BUILD/captures/exits.data y=$BUILD/captures/exits-alone.data
two=(--host-name "$x=web1" --host-name "$y=web2")
for table in ledger exits; do
	"$SPELUNK" kvm -q --format csv --table $table "${two[@]}" "$x" "$y" >"$tap_dir/$table"
	tap "kvm of two recordings as CSV: $table" $?
	"$SPELUNK" kvm -q --format csv --table $table "${two[@]}" "$y" "$x" >"$tap_dir/other"
	cmp -s "$tap_dir/$table" "$tap_dir/other"
	tap "in any order" $?
done
# single TABLE COLUMN FILE: its sum
single()
{
	"$SPELUNK" kvm -q --format csv --table "$1" "$3" | awk -F, -v c="$2" 'NR == 1 { for (i = 1; i <= NF; i++)
		if ($i == c) at = i; next } { n += $at } END { printf "%d", n }'
}
# several TABLE COLUMN HOST
several()
{
	awk -F, -v c="$2" -v h="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) at = i; next }
		$1 == h { n += $at } END { printf "%d", n }' "$tap_dir/$1"
}
for column in time_ns guest_ns kernel_ns exits entries; do
	is "the ledger's $column of each host" "$(several ledger $column web1) $(several ledger $column web2)" \
		"$(single ledger $column "$x") $(single ledger $column "$y")"
done
for column in exits kernel_ns vmm_ns timed; do
	is "the exits' $column of each host" "$(several exits $column web1) $(several exits $column web2)" \
		"$(single exits $column "$x") $(single exits $column "$y")"
done
holds "hosts have VMs" "$(several ledger exits web1) > 0 && $(several ledger exits web2) > 0"
cp "$x" "$tap_dir/x2.data"
"$SPELUNK" kvm -q --format json --host-name "$x=web" --host-name "$tap_dir/x2.data=web" "$x" "$tap_dir/x2.data" |
	jq -r '.vms[] | [.host, .recordings, .exits] | @csv' >"$tap_dir/web"
is "a VM's recordings add up" "$(awk -F, '$2 == 2 { n += $3 } END { print n }' "$tap_dir/web")" \
	$((2 * $(single ledger exits "$x")))
"$SPELUNK" kvm -q --format csv --host-name "$x=web1" --host-name "$tap_dir/x2.data=web2" "$x" "$tap_dir/x2.data" |
	cut -d, -f1-3 | sed 1d >"$tap_dir/apart"
is "VMs of equal name and pid on two hosts stay apart" "$(sed 's/,.*,/,/' "$tap_dir/apart")" "web1,1
web2,1"
exits "kvm as text, with a broken file" 2 "$SPELUNK" kvm -q "$x" "$tap_dir/nosuch" "$y"
is "says where the time went" "$(grep -c -e '^Where the time of VMs went' -e '^Exits' -e 'not read' "$tap_dir/out")" 3
refuses "steal" "tables ledger and exits" kvm --format csv --table steal "$x" "$y"

# Four against four: what the recordings of a side vary by is no change, and more guests are one.
before=() after=() more=()
for i in 1 2 3 4; do
	gen before$i --records 20000 --run-seed $i --guest-share 25
	gen after$i --records 20000 --run-seed 1$i --guest-share 25
	gen more$i --records 20000 --run-seed 2$i --guest-share 45
	before+=("$tap_dir/before$i") after+=("$tap_dir/after$i") more+=("$tap_dir/more$i")
done
# changed FILE...: worlds whose share changed, with the sign of the change
changed()
{
	"$SPELUNK" diff -q --by world --format csv "$@" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["share_significant"] == 1 { print $at["world"], ($at["share_change"] > 0 ? "+" : "-") }' | sort
}
is "recordings of the same do not differ" "$(changed "${before[@]}" -- "${after[@]}")" ""
is "those with more in guests do" "$(changed "${before[@]}" -- "${more[@]}" | grep -v -e host-kernel -e switch)" "guest-kernel +
guest-user +
host-user -"
is "in any order" "$(changed "${before[3]}" "${before[@]:0:3}" -- "${more[@]}")" \
	"$(changed "${before[@]}" -- "${more[@]}")"
"$SPELUNK" diff -q --by world --format csv "${before[@]}" -- "${more[@]}" >"$tap_dir/diff"
"$SPELUNK" report -q --by world --format csv --columns samples "${before[@]}" | sed 1d | sort >"$tap_dir/want"
awk -F, 'NR > 1 { print $1 "," $2 }' "$tap_dir/diff" | sort >"$tap_dir/got"
is "samples are those of the report" "$(cat "$tap_dir/got")" "$(cat "$tap_dir/want")"
"$SPELUNK" diff -q --by world --format csv "${before[@]:0:2}" -- "${more[@]:0:2}" >"$tap_dir/two"
is "two recordings prove nothing" "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "share_significant")
	at = i; next } $at != "" { n++ } END { print n + 0 }' "$tap_dir/two")" 0
exits "diff with a broken file" 2 "$SPELUNK" diff -q "${before[@]}" "$tap_dir/nosuch" -- "${more[@]}"
is "names it" "$(grep -c "nosuch: " "$tap_dir/err")" 1
exits "diff with nothing on a side" 1 "$SPELUNK" diff -q "${before[@]}" -- "$tap_dir/nosuch"
exits "two files behind --" 0 "$SPELUNK" diff -q -- "$a" "$b"
refuses "diff by pid" "of one machine" diff --by pid "${before[@]}" -- "${more[@]}"
refuses "diff of exits" "tables samples and whole" diff --format csv --table exits "${before[@]}" -- "${more[@]}"

# A broken one among them.
head -c 3000 /dev/urandom >"$tap_dir/broken"
exits "a broken file" 2 "$SPELUNK" report --by world "$a" "$tap_dir/broken" "$tap_dir/nosuch" "$b"
is "is named" "$(grep -c -e "^spelunk report: $tap_dir/broken: " -e "^spelunk report: $tap_dir/nosuch: " "$tap_dir/err")" 2
is "also in the report" "$(grep -c 'not read.*: ' "$tap_dir/out")" 2
grep -q '50,000 decoded' "$tap_dir/out"
tap "the others are reported" $?
exits "nothing but broken files" 1 "$SPELUNK" report "$tap_dir/broken" "$tap_dir/nosuch"

refuses "a file given twice" "given twice" report "$a" "$a"
refuses "and under another name" "given twice" report "$a" "$tap_dir/./a.data"
refuses "time" "no common clock" report --by time "$a" "$b"
refuses "call stacks" "of one recording" report --callers main "$a" "$b"
refuses "a page" "of one recording" report --format html "$a" "$b"
refuses "a VM by number" "numbered in each recording" report --filter vm=0 "$a" "$b"
exits "a VM by name" 0 "$SPELUNK" report --filter vm=nosuch --by world "$a" "$b"
is "need not be in a recording" "$(cat "$tap_dir/err")" "spelunk report: no sample matches the filter"
refuses "--vm-name" "one machine" report --vm-name 1=a "$a" "$b"
refuses "a host of no file" "FILE is a recording" report --host-name "x=y" "$a" "$b"
exits "more rows than wanted" 1 "$SPELUNK" report --by va --max-rows 100 "$a" "$b"
grep -q 'more than 100 rows' "$tap_dir/err"
tap "says so" $?

tap_end
