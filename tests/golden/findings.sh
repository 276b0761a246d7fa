#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Findings of samples against recordings of which the generator says what costs in them
# (tests/tools/gen_cause.c): the cause is found at its instruction, with its share and interval;
# without it there is no sentence; too few samples, losses and thresholds are seen.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

data=$tap_dir/data
kallsyms=$tap_dir/kallsyms

# generate OPTION...: $n samples of the cause, and a line of what there is to them: share and the
# ends of its interval, mispredicted branches in 1000 and theirs.
generate()
{
	"$BUILD/tests/tools/gen" -o "$data" --kallsyms "$kallsyms" --cpus 2 "$@" 2>"$tap_dir/gen"
	n=$(sed -n 's/^caused \([0-9]*\).*/\1/p' "$tap_dir/gen")
	expected=$(tr -d , <"$tap_dir/gen" | awk '
		/ records / { records = $2 }
		/^caused/ {
			n = $2; x = $4; all = $6; q = $9; rest = $11 - q
			# a compound Poisson distribution of latencies
			s = x / all
			half = 1.96 * sqrt((1 - s) ^ 2 * q + s ^ 2 * rest) / all
			# Wilson
			p = n / records; z = 1.96; d = 1 + z * z / records
			mid = (p + z * z / 2 / records) / d
			w = z * sqrt(p * (1 - p) / records + (z / 2 / records) ^ 2) / d
			printf "%.1f %.1f %.1f %.2f %.2f %.2f", 100 * s, 100 * (s - half),
				100 * (s + half), 1000 * p, 1000 * (mid - w), 1000 * (mid + w)
		}')
	read -r share low high rate rate_low rate_high <<<"$expected"
}

# found [OPTION...]: the findings
found()
{
	"$SPELUNK" report -q -i "$data" --kallsyms "$kallsyms" --summary --format json "$@" \
		>"$tap_dir/json" 2>"$tap_dir/err"
	jq -r '[.findings[].id] | join(" ")' "$tap_dir/json"
}

of_first()
{
	jq -r ".findings[0] | $1" "$tap_dir/json"
}

round='def r1: . * 10 | round / 10; def r2: . * 100 | round / 100;'

#
# Each cause, and none
#

generate --records 20000 --cause nothing
is "nothing costs: no finding" "$(found)" ""
is "and all causes are ruled out" "$("$SPELUNK" report -q -i "$data" | tr -s ' \n' ' ' |
	grep -o 'ruled out .* VMs')" \
	"ruled out loads that miss L1D (none), data from another socket (none), data from other\
 cores' caches (none), page-table walks (none), mispredicted branches (none), stores\
 (11 %) VMs"

for pair in memory:memory far:far peer:peer walks:tlb-walks mispredicted:mispredicted \
	stores:stores; do
	cause=${pair%:*}
	id=${pair#*:}
	generate --records 20000 --cause "$cause"
	is "$cause is found, and nothing else" "$(found)" "$id"
	is "$cause: share, interval and samples" \
		"$(of_first "$round [.share_percent, .figures[0].low, .figures[0].high | r1] | join(\" \")")" \
		"$(printf '%g %g %g' "$share" "$low" "$high")"
	is "$cause: that many samples" "$(of_first '.figures[1].value')" "$n"
	is "$cause: function and instruction" \
		"$(of_first '.where | "\(.symbol) \(.offset) \(.percent) \(.at_offset_percent)"')" \
		"kernel_function_6 0xffff800080000c10 100 100"
	# what it says is evidence runs, and has samples
	eval "$(of_first .evidence | sed "s|^spelunk|\"\$SPELUNK\"|")" -q --format csv \
		>"$tap_dir/rows" 2>"$tap_dir/err"
	tap "$cause: its evidence runs" $? "$(cat "$tap_dir/err")"
	is "$cause: and shows it first" "$(sed -n '2s/,.*//p' "$tap_dir/rows")" kernel_function_6
	next=$(of_first .next)
	case $next in
	*"spelunk annotate"*) grep -qF "annotate kernel_function_6 -i $data --kallsyms $kallsyms\`" <<<"$next" ;;
	*) grep -qE "sharing|numactl|huge pages" <<<"$next" ;;
	esac
	tap "$cause: what to do next" $? "$next"
