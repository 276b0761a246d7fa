#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# HTML pages: their structure, read by another program than the writer; their figures, which are
# those of JSON; names of a hostile recording; bounds; the same bytes twice.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf,guest.c}.xz tests/captures/exits.data.xz \
	tests/captures/{share,calls,quick}.data.xz
captures=$BUILD/captures
mkdir -p "$tap_dir/symfs/tests/lab/guest" "$tap_dir/symfs/share"
cp "$captures/guest.c" "$tap_dir/symfs/tests/lab/guest/"
for f in vmm work; do
	xz -dc tests/demo/$f.elf.xz >"$tap_dir/symfs/share/$f"
done
demo=(-q -i "$captures/vhe-guest.data" --kallsyms "$captures/kallsyms-6.12" --guest "$captures/guest.elf")
all=("${demo[@]}" --symfs "$tap_dir/symfs")
page=$tap_dir/page.html
rows=$tap_dir/rows

# draw COMMAND OPTION...: the page, and its rows
draw()
{
	"$SPELUNK" "$@" --format html -o "$page" 2>"$tap_dir/err" || cat "$tap_dir/err"
	awk -f tests/golden/html.awk "$page" >"$rows"
}

# sound NAME: nothing is wrong with the page
sound()
{
	is "$1: markup is sound" "$(grep '^fault' "$rows" | head -n 5)" ""
}

# values SECTION TABLE NAME...: these of each row of a table; title, mark: as html.awk has them
values()
{
	local section=$1 table=$2
	shift 2
	awk -F'\t' -v section="$section" -v table="$table" -v names="$*" '
		$1 == section && $2 == table {
			n = split(names, name, " ")
			line = ""
			for (i = 1; i <= n; i++)
				line = line " " (name[i] == "title" ? $3 : name[i] == "mark" ? $4 : \
					match($5, " " name[i] "=[^ ]*") ? \
					substr($5, RSTART + length(name[i]) + 2, RLENGTH - length(name[i]) - 2) : "-")
			print substr(line, 2)
		}' "$rows"
}

#
# Structure
#

draw report "${all[@]}"
cp "$page" "$tap_dir/report.html"
sound report
is "all sections, in order" "$(grep -o '<section id="[a-z]*"' "$page" | cut -d'"' -f2 | xargs)" \
	"findings worlds vms exits time latency hot flame sharing quality how"
is "the legend of vCPUs' lanes has all that they show" \
	"$(grep -o '<span>vCPU threads</span>.*' "$page" | grep -o '</i>[^<]*' | cut -c5- | paste -sd,)" \
	"in the guest,exits, in the kernel,VMM,stolen,halted"
is "and they show halted time" "$(sed -n '/id="time"/,/id="latency"/p' "$page" | grep -c '"a-halted" d=')" 1
is "each is linked" "$(grep -o 'href="#[a-z]*"' "$page" | cut -d'#' -f2 | tr -d '"' | sort -u | xargs)" \
	"exits findings flame hot how latency quality sharing time top vms worlds"
holds "at most 1 MiB" "$(stat -c %s "$page") <= 1048576"
is "nothing is loaded" "$(grep -cE '(src|srcset|action)=|href="[^#]|@import|url\(|https?://' "$page")" 0
is "nothing is set by style attributes" "$(grep -c 'style="' "$page")" 0
# hash_of ELEMENT: of what stands in it, as a policy names it
hash_of()
{
	awk -v e="$1" 'BEGIN { RS = "\001" } { at = index($0, "<" e ">") + length(e) + 2
		printf "%s", substr($0, at, index($0, "</" e ">") - at) }' "$page" |
		sha256sum | cut -c-64 | tr a-f A-F | basenc --base16 -d | base64
}
is "the policy allows this script and this style, and nothing else" \
	"$(grep -o 'Content-Security-Policy" content="[^"]*"' "$page" | cut -d'"' -f3)" \
	"default-src 'none'; script-src 'sha256-$(hash_of script)'; style-src 'sha256-$(hash_of style)';\
 base-uri 'none'; form-action 'none'"
is "one script" "$(grep -c '<script' "$page")" 1
is "code of the hottest function, with its source" \
	"$(awk '/<code class="fn">guest_chase</ { there = 1 } there' "$page" |
		grep -m 1 -o '^<tr class="src">.*guest.c:170.*for (')" \
	'<tr class="src"><td colspan="4"><small>guest.c:170</small></td><td>&emsp;&emsp;for ('
is "the command is there" "$(grep -c '^<pre class="copy">spelunk report --format html -i ' "$page")" 1

#
# Figures
#

"$SPELUNK" report "${all[@]}" --format json >"$tap_dir/report.json"
"$SPELUNK" kvm "${all[@]}" --format json >"$tap_dir/kvm.json"
"$SPELUNK" report "${all[@]}" --summary --format json >"$tap_dir/summary.json"
is "worlds" "$(values worlds worlds mark samples total_mean total_p50 total_p99 | sort)" \
	"$(jq -r '.worlds[] | select(.samples > 0) | .total as $t | "\(.world) \(.samples) \($t.mean) \($t.p50) \($t.p99)"' \
		"$tap_dir/report.json" | awk '{ printf "%s %d %.2f %d %d\n", $1, $2, $3, $4, $5 }' | sort)"