done
generate --records 20000 --cause mispredicted
found >/dev/null
is "mispredicted branches of 1000 operations" \
	"$(of_first "$round .figures[-1] | [.value, .low, .high | r2] | join(\" \")")" \
	"$(printf '%g %g %g' "$rate" "$rate_low" "$rate_high")"
generate --records 20000 --cause memory
is "where the data comes from" "$(found >/dev/null; of_first .text | grep -o 'Data from [^.]*these cycles')" \
	"Data from DRAM took 100 % of these cycles"
is "threads change nothing" "$("$SPELUNK" report -q -j1 --summary -i "$data")" \
	"$("$SPELUNK" report -q -j4 --summary -i "$data")"

#
# Data on another NUMA node: of a guest's loads, of which the generator puts some there
#

generate --records 40000 --vms 1 --nodes 2 --cause memory --cause-far 38
far=$(sed -n 's/^far //p' "$tap_dir/gen")
is "far data is found beside what misses" "$(found)" "memory numa"
numa='.findings[] | select(.id == "numa")'
is "numa: so many samples" "$(jq "$numa | .figures[1].value" "$tap_dir/json")" "$far"
is "numa: and their share" "$(jq "$round $numa | .share_percent | r1" "$tap_dir/json")" \
	"$(awk -v s="$share" -v f="$far" -v n="$n" 'BEGIN { printf "%g", int(s * f / n * 10 + 0.5) / 10 }')"
is "numa: the VM's loads, and the interval" \
	"$(jq -r "$round $numa | .figures[4] | [.value, .low, .high | r1] | join(\" \")" "$tap_dir/json")" \
	"$(awk -v f="$far" -v n="$n" 'BEGIN {
		p = f / n; z = 1.96; d = 1 + z * z / n
		mid = (p + z * z / 2 / n) / d
		w = z * sqrt(p * (1 - p) / n + (z / 2 / n) ^ 2) / d
		r = 1000
		printf "%g %g %g", int(r * p + 0.5) / 10, int(r * (mid - w) + 0.5) / 10,
			int(r * (mid + w) + 0.5) / 10 }')"
is "numa: the VM" "$(jq -r "$numa | .text" "$tap_dir/json" | grep -o 'of the loads of .* (' | tail -n 1)" \
	"of the loads of vm 0 (qemu-system-aar) that may reach memory are far ("
is "numa: and its samples" "$(jq -c "$numa | [.figures[5, 6].value]" "$tap_dir/json")" "[$n,0]"
eval "$(jq -r "$numa | .evidence" "$tap_dir/json" | sed "s|^spelunk|\"\$SPELUNK\"|")" -q --format csv \
	--columns samples >"$tap_dir/rows"
is "numa: its evidence counts them" "$(awk -F, 'NR > 1 { n += $NF } END { print n }' "$tap_dir/rows")" "$far"
generate --records 20000 --vms 1 --nodes 2 --cause memory --cause-far 0
is "near data is no finding" "$(found)" memory
is "but ruled out" "$(of_first .ruled_out | grep -o 'data on another NUMA node ([^)]*)')" \
	"data on another NUMA node (none)"
generate --records 20000 --vms 1 --nodes 2 --cause memory
is "of unknown addresses nothing is said" "$(found; of_first .ruled_out | grep -c NUMA)" "memory
0"
generate --records 20000 --vms 1 --nodes 2 --cause peer --cause-far 100
is "data that a cache had did not wait for its node" "$(found)" peer
is "threads do not change it" "$("$SPELUNK" report -q -j1 --summary -i "$data")" \
	"$("$SPELUNK" report -q -j4 --summary -i "$data")"

#
# Thresholds: the interval's end on either side.  CAUSE RATE LOW-MOST NO/YES
#

edge()
{
	generate --records 100000 --cause "$1" --cause-rate "$2"
	local value=$low
	[ "$1" != mispredicted ] || value=$rate_low
	holds "$1 at $2: its interval begins at $3" "int(10 * $value + 0.5) == int(10 * $3 + 0.5)"
	is "$1 from $3 on: $4" "$(found)" "$4"
}
edge memory 82 10.0 ""
edge memory 85 10.7 memory
edge far 34 5.0 ""
edge far 38 5.3 far
edge peer 34 5.0 ""
edge peer 38 5.3 peer
edge walks 40 4.9 ""
edge walks 42 5.2 tlb-walks
edge stores 73 19.8 ""
edge stores 80 20.6 stores
edge mispredicted 340 4.9 ""
edge mispredicted 360 5.2 mispredicted
generate --records 100000 --cause memory --cause-rate 82
is "what too few samples decide is not ruled out" "$("$SPELUNK" report -q -i "$data" --summary |
	tr -s ' \n' ' ' | grep -o 'Too few samples.*ruled out data')" \
	"Too few samples to judge loads that miss L1D (12 %). ruled out data"
generate --records 100000 --cause memory --cause-rate 45
is "what is surely less is" "$("$SPELUNK" report -q -i "$data" --summary |
	tr -s ' \n' ' ' | grep -o 'ruled out loads[^,]*')" "ruled out loads that miss L1D (7.6 %)"

#
# Few samples
#

generate --records 700 --cause far --seed 12
is "ten dear samples" "$n" 10
is "are a finding" "$(found)" far
is "that says it is rough" "$(of_first .rough)" true
is "and counts where it lies" "$(of_first .text | grep -c '10 of 10 samples are in kernel_function_6')" 1
generate --records 700 --cause far --seed 5
is "nine" "$n" 9
is "are none, whatever they cost" "$(found)" ""

#
# Time, by samples of CPU cycles beside SPE's
#

# timed OPTION...: likewise, with $n of $all samples of the host's cycles at the cause, and the
# lower end of Wilson's interval of that
timed()
{
	generate --records 100000 --cycles-truth "$tap_dir/cycles" "$@"
	read -r n all low <<<"$(awk '
		/ host-/ { all++ }
		/ host-.* ffff800080000c10 / { n++ }
		END {
			p = n / all; z = 1.96; d = 1 + z * z / all
			w = z * sqrt(p * (1 - p) / all + (z / 2 / all) ^ 2) / d
			printf "%d %d %.1f\n", n, all, 100 * ((p + z * z / 2 / all) / d - w)
		}' "$tap_dir/cycles")"
}

timed --cause nothing --cycles 50
is "time is where the operations are: no finding" "$(found)" ""
timed --cause time --cycles 100
is "operations that wait are found by their time" "$(found)" time
is "as many samples of cycles" "$(of_first '"\(.where.samples) \(.where.of_samples)"')" "$n $all"
is "the share's lower end" "$(of_first "$round .figures[0].low | r1")" "$(printf %g "$low")"
is "and their code" "$(of_first .where.symbol)" kernel_function_6
is "that no latency says why" "$(of_first .text | grep -c 'its operations wait for each other')" 1
eval "$(of_first .evidence | sed "s|^spelunk|\"\$SPELUNK\"|")" -q --sort time_share --format csv >"$tap_dir/rows" 2>"$tap_dir/err"
is "evidence of time runs" "$(sed -n '2s/,.*//p' "$tap_dir/rows")" kernel_function_6
timed --cause memory --cycles 10
is "latencies that overlap are found before their cause" "$(found)" "overlap memory"
is "with the little time they take" \
	"$(jq -r '.findings[0].where | "\(.symbol) \(.samples) \(.of_samples)"' "$tap_dir/json")" \
	"kernel_function_6 $n $all"
timed --cause time --cause-rate 5000 --cycles 2
is "less than twice as much time as operations is none" "$(found)" ""
timed --cause time --cause-rate 5000 --cycles 3
is "more is" "$(found)" time
timed --cause time --cause-rate 320 --cycles 20
is "time from 9.6 % on" "$low $(found)" "9.6 "
timed --cause time --cause-rate 340 --cycles 20
is "and from 10.1 % on" "$low $(found)" "10.1 time"
timed --cause time --cycles 20000
holds "of a few samples of cycles" "$all < 30"
is "nothing is said of time" "$(found)" ""
timed --cause memory --cycles 10
is "nor where the filter leaves none" "$(found --filter op=load)" memory