columns=cost,share,samples,total_mean,total_p99,l1d_miss,tlb_walk,mispredict
is "hot functions, in order" "$(values hot "hot sorts" ${columns//,/ } | head -n 40)" \
	"$("$SPELUNK" report "${all[@]}" --by world,vm,symbol,object --columns $columns --limit 40 --format csv |
		awk -F, 'NR > 1 { for (i = NF - 7; i <= NF; i++) printf "%s%s", $i == "" ? "-" : $i, i < NF ? " " : "\n" }')"
accounts='guest_ns kernel_ns vmm_ns halted_ns preempted_ns waiting_ns unknown_ns'
is "the ledger of each vCPU" "$(values vms "ledger sorts" mark time_ns $accounts exits preemptions)" \
	"$(jq -r '.vms[].vcpus[] | "\(.tid) \(.time_ns) \(.guest_ns) \(.kernel_ns) \(.vmm_ns) \(.halted_ns) \(.preempted_ns) \(.waiting_ns) \(.unknown_ns) \(.exits) \(.preemptions)"' "$tap_dir/kvm.json")"
is "exits by reason" "$(values exits "exits sorts" title mark exits mean_ns p50_ns p99_ns max_ns)" \
	"$(jq -r '.vms[] | "vm \(.vm) \(.name)" as $vm | .reasons[] | "\($vm) \(.reason) \(.exits) \(.mean_ns) \(.p50_ns) \(.p99_ns) \(.max_ns)"' "$tap_dir/kvm.json")"
is "findings, of exits and of samples" \
	"$(grep -o '<li data-id="[^"]*">\|<b data-v="[^"]*">' "$page" | cut -d'"' -f2 | xargs)" \
	"$(jq -r '.findings[] | .id, .share_percent' "$tap_dir/kvm.json" "$tap_dir/summary.json" |
		awk '/^[0-9]/ { printf "%.2f\n", $1; next } 1' | xargs)"
is "samples by data source" "$(awk '
	/<section/ { in_it = /id="latency"/ }
	in_it && /<div class="bar/ { whole = /<div class="bar">/ }
	in_it && whole && match($0, /data-k="samples" data-v="[0-9]*/) {
		print substr($0, RSTART + 25, RLENGTH - 25) }' "$page" | sort -n | xargs)" \
	"$("$SPELUNK" report "${all[@]}" --by source,op --filter 'total>=0' --columns samples --format csv |
		awk -F, 'NR > 1 && $1 != "" { n[$1] += $3 } NR > 1 && $1 == "" && ($2 == "store" || $2 == "load") { n[$2] += $3 }
			END { for (k in n) print n[k] }' | sort -n | xargs)"
is "losses" "$(values quality losses records truncated_regions torn_records | tail -n 1)" \
	"$(jq -r '.losses_all | "\(.records) \(.truncated_regions) \(.torn_records)"' "$tap_dir/summary.json")"

#
# The same bytes, and pages of other recordings
#

for jobs in 1 4; do
	"$SPELUNK" report "${all[@]}" -j$jobs --format html -o "$page"
	cmp -s "$page" "$tap_dir/report.html"
	tap "the same bytes with -j$jobs" $?
done
draw kvm "${all[@]}"
sound kvm
is "of exits alone" "$(grep -o '<section id="[a-z]*"' "$page" | cut -d'"' -f2 | xargs)" \
	"findings vms exits time quality how"
draw kvm -q -i "$captures/exits.data"
sound "details of exits"
is "details" "$(grep -c '<tr class="detail"><td>write 0x9000040 &rarr; MMIO</td>' "$page")" 1
draw report -q -i "$captures/calls.data"
sound "call stacks"
is "the flame graph's root has all cycles" "$(grep -c '100 % of the cycles, [0-9,]* samples: all</title>' "$page")" 1
is "its frames have the samples of --children" \
	"$(grep -o '[0-9,]* samples: calls+0x7xx' "$page" | tr -d , | awk '{ n += $1 } END { print n }')" \
	"$("$SPELUNK" report -q -i "$captures/calls.data" --children --format csv |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $at["function"] == "calls+0x7xx" { print $at["total_samples"] }')"
draw report -q -i "$captures/share.data"
shared_lines=$(values sharing "lines sorts" samples loads stores)
is "shared lines" "$(head -n 2 <<<"$shared_lines" | xargs)" \
	"$("$SPELUNK" sharing -q -i "$captures/share.data" --format json | jq -r '.lines[0] | "\(.samples) \(.loads) \(.stores)", (.accessors[0] | "\(.samples) \(.loads) \(.stores)")' | xargs)"
draw sharing -q -i "$captures/share.data"
sound sharing
is "of shared lines alone" "$(grep -o '<section id="[a-z]*"' "$page" | cut -d'"' -f2 | xargs)" \
	"sharing quality how"