#
# Losses and selection
#

generate --records 20000 --cause memory --damage 200
is "a loss comes first" "$(found | cut -d' ' -f1)" loss
is "and what holds in spite of it" "$(found)" "loss memory"
generate --records 20000 --cause memory --damage 800
is "too much is lost for any other" "$(found)" loss
generate --records 100000 --cause memory --cause-rate 85 --damage 100
is "a cause that a loss may hide is no finding" "$(found)" "loss"

#
# The summary
#

generate --records 20000 --cause memory
found --filter 'op=load || op=store' >/dev/null
is "evidence joins the report's filter" "$(of_first .evidence)" \
	"spelunk report --by symbol,source -i $data --kallsyms $kallsyms --filter '(op=load || op=store) && (op=load && l1d-miss)'"
"$SPELUNK" report -q -i "$data" --kallsyms "$kallsyms" >"$tap_dir/text"
sed -n '/Evidence: `/,/`$/p' "$tap_dir/text" | tr -d '`' |
	sed "s|Evidence: spelunk|\"$SPELUNK\"|; \$s|\$| -q --format csv|" >"$tap_dir/command"
is "lines of a command run as they are printed" "$(sh "$tap_dir/command" | sed -n '2s/,.*//p')" \
	kernel_function_6
"$SPELUNK" report -q -i "$data" --kallsyms "$kallsyms" --summary >"$tap_dir/text"
holds "it fits a chat" "$(wc -l <"$tap_dir/text") <= 30 && $(wc -L <"$tap_dir/text") <= 100"
is "the costliest code is named" "$(grep -c '^  costliest .*kernel_function_6' "$tap_dir/text")" 1
is "code without a symbol, too" "$("$SPELUNK" report -q -i "$data" --summary |
	tr -s ' \n' ' ' | grep -c 'costliest code without a symbol in \[kernel\]')" 1
"$BUILD/tests/tools/gen" -o "$data" --records 2000 --cpus 256 2>/dev/null
holds "nor does JSON grow with CPUs" "$("$SPELUNK" report -q -i "$data" --summary --format json |
	wc -l) < 250"
exits "no CSV of it" 2 "$SPELUNK" report -i "$data" --summary --format csv
exits "nor rows" 2 "$SPELUNK" report -i "$data" --summary --by symbol
exits "no room for it" 1 "$SPELUNK" report -q -i "$data" --summary -o /dev/full
unpack tests/captures/exits.data.xz
"$SPELUNK" kvm -q -i "$BUILD/captures/exits.data" --summary >"$tap_dir/text"
holds "that of exits fits, too" "$(wc -l <"$tap_dir/text") <= 30 && $(wc -L <"$tap_dir/text") <= 100"
is "and says that it is cut" "$(tail -n 1 "$tap_dir/text")" "  ... (run without --summary for the rest)"
is "findings of exits have the same keys" \
	"$("$SPELUNK" kvm -q -i "$BUILD/captures/exits.data" --summary --format json |
		jq -c '[.findings[] | has("id", "share_percent", "evidence", "ruled_out", "next", "figures")] | all')" \
	true
is "and nothing else is there" "$("$SPELUNK" kvm -q -i "$BUILD/captures/exits.data" --summary \
	--format json | jq -c '[.vms, .functions]')" "[null,null]"

#
# A program whose time and latencies differ by design (tests/lab/guest/overlap.c)
#

unpack tests/captures/overlap.{data,elf}.xz
mkdir -p "$tap_dir/symfs/share"
cp "$BUILD/captures/overlap.elf" "$tap_dir/symfs/share/overlap"
overlap=(-q -i "$BUILD/captures/overlap.data" --symfs "$tap_dir/symfs")
"$SPELUNK" report "${overlap[@]}" --by symbol --filter world=host-user --format csv \
	--columns time_share,cost | head -n 3 >"$tap_dir/out"
holds "the report shows both: chain has nine tenths of the time, stream most latency cycles" \
	"$(awk -F, 'NR == 2 { print "\"" $1 "\" == \"chain\" &&", $2, "> 85 &&", $3, "< 45 &&" }
		NR == 3 { print "\"" $1 "\" == \"stream\" &&", $2, "< 15 &&", $3, "> 55" }' "$tap_dir/out")"