is "they are those of the report" "$(values sharing "lines sorts" samples loads stores)" "$shared_lines"

# Two recordings
"$BUILD/tests/tools/gen" -o "$tap_dir/a.data" --kallsyms "$tap_dir/kallsyms" --records 60000 2>/dev/null
"$BUILD/tests/tools/gen" -o "$tap_dir/b.data" --records 60000 --run-seed 2 --slower 20 2>/dev/null
pair=("$tap_dir/a.data" "$tap_dir/b.data" -q --kallsyms "$tap_dir/kallsyms" --by symbol)
draw diff "${pair[@]}"
sound diff
"$SPELUNK" diff "${pair[@]}" --format json >"$tap_dir/diff.json"
# The values of a figure as numbers, whatever zeros they end in.
numbers='{ for (i = 1; i <= NF; i++) printf "%s%s", $i == "null" ? "-" : $i + 0, i < NF ? " " : "\n" }'
is "the recordings as a whole" "$(values whole changes latency_a latency_b growth_percent | grep -v "^-" | awk "$numbers")" \
	"$(jq -r '.whole.latency | "\(.a) \(.b) \(.growth_percent)"' "$tap_dir/diff.json" | awk "$numbers")"
is "what samples changed" "$(values samples "changes sorts" cost_a cost_b cost_change count_a count_b |
	sed 's/-\( \|$\)/null\1/g' | head -n 20 | awk "$numbers")" \
	"$(jq -r '.samples.rows[:20][] | "\(.cost.a) \(.cost.b) \(.cost.change) \(.count_a) \(.count_b)"' "$tap_dir/diff.json" |
		awk "$numbers")"
is "intervals are drawn" "$(grep -c '<svg class="interval"' "$page")" \
	"$(jq '[.whole[] | objects | .significant] + [.samples.rows[:40][] | .cost, .total_mean | .significant] +
		[.exits.rows[:40][] | .exits_s, .cost_us | .significant] + [.ledger.rows[:40][] | .share.significant] |
		map(values) | length' "$tap_dir/diff.json")"
is "the command" "$(grep -c '^<pre class="copy">spelunk diff .* --by symbol' "$page")" 1

#
# A hostile recording
#

mkdir "$tap_dir/hostile"
hostile "$tap_dir/hostile"
is "it is as long as it was" "$(stat -c %s "${hostile_options[2]}")" "$(stat -c %s "$captures/vhe-guest.data")"
draw kvm "${hostile_options[@]}"
sound "hostile names, kvm"
is "one script" "$(grep -c '<script' "$page")" 1
draw report "${hostile_options[@]}" --symfs "$tap_dir/hostile/symfs" \
	--filter 'comm != "<script>hostile(8)</script>" || symbol != "&lt;"'
sound "hostile names"
is "one script, too" "$(grep -c '<script' "$page")" 1
cp "$page" "$tap_dir/hostile.html"
draw diff -q "${hostile_options[2]}" "$captures/vhe-guest.data" --kallsyms "A=$tap_dir/hostile/kallsyms"
sound "hostile names, diff"
is "one script of diff" "$(grep -c '<script' "$page")" 1
cp "$tap_dir/hostile.html" "$page"
for name in '&lt;script&gt;hostile(4)&lt;/script&gt;' '&quot;&gt;&lt;svg/onload=hostile(5)&gt;' \
	'&lt;img src=x o=&#39;' '&lt;script&gt;hostile(7)&lt;/script&gt;' '&lt;script&gt;x()&lt;/script&gt;' \
	'&lt;/td&gt;&lt;script&gt;hostile(6)&lt;/script&gt; \\x1b\[31m\\u{202e}' \
	'&lt;img src=x onerror=hostile(3)&gt;' '&quot;&lt;script&gt;hostile(8)&lt;/script&gt;&quot;' \
	'&quot;&amp;lt;&quot;'; do
	grep -q -- "$name" "$page"
	tap "is shown as text: $name" $?
done

#
# Bounds
#

"$BUILD/tests/tools/gen" -o "$tap_dir/big.data" --kallsyms "$tap_dir/kallsyms" --records 300000 --cpus 512 \
	--places 20000 --cycles 50 2>/dev/null
draw report -q -i "$tap_dir/big.data" --kallsyms "$tap_dir/kallsyms"
sound "a large recording"
holds "of 512 CPUs and many functions: below 5 MiB" "$(stat -c %s "$page") < 5 * 1048576"
is "what is left out is said" "$(grep -cE '^<p class="left">[0-9,]+ more (CPUs with fewer samples|functions) left out</p>$' "$page")" 2

#
# Command lines
#

refuses "rows by keys" "the whole report" report --format html --by symbol
refuses "callers" "the whole report" report --format html --callers f
refuses "columns" "its own columns" report --format html --columns cost
refuses "the summary" "the whole report" report --format html --summary
refuses "annotate" "html" annotate --format html
exits "no room for it" 1 "$SPELUNK" report "${demo[@]}" --format html -o /dev/full

tap_end