"$SPELUNK" report "${overlap[@]}" --summary --format json >"$tap_dir/json"
is "the finding says which is which" \
	"$(jq -r '.findings[] | select(.id == "overlap") | .text' "$tap_dir/json" |
		sed -E 's/[0-9.]+ %/N %/g; s/\([^)]*\) //')" \
	"stream takes N % of the host's time and N % of the latency cycles: its latencies overlap, so shortening them saves at most that time. Most time is in chain: N %, with N % of the latency cycles."

#
# A filter that matches nothing
#

unpack tests/demo/*.xz
demo=(-i "$BUILD/captures/vhe-guest.data" --kallsyms "$BUILD/captures/kallsyms-6.12"
	--guest "$BUILD/captures/guest.elf")
# none FILTER WHAT IS SAID [OPTION...]
none()
{
	exits "$1 matches nothing: an answer" 0 "$SPELUNK" report "${demo[@]}" --by cpu --columns samples \
		--format csv --filter "$1"
	is "$1: the header alone is written" "$(cat "$tap_dir/out")" cpu,samples
	is "$1: and what occurs is said" "$(grep -v 'no symbols' "$tap_dir/err")" \
		"spelunk report: no sample matches the filter$2"
}
none vm=7 ": vm=7 does not occur; this recording has 0, 1"
none 'cpu=3 && vm=9' ": cpu=3 does not occur; this recording has 0. vm=9 does not occur; this recording has 0, 1"
none guest_pid=4 ": guest_pid=4 does not occur: no sample of this recording has a guest_pid"
none 'symbol=guest_chaes' ": symbol=guest_chaes does not occur; did you mean guest_chase?"
none 'comm=wrk' ": comm=wrk does not occur; did you mean work?"
none 'vm=0 && world=host' ""

# A VM that does not exist is a wrong option.
for command in report annotate sharing "export --to folded" "dump --samples"; do
	exits "$command: no VM of that name" 2 "$SPELUNK" $command -i "$BUILD/captures/vhe-guest.data" --filter vm=wbe
	is "$command: the VMs there are" "$(cat "$tap_dir/err")" \
		"spelunk ${command%% *}: $BUILD/captures/vhe-guest.data: --filter: no VM is named \"wbe\": the recording has VM 0 (web), 1 (db)"
done
exits "diff: no VM of that name" 2 "$SPELUNK" diff -q --filter 'vm="wbe"' "$BUILD/captures/vhe-guest.data" \
	"$BUILD/captures/vhe-guest.data"
exits "two VMs of a name" 2 "$SPELUNK" report "${demo[@]}" --vm-name 155=web --filter vm=web
is "are listed" "$(cat "$tap_dir/err")" "spelunk report: $BUILD/captures/vhe-guest.data: --filter: \
2 VMs are named \"web\": filter by number: 0 (web, process 154), 1 (web, process 155)"
is "a VM's name is its number" \
	"$("$SPELUNK" report "${demo[@]}" --vm-name "155=build box" --filter 'vm="build box"' --by symbol --format csv)" \
	"$("$SPELUNK" report "${demo[@]}" --filter vm=1 --by symbol --format csv)"

exits "dump says it, too" 0 "$SPELUNK" dump --samples -i "$BUILD/captures/vhe-guest.data" --filter vm=7
is "and prints nothing else" "$(cat "$tap_dir/out" "$tap_dir/err")" \
	"spelunk dump: no sample matches the filter: vm=7 does not occur; this recording has 0, 1"
exits "so does sharing" 0 "$SPELUNK" sharing -i "$BUILD/captures/vhe-guest.data" --filter vm=7
is "in the same words" "$(grep -c 'vm=7 does not occur; this recording has 0, 1' "$tap_dir/err")" 1
is "JSON stays JSON" "$("$SPELUNK" report "${demo[@]}" --filter vm=7 --format json 2>/dev/null | jq -c .findings)" "[]"
exits "and with -q nothing is said" 0 "$SPELUNK" report -q "${demo[@]}" --by cpu --format csv --filter vm=7
is "at all" "$(cat "$tap_dir/err")" ""

tap_end
