#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The screens: their contents after a list of keys, and their numbers equal the batch report's.
#
#   UPDATE=1 tests/golden/tui.sh    renew tests/screens/*.txt

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
unpack tests/demo/*.xz tests/captures/{exits,quick,slow,calls,pods}.data.xz tests/captures/calls.elf.xz
screens=$(realpath "$BUILD/tests/tools/screens")
gen=$(realpath "$BUILD/tests/tools/gen")
wanted=$PWD/tests/screens
export HOME=$tap_dir LC_ALL=C.UTF-8
unset DEBUGINFOD_URLS
cd "$BUILD/captures" || exit 1
recording=(--kallsyms kallsyms-6.12 --guest guest.elf vhe-guest.data)

# screen NAME KEYS [SIZE...]: compare with tests/screens/NAME-SIZE.txt
screen()
{
	local name=$1 keys=$2 size file
	shift 2
	for size in "${@:-80x24}"; do
		file=$wanted/$name-$size.txt
		"$screens" "$size" "$keys" "${recording[@]}" >"$tap_dir/screen" 2>"$tap_dir/err"
		[ -z "$UPDATE" ] || cp "$tap_dir/screen" "$file"
		diff -u "$file" "$tap_dir/screen" >"$tap_dir/diff" 2>&1
		tap "$name, $size: $keys" $? "$(cat "$tap_dir/err" "$tap_dir/diff")"
	done
}

# Every view at three sizes, also without UTF-8 and without colours.
sizes="80x24 120x40 200x60"
# view NAME KEYS
view()
{
	# shellcheck disable=SC2086 # a size is a word
	screen "$1" "$2" $sizes
	LC_ALL=C screen "$1-ascii" "$2"
	NO_COLOR=1 screen "$1-mono" "$2"
}
# picture NAME KEYS: a view with pictures, at all sizes, also without UTF-8 and without colours
picture()
{
	view "$1" "$2"
	LC_ALL=C screen "$1-ascii" "$2" 120x40 200x60
	NO_COLOR=1 screen "$1-mono" "$2" 120x40 200x60
}
picture overview "1"
picture hot "2"
picture vms "3"
view memory "4"
view data "5"
view branches "6"
view records "7"
view quality "8"
picture time "9"
picture annotate "0"
view sharing "L"
view help "?"
screen help-hot "2 ?" 80x24 200x60
# spelunk top: intervals of one second, without the clock.
# live NAME KEYS SIZE...
live()
{
	local name=$1 keys=$2 size file
	shift 2
	for size in "$@"; do
		file=$wanted/$name-$size.txt
		INTERVALS=1 "$screens" "$size" "$keys" --kallsyms kallsyms-6.12 vhe-guest.data 2>&1 |
			sed 's/live: [0-9:]*/live: 12:34:56/' >"$tap_dir/screen"
		[ -z "$UPDATE" ] || cp "$tap_dir/screen" "$file"
		diff -u "$file" "$tap_dir/screen" >"$tap_dir/diff" 2>&1
		tap "$name, $size: $keys" $? "$(cat "$tap_dir/diff")"
	done
}
others="Interval:quick.data Interval:exits.data Interval:slow.data"
live live "$others" 80x24 200x60
live live-before "2 $others , ," 80x24
live live-first "$others , , , ," 80x24
live live-newest "$others , . ." 80x24
live live-goes-on "3 Interval:quick.data z Interval:exits.data Show z" 80x24
live live-time "9 Interval:quick.data Enter ," 80x24
is "the history is what is in the intervals" \
	"$(for back in "" "," ", ," ", , ,"; do
		INTERVALS=1 "$screens" 80x24 "$others $back" vhe-guest.data |
			awk '/^ (samples|exits)\/s/ { print $1, $2 }'
	done)" "$(for data in slow exits quick vhe-guest; do
		"$SPELUNK" report -q --by world --columns samples --format csv -i $data.data 2>/dev/null |
			awk -F, '{ n += $2 } END { print "samples/s", n }'
		"$SPELUNK" kvm -q --format csv --table exits $data.data | awk -F, '
			NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			{ n += $c["exits"] } END { print "exits/s", n }'
	done | awk '{ print $1, $2 < 1000 ? $2 : sprintf("%.1f", $2 / 1000) }')"
screen sharing-thread "L Down Enter"
screen sharing-command "L Down Enter L c"
screen sharing-notes "L End" 80x24
screen sharing-nothing "f Text:op=branch Enter L"
view code "2 / Text:guest_hot_branch Enter a"
screen annotate-hottest "2 / Text:hot_branch Enter a H H" 80x24
screen annotate-jump "2 / Text:guest_hot_branch Enter a / Text:b.ne~#0x40001290 Enter t" 140x40
screen annotate-call "2 / Text:guest_main Enter a S / Text:<guest_hot_load> Enter t" 140x40
screen annotate-no-branch "2 / Text:guest_chase Enter a t"
screen annotate-no-code "2 / Text:srcu Enter a"
screen annotate-columns "2 / Text:guest_chase Enter a C Ctrl-U Text:samples,issue_p99 Enter"
screen annotate-records "2 / Text:guest_chase Enter a Enter"
screen annotate-command "2 / Text:guest_chase Enter a c"
# The page's own options, with the files that `make demo` unpacks.
mkdir -p symfs/share symfs/tests/lab/guest
cp vmm.elf symfs/share/vmm
cp work.elf symfs/share/work
cp guest.c symfs/tests/lab/guest/guest.c
howto()
{
	local recording=(--kallsyms kallsyms-6.12 --symfs symfs --guest guest.elf vhe-guest.data)

	screen "howto-$1" "$2"
}
howto who "Enter"
howto exits "3 h Enter"
howto guest "W 0"
howto functions "/ Text:guest-kernel Enter Enter"
howto instructions "/ Text:guest-kernel Enter Enter / Text:guest_chase Enter Enter"
howto memory "/ Text:guest-kernel Enter Enter / Text:guest_chase Enter Enter 4"
howto command "/ Text:guest-kernel Enter Enter / Text:guest_chase Enter Enter 4 c"
screen zoom "/ Text:guest-kernel Enter Enter Down Enter" 140x40
screen zoom-out "Down Down Enter Backspace"
screen finding-steal "Enter"
screen finding-code "Down Enter"
screen finding-exits "Down Down Enter"
# Three tasks: which program takes CPU time from VM db; which guest instruction costs most; which
# exit reason costs most, and in which code.
is "one key leads to who starves db" \
	"$("$screens" 80x24 "Enter" "${recording[@]}" | sed -n 's/^> *//p' | awk '{ print $1, $5, $6, $7, $8 }')" \
	"1 58.3% work, thread 156"
is "three keys lead to the costliest exits of web and their code" \
	"$("$screens" 80x24 "Down Down Enter" "${recording[@]}" | sed -n 's/^ vhe-guest.data › \(.*wfx\).*/\1/p; s/^>.* \(kvm_[a-z_]*\).*/\1/p')" \
	"vm 0 wfx
kvm_vgic_vcpu"
screen zoom-in-other-views "3 Down Down Down Enter 4"
screen zoom-records "2 Down r" 140x40
# shellcheck disable=SC2086
screen record "7 Down Enter" $sizes
screen record-scrolled "7 Down Down Down Down Down Enter Down Right Right" 80x24
screen record-back "7 Down Enter Esc"
screen record-none "7 End Enter"
screen filter "2 f Text:op=load~&&~l1d-miss Enter"
screen filter-wrong "f Text:op=banana Enter"
screen filter-nothing "2 f Text:total>60000 Enter"
screen filter-contradicts "/ Text:guest-user Enter Enter f Text:world=host Enter"
screen filter-vm-name "2 f Text:vm=db Enter" 80x24
screen filter-vm-unknown "2 f Text:vm=wbe Enter" 80x24
screen filter-contradicts-vm "3 / Text:vm~0 Enter Enter 3 / Text:vm~1 Enter Enter" 80x24 200x60
screen filter-nothing-time "f Text:total>60000 Enter 9"
screen filter-nothing-records "f Text:total>60000 Enter 7"
screen unfilter "f Text:op=load Enter Down Enter F"
screen sort "2 s Down Down Down Down Down Enter i Right Right"
screen sort-list "2 s End Up"
screen sort-found "2 s Text:tlb"
screen sort-nothing "2 s Text:none~of~them Enter"
screen commands ":"
screen commands-found ": Text:rows~tree"
screen commands-run "2 Ctrl-P Text:columns Enter"
# Pasted text does not run commands, and newlines in it neither answer nor close a prompt.
screen paste-nowhere "2 Paste:q^F^1"
screen paste-filter "2 f Paste:op=load^&&^l1d-miss^"
screen paste-filter-answered "2 f Paste:op=load^ Enter"
screen paste-search "2 / Paste:guest_hot_b"
screen paste-only "2 & Paste:chase"
screen paste-list "2 s Paste:tlb^"
screen paste-long "f Paste:$(printf 'x%.0s' {1..1100})"
screen complete-keys "2 g Text:,guest Down"
screen complete-fields "f Text:lat Tab"
screen complete-symbols "f Text:symbol=hot Down Tab Text:~ Tab Text:source= Tab Enter"
screen complete-worlds "f Text:world=" 120x40
screen worlds "2 W"
screen worlds-host "2 W W"
screen worlds-all "4 W W W"
screen nothing-to-open "8 End Enter"
screen costliest "2 s Text:samples Enter Down H H"
screen mouse-keys "2 Click:45,23"
screen mouse-list "2 s Click:10,5"
screen grouping "2 g Ctrl-U Text:vm,vcpu,comm Enter"
screen grouping-wrong "2 g Text:,nonsense Enter"
screen columns "2 C Ctrl-U Text:samples,issue_p99,event:l1d-miss Enter"
screen save-fails "2 w Text:no/such/folder/rows.csv Enter"
screen mark "2 m"
screen mark-other "2 m Down Down m" 100x60
screen mark-elsewhere "2 Down Down m 6 m" 100x60
screen mark-again "2 m Down Up m"
screen mark-seen "2 m 3" 80x24 200x60
screen mark-escaped "2 m Down Enter Esc"
screen mark-back "2 m Down Enter Backspace"
screen back-filter "f Text:op=load Enter Esc"
screen mark-nothing "8 Home m"
screen mark-vcpus "3 Down m Down Down m" 100x60
screen mark-line-and-row "1 / Text:host-kernel Enter m 2 m"
screen search "2 / Text:srcu"
screen search-next "2 / Text:srcu Enter n"
screen search-nothing "2 / Text:zzz"
screen only "2 & Text:chase"
screen only-regex "2 & Text:^guest_(hot|ch) Enter Down Down"
screen only-sorted "2 & Text:hot_ Enter s Down Down Down Enter i Down m Down m"
screen only-zoom "2 & Text:hot_load Enter Down Enter"
screen only-back "2 & Text:hot_load Enter Down Enter Backspace"
screen only-escaped "2 & Text:hot_load Enter & Ctrl-U Text:zz Esc"
screen only-deeper "2 & Text:hot_load Enter Down Enter & Text:zz Esc"
screen only-nothing "2 & Text:zzz Enter"
screen only-in-other-views "2 & Text:guest- Enter 5"
screen only-tree "2 & Text:hot_load Enter T T"
screen only-all "2 & Text:hot_load Enter F"
screen only-no-table "1 &"
screen search-same "2 / Text:guest_hot_load Enter #"
screen search-same-nothing "4 #"
screen search-regex "2 / Text:^guest_.*(store|chase)$ Enter n"
screen search-unfinished "2 / Text:^guest_.*(sto"
screen search-hard "2 / Text:((((a{200}){200}){200}){200}) Enter"
screen command "2 Down Enter f Text:total>5 Enter c" 140x40
screen command-records "7 f Text:op=load Enter c"
screen memory-step "4 > > > > >" 80x24 140x60
screen memory-narrow "4 >" 50x20
screen memory-step-zoom "4 > > > Down Down Enter"
screen memory-step-around "4 < <"
screen memory-step-elsewhere "2 >"
screen command-kvm "3 c"
screen command-copied "2 c y"
screen scrolled "8 End"
screen bottom "2 End"
screen time-brush "9 Right Right b Right Right Right"
screen time-zoom "9 Down Right Right b Right Right Right Enter"
screen time-in-time "9 Down Right Right b Right Right Right Enter 9" 120x30
screen time-back "9 Down Right Right b Right Right Right Enter 4 Backspace"
screen mouse-sort "Click:13,0 Click:12,3 Wheel:40,12"
screen mouse-zoom "Click:13,0 Click:40,6 Click:40,6"
screen mouse-brush "9 Drag:20,5,30,5"
screen mouse-nowhere "2 Click:0,23 Click:79,1 Click:79,0 Click:500,500 Drag:500,500,0,0"
screen menu "2 Down Down x Down Down Down Down" 80x24 140x40
screen menu-only "2 Down Down x Down Down Down Down Down Down Enter"
screen menu-but "2 Down F2 Up Down Down Down Down Down Down Down Down Down Down Enter"
screen menu-code "2 / Text:guest_main Enter a x"
screen menu-key "2 Down x r"
screen menu-mouse "2 Menu:20,10 Show Click:20,13"
screen menu-away "Menu:20,10 Click:79,20"
screen tree "2 T" 80x24 140x40
screen tree-open "2 F5 Down + Down + Down"
screen tree-all "2 T E" 80x24 140x40
screen tree-closed "2 T E Down Down E"
screen tree-zoom "2 T E Down Enter"
screen tree-search "2 T E / Text:chase Enter n"
screen tree-sort "2 T E s Down Down Down Enter"
screen tree-keys "2 T E g Ctrl-U Text:vm,vcpu,comm,op,subclass Enter"
screen tree-flat "2 T E T"
screen tree-nothing "2 T + Down Down Down Down Down + 1 T + 2 T E +"
screen tree-command "2 T c"
screen sites "3 / Text:hvc~~~~~ Enter" 120x80
screen sites-zoom "3 / Text:guest_hot_load Enter Enter"
screen small "2" 40x8 20x5
LC_ALL=C screen ascii "Down Enter Backspace"
LC_ALL=C screen ascii-annotate "2 / Text:guest_chase Enter a"
mkdir -p "$tap_dir/symfs/tests/lab/guest"
cp guest.c "$tap_dir/symfs/tests/lab/guest/"
recording+=(--symfs "$tap_dir/symfs")
screen annotate-source "2 / Text:guest_hot_branch Enter a" 110x30 200x40
"$gen" -o "$tap_dir/lost.data" --records 20000 --cpus 3 --truncate-chunks 2>/dev/null
recording=("$tap_dir/lost.data")
screen time-losses "9"
recording=(--kallsyms kallsyms-6.12 exits.data)
screen exits "3 End" 80x40
screen exits-code "3 / Text:mmio-user Enter Enter"
recording=(vhe-guest.data)
screen no-symbols "2" 80x24 120x40
screen no-symbols-code "0"
screen no-symbols-deeper "W 2 f Text:total>3~&&~op=load Enter"
screen flame-none "U"
mkdir -p calls-symfs/share
cp calls.elf calls-symfs/share/calls
recording=(--kallsyms kallsyms-6.12 --symfs calls-symfs calls.data)
view flame "U"
screen flame-zoom "U / Text:^main$ Enter Enter" 80x24 120x40
screen flame-back "U / Text:^main$ Enter Enter Down Right Enter Backspace"
screen flame-search "U / Text:slow Enter"
screen flame-mouse "U Click:60,10"
screen flame-deep "U End" 80x12
screen flame-command "U c"
screen flame-menu "U / Text:^often$ Enter x"
screen flame-code "U / Text:^slow$ Enter a"
LC_ALL=C screen flame-search-ascii "U / Text:^slow$ Enter"
view callers "U / Text:^slow$ Enter u"
screen callers-next "2 / Text:often Enter 2 / Text:slow Enter u Down Enter"
screen callers-hottest "K" 120x40
screen callers-command "2 / Text:slow Enter u c"
screen callers-nothing "1 u"
recording=(--max-rows 20 vhe-guest.data)
screen tree-rest "5 T E"
screen tree-too-many "5 g Ctrl-U Text:cacheline,op Enter T"
recording=(quick.data)
view changes "2 D Text:slow.data Enter"
screen changes "2 D Text:slow.data Enter" 160x48
screen changes-question "D Text:slow.data Enter D"
screen changes-zoom "2 D Text:slow.data Enter Down Enter"
screen changes-exits "D Text:slow.data Enter / Text:mmio-user Enter Enter"
screen changes-back "2 D Text:slow.data Enter Backspace"
screen changes-other-view "2 D Text:slow.data Enter 4"
screen changes-gone "2 D Text:slow.data Enter Down Down Down Enter F"
screen changes-command "6 f Text:total>3 Enter D Text:slow.data Enter c"
screen changes-no-file "2 D Text:none.data Enter"
screen changes-no-recording "2 Down D Text:kallsyms-6.12 Enter"
screen changes-of-time "9 Right b Right Enter D Text:slow.data Enter"
screen changes-of-nothing "f Text:total>60000 Enter D Text:slow.data Enter"

#
# The numbers
#

recording=(--kallsyms kallsyms-6.12 --guest guest.elf vhe-guest.data)
columns=cost,share,samples,total_mean,total_p50,total_p99,issue_mean,xlat_mean,l1d_miss,llc_miss,tlb_walk,mispredict

# agree: print the lines "number on the screen" tab "number in CSV" that differ
agree()
{
	awk -F'\t' '
		{ shown = $1; exact = $2; gsub(/[,%]|>=/, "", shown) }
		shown == "-" || exact == "" { if (shown != "-" || exact + 0) print; n++; next }
		shown ~ /^[~0-9.]*</ { if (exact > 1) print; n++; next }
		{
			slack = shown ~ /[.]/ ? 0.051 : $3 == "exact" ? 0 : 0.501
			sub(/^~/, "", shown)
			if (shown !~ /^[0-9.]+$/ || shown - exact > slack || exact - shown > slack)
				print
			n++
		}
		END { if (!n) print "nothing was compared" }'
}

# A screen without the bars of its tables.
bare() { "$screens" "$@" | sed 's/[▏▎▍▌▋▊▉█]/ /g'; }

# table NAME KEYS BY COLUMNS OPTION...: all rows of that view equal the report's
table()
{
	local name=$1 keys=$2 by=$3 columns=$4 c k
	shift 4
	c=$(tr , '\n' <<<"$columns" | wc -l)
	k=$(tr , '\n' <<<"$by" | wc -l)
	bare 400x5000 "$keys" "${recording[@]}" | awk -v least=$((c + k)) 'NR > 4 && NF >= least' |
		sed 's/^>/ /; /^ ? help/d' >"$tap_dir/table"
	"$SPELUNK" report -q --by "$by" --columns "$columns" --format csv "$@" "${recording[@]}" \
		2>/dev/null | tail -n +2 >"$tap_dir/csv"
	is "$name has every row of the report" "$(wc -l <"$tap_dir/table")" "$(wc -l <"$tap_dir/csv")"
	is "$name: with the same keys, in the same order" \
		"$(awk -v c="$c" -v k="$k" '{ for (i = 1; i <= k; i++) printf "%s ", $(c + i); print "" }' \
			"$tap_dir/table" | sum)" \
		"$(awk -F, -v k="$k" '{ for (i = 1; i <= k; i++) printf "%s ", $i == "" ? "-" : $i; print "" }' \
			"$tap_dir/csv" | sum)"
	is "$name: and the same numbers" "$(paste -d' ' "$tap_dir/table" <(tr , '\t' <"$tap_dir/csv" |
			sed 's/\t\(\t\|$\)/\t-\1/g; s/\t\(\t\|$\)/\t-\1/g') |
		awk -v c="$c" -v k="$k" -v names="$columns" 'BEGIN { split(names, name, ",") }
			{ for (i = 1; i <= c; i++) printf "%s\t%s\t%s\n", $i, $(i + c + 2 * k) == "-" ? "" : $(i + c + 2 * k),
				name[i] == "samples" ? "exact" : "" }' | agree)" ""
}
table Hot 2 world,vm,symbol,object $columns
table Data 5 world,vm,cacheline \
	cost,share,samples,loads,stores,total_mean,total_p99,xlat_mean,l1d_miss,llc_miss,tlb_walk,remote \
	--filter 'va>=0'
table Branches 6 world,vm,symbol,target \
	share,samples,event:mispredicted,mispredict,not_taken,total_mean,total_p99,issue_mean \
	--filter op=branch --sort event:mispredicted

"$screens" 140x60 4 "${recording[@]}" | sed 's/^>/ /' >"$tap_dir/memory"
is "Memory has the report's data sources" \
	"$(awk '/^ Data sources/ { on = 1; next } on && !NF { exit } on { $1 = $1; print }' "$tap_dir/memory" | tail -n +3)" \
	"$("$SPELUNK" report -q "${recording[@]}" 2>/dev/null |
		awk '/^Data sources/ { on = 1; next } on && !NF { exit } on { $1 = $1; print }' | tail -n +3)"
"$SPELUNK" report -q --by world --format csv "${recording[@]}" 2>/dev/null \
	--columns l1d_miss,l2d_miss,llc_miss,tlb_walk,xlat_mean,xlat_p99 >"$tap_dir/csv"
is "and the misses of each world" "$(awk -F, '
		FNR == NR { if (/^ Caches and TLB/) on = 1; else if (!/[^ ]/) on = 0
			if (on) { split($0, f, " "); at[f[1]] = $0 } next }
		FNR > 1 {
			split(at[$1], f, " ")
			for (i = 2; i <= 7; i++)
				print f[i] "\t" $i
		}' "$tap_dir/memory" "$tap_dir/csv" | agree)" ""
"$SPELUNK" report -q --by cpu_node,node --filter 'op=load || op=store' --format csv -i pods.data \
	--columns cost,share,samples,total_mean >"$tap_dir/csv"
"$screens" 140x90 4 pods.data | tr '>' ' ' >"$tap_dir/nodes"
holds "a recording with six pairs of nodes" "$(wc -l <"$tap_dir/csv") == 7"
is "Memory has them" "$(awk -F, '
		FNR == NR { if (/^ Loads and stores by NUMA node/) on = 1; else if (!/[^ ]/) on = 0
			if (on && sub(/ far /, "     ")) far = 1; else far = 0
			if (on) { split($0, f, " "); sub(/unknown/, "", f[2]); pair = f[1] "," f[2]
				at[pair] = $0; is_far[pair] = far } next }
		FNR > 1 {
			split(at[$1 "," $2], f, " ")
			for (i = 3; i <= 6; i++)
				print f[i] "\t" $i "\t" (i == 5 ? "exact" : "")
			if (is_far[$1 "," $2] != ($2 != "" && $1 != $2))
				print "far\t" $1 " " $2
		}' "$tap_dir/nodes" "$tap_dir/csv" | agree)" ""
# What is - or 0 on the screen has no value in CSV; times are ms from the first record on.
is "Records are spelunk dump's samples" \
	"$("$screens" 600x1100 7 "${recording[@]}" | tr '>' ' ' | awk '$1 ~ /^[0-9]+[.][0-9]+$/ {
		for (i = 1; i <= 14; i++) if ($i == "-") $i = ""
		printf "%.6f,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", $1, $2, $3, $4, $5, $8, $9, $10, $12, $13 }' | md5sum)" \
	"$("$SPELUNK" dump --samples --format csv -i vhe-guest.data | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		NR > 1001 { exit }
		NR == 2 { begin = $c["time"] }
		{ printf "%.6f,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", ($c["time"] - begin) / 1e6, $c["cpu"],
			$c["world"], $c["vm"], $c["tid"], $c["total"], $c["issue"], $c["xlat"], $c["pc"], $c["va"] }' |
		md5sum)"
"$screens" 200x3000 "S 0" "${recording[@]}" | sed 's/^>/ /' >"$tap_dir/code"
is "Code has the samples of spelunk annotate" \
	"$(awk '$2 ~ /%$/ && $3 ~ /^[0-9,]+$/ { gsub(/,/, "", $3); n += $3 } END { print n }' "$tap_dir/code")" \
	"$("$SPELUNK" annotate -q --format json "${recording[@]::4}" -i vhe-guest.data 2>/dev/null |
		jq '(.columns | map(.name) | index("samples")) as $n |
			[.functions[].instructions[].values[$n]] | add')"

"$screens" 140x60 "1" "${recording[@]}" | sed 's/^>/ /' | sed '1,/^ Operations by world/d' >"$tap_dir/overview"
for by in world vm; do
	"$SPELUNK" report --by $by --format csv "${recording[@]}" 2>/dev/null \
		--columns samples,share,total_mean,total_p50,total_p99 | tail -n +2
done >"$tap_dir/csv"
is "Overview has the numbers of the worlds" "$(awk -F, '
		FNR == NR { split($0, f, " "); if (!(f[1] in at)) at[f[1]] = $0; next }
		$1 != "" && $1 in at {
			split(at[$1], f, " ")
			named = $1 ~ /^[0-9]+$/
			print f[2 + named] "\t" $2 "\texact"; print f[3 + named] "\t" $3
			for (i = 0; i < 3; i++)
				print f[6 + named + i] "\t" $(4 + i)
			seen++
		}
		END { if (seen < 7) print "only\t" seen }' "$tap_dir/overview" "$tap_dir/csv" | agree)" ""

# The lanes are the rows of --by slice: at 80 columns 62 for 42 slices, a cell high.
# columns KEY VALUE: for each column its height, 0 to 7 eighths of the lane's most, and the
# worlds of at least a fifth of it less than the largest.
columns()
{
	awk -F, -v key="$1" -v value="$2" '
		BEGIN { nr = split("host-user host-kernel switch guest-user guest-kernel unknown", name, " ") }
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		{ if (!first || $1 < first) first = $1; if ($1 > last) last = $1 }
		value != "" && $column[key] != value { next }
		{ n[$1, $2] += $column["samples"]; all[$1] += $column["samples"]
			if (all[$1] > most) most = all[$1] }
		END {
			slices = (last - first) / 5000000 + 1
			for (c = 0; c < 62; c++) {
				t = sprintf("%.0f", first + int(c * slices / 62) * 5000000)
				height = int(all[t] * 7 / most + 0.5)
				printf "%d ", !height && all[t] ? 1 : height
				best = 0
				for (w = 1; w <= nr; w++)
					best = n[t, name[w]] > best ? n[t, name[w]] : best
				for (w = 1; w <= nr; w++)
					if (n[t, name[w]] && n[t, name[w]] + most / 5 >= best)
						printf "%s", substr("hksug?", w, 1)
				print ""
			}
		}'
}

"$SPELUNK" report --by slice,world,vm,cpu --columns samples --format csv "${recording[@]}" 2>/dev/null >"$tap_dir/csv"
"$screens" 80x24 "9" "${recording[@]}" | sed 's/^>/ /' >"$tap_dir/lanes"
NO_COLOR=1 "$screens" 80x24 "9" "${recording[@]}" | sed 's/^>/ /' >"$tap_dir/letters"
for lane in all:: 'vm 0 web:vm:0' 'vm 1 db:vm:1' 'cpu 0:cpu:0'; do
	IFS=: read -r name key value <<<"$lane"
	columns "$key" "$value" <"$tap_dir/csv" >"$tap_dir/columns"
	is "lane $name is as high as the report by slice" \
		"$(sed -n "s/^ $name *$/&/; s/^ $name//p" "$tap_dir/lanes" | cut -c $((17 - ${#name}))- |
			sed 's/$/                                                              /' |
			grep -oP . | head -n 62 | sed 's/ /0/; s/▁/1/; s/▂/2/; s/▃/3/; s/▄/4/; s/▅/5/; s/▆/6/; s/▇/7/')" \
		"$(cut -d ' ' -f 1 "$tap_dir/columns")"
	is "its letters without colours are worlds of most samples" \
		"$(sed -n "s/^ $name//p" "$tap_dir/letters" | cut -c $((17 - ${#name}))- | tr 'A-Z' 'a-z' |
			sed 's/$/                                                              /' |
			grep -oP . | head -n 62 | paste -d ' ' - "$tap_dir/columns" |
			awk '/^  / { next } index($3, $1) == 0')" ""
done
# A vCPU's thread over time: the areas of its lane equal those of the ledger, within a tenth.
NO_COLOR=1 "$screens" 280x80 "9" "${recording[@]}" >"$tap_dir/letters"
"$SPELUNK" kvm -q --format json "${recording[@]}" >"$tap_dir/ledger.json"
for vm in 0:web 1:db; do
	is "the lane of the vCPU of vm ${vm#*:} has the ledger's areas" \
		"$(awk -v vm="vm ${vm%:*}" '
			on { for (i = 17; i <= length($0); i++) n[tolower(substr($0, i, 1))]++ }
			/vcpu 0 time/ { on = 0 }
			index($0, vm) { on = 1 }
			END { print n["g"], n["x"], n["e"] }' "$tap_dir/letters" | jq -R --slurpfile l "$tap_dir/ledger.json" \
				--argjson vm "${vm%:*}" 'split(" ") | map(tonumber) | . as [$g, $x, $e] |
			$l[0].vms[$vm].vcpus[0] as $v |
			[[$x / $g, $v.preempted_ns / $v.guest_ns], [$e / $g, $v.kernel_ns / $v.guest_ns]] |
			map(select((.[0] - .[1] | fabs) > 0.1 * (1 + .[1]))) | tostring')" '"[]"'
done
is "where a CPU lost something is marked, as often as the report says" \
	"$("$screens" 80x40 9 "$tap_dir/lost.data" | awk '$1 == "lost" { print gsub(/!+/, "") }')" \
	"$("$SPELUNK" report -q --format json "$tap_dir/lost.data" |
		jq '.losses[] | select(.cpu != null) | .truncated_regions')"
is "Quality has the losses of each CPU" \
	"$("$screens" 140x40 8 "$tap_dir/lost.data" | tr -d , |
		awk 'NF == 9 && $1 ~ /^[0-9]+$/ { print $1, $2, $3, $4, $8, $9 }')" \
	"$("$SPELUNK" report -q --format json "$tap_dir/lost.data" | jq -r '.losses[] |
		"\(.cpu) \(.records) \(.truncated_regions) \(.partial_regions) \(.torn_records) \(.skipped_bytes)"')"
"$screens" 80x24 "9 Down Right Right b Right Right Right Enter" "${recording[@]}" >"$tap_dir/brushed"
is "the brush counts the samples between its ends" \
	"$(awk 'NR == 2 { print $(NF - 1) }' "$tap_dir/brushed")" \
	"$(awk -F, 'NR == 1 { next } !first || $1 < first { first = $1 } $3 == "0" { n[$1] += $5 }
		END { for (i = 2; i <= 5; i++) sum += n[sprintf("%.0f", first + i * 5000000)]; print sum }' "$tap_dir/csv")"
is "as --filter does by time" \
	"$(awk 'NR == 2 { print $(NF - 1) }' "$tap_dir/brushed")" \
	"$("$SPELUNK" report --by vm --columns samples --format csv "${recording[@]}" 2>/dev/null \
		--filter 'vm=0 && time>=7630000000 && time<7650000000' | sed -n '2s/.*,//p')"

# VMs shows the ledger and the exits of spelunk kvm, and Enter their code.
"$screens" 120x200 "3" exits.data | sed 's/^>/ /' >"$tap_dir/vms"
"$SPELUNK" kvm -q --format csv exits.data >"$tap_dir/ledger"
is "VMs has the ledger" "$(awk -F, '
	FNR == NR { if (/vcpu +time +guest/) { getline; split($0, f, " ") } next }
	FNR == 2 { for (i = 5; i <= 11; i++) print f[i] "\t" 100 * $i / $4 }
	' "$tap_dir/vms" "$tap_dir/ledger" | agree)" ""
"$SPELUNK" kvm -q --format csv --table exits exits.data >"$tap_dir/csv"
is "and how many exits of each reason there were" \
	"$(awk '/ vm +exits +exits\/s/ { on = 1; next } on && !NF { exit } on && $1 != "-" { print $12, $2 }' \
		"$tap_dir/vms" | sort)" \
	"$(awk -F, 'NR > 1 { n[$2] += $5 } END { for (r in n) print r, n[r] }' "$tap_dir/csv" | sort)"
"$screens" 120x200 "3 / Text:mmio-user Enter Enter" exits.data >"$tap_dir/code"
is "Enter on one shows the samples in its handling" \
	"$(awk 'NR == 2 { print $(NF - 1) }' "$tap_dir/code")" \
	"$("$SPELUNK" report -q --by reason --filter reason=mmio-user --columns samples --format csv \
		exits.data | sed -n '2s/.*,//p')"

# What each exit cost and when, as heights of 7 eighths at the most; at 80 columns a column
# for each doubling, and 30 for the 32 slices.
"$screens" 80x200 "3" "${recording[@]}" | sed 's/^>/ /' >"$tap_dir/vms"
levels() { sed 's/ /0/g; s/▁/1/g; s/▂/2/g; s/▃/3/g; s/▄/4/g; s/▅/5/g; s/▆/6/g; s/▇/7/g'; }
exits_of_vm_0()
{
	awk '/Exits of vm 0/ { on = 1; getline; next } on && !NF { exit }
		on' "$tap_dir/vms"
}
# The contents of columns from..to, with 0 for blanks.
columns_of_vm_0() { exits_of_vm_0 | levels | sed "s/\$/$(printf '%080d' 0)/" | cut -c "$1"; }
is "VMs has what exits of each reason cost" \
	"$(paste -d ' ' <(exits_of_vm_0 | awk '{ print $1 }') <(columns_of_vm_0 34-47))" \
	"$("$SPELUNK" kvm -q --format csv --table costs "${recording[@]}" 2>/dev/null | awk -F, '
		$1 == 0 {
			if (!($2 in all)) name[++nr] = $2
			for (i = 0; $3 >= 2 ^ (10 + i); i++) ;
			n[$2, i] = $5; all[$2] += $5
		}
		END {
			for (k = 1; k <= nr; k++) {
				line = name[k] " "
				for (i = 0; i < 14; i++) {
					level = int(n[name[k], i] * 7 / all[name[k]] + 0.5)
					line = line (!level && n[name[k], i] ? 1 : level)
				}
				print line
			}
		}')"
is "and when they were" \
	"$(paste -d ' ' <(exits_of_vm_0 | awk '{ print $1 }') <(columns_of_vm_0 50-79))" \
	"$("$SPELUNK" kvm -q --format csv --table times "${recording[@]}" 2>/dev/null | awk -F, '
		$1 == 0 {
			if (!($2 in most)) name[++nr] = $2
			n[$2, $3] = $5
			if ($5 > most[$2]) most[$2] = $5
		}
		END {
			for (k = 1; k <= nr; k++) {
				line = name[k] " "
				for (c = 0; c < 30; c++) {
					x = n[name[k], int(c * 32 / 30)]
					level = int(x * 7 / most[name[k]] + 0.5)
					line = line (!level && x ? 1 : level)
				}
				print line
			}
		}')"
is "and who ran while a vCPU was preempted" \
	"$(awk '/Who ran while/ { on = 1; getline; next } on && !NF { exit }
		on && match($0, /thread [0-9]+/) {
			split(substr($0, RSTART), f, /[ ,]+/)
			print $1, $2, f[2], $5
		}' "$tap_dir/vms")" \
	"$("$SPELUNK" kvm -q --format csv --table steal "${recording[@]}" 2>/dev/null | awk -F, '
		NR > 1 { line[NR] = $0; all[$1, $2] += $5 }
		END { for (i = 2; i <= NR; i++) {
			split(line[i], f, ",")
			if (++nr[f[1], f[2]] <= 5)
				printf "%s %s %s %.1f%%\n", f[1], f[2], f[3], 100 * f[5] / all[f[1], f[2]]
		} }')"

"$SPELUNK" kvm -q --format csv --table code "${recording[@]}" >"$tap_dir/csv"
is "and the guest code that made them" \
	"$("$screens" 120x200 "3" "${recording[@]}" | sed 's/^>/ /' |
		awk '/Guest code that exits/ { on = 1; next } on && !NF { exit }
			on && $1 ~ /^[0-9]/ { print $3, $4, $6, $1 }' | sort)" \
	"$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ n[$c["reason"] " " $c["vm"] " " $c["symbol"]] += $c["exits"] }
		END { for (k in n) print k, n[k] }' "$tap_dir/csv" | sort)"

# letters WHAT: number of columns of each world in that bar, and of all
letters()
{
	NO_COLOR=1 "$screens" 200x60 1 "${recording[@]}" | awk -v what="$1" '$1 == what {
		n = split("H K S U G", l, " ")
		for (i = 1; i <= n; i++) printf "%s ", gsub(l[i], "")
		exit }'
}
for what in cost:cost operations:share; do
	is "the bar of ${what%:*} is stacked of the worlds, each within a column" \
		"$(letters "${what%:*}" | awk -v shares="$("$SPELUNK" report --by world --format csv --columns "${what#*:}" \
			"${recording[@]}" 2>/dev/null | tail -n +2 | tr '\n' ' ')" '{
			n = split("host-user host-kernel switch guest-user guest-kernel", name, " ")
			split(shares, row, " ")
			for (i in row) { split(row[i], f, ","); share[f[1]] = f[2] }
			for (i = 1; i <= n; i++) all += $i
			for (i = 1; i <= n; i++) {
				off = $i - all * share[name[i]] / 100
				if (off < -1 || off > 1 || !share[name[i]]) print name[i], $i, all, share[name[i]]
			}
			if (all < 150) print "only", all
		}')" ""
done
is "Overview has the findings, those of samples and of exits together" \
	"$("$screens" 102x90 "1" "${recording[@]}" | sed -n 's/^   [1-9] \(.*\)/\1/p' | sort)" \
	"$(for command in report kvm; do
		"$SPELUNK" $command -q "${recording[@]}" | sed -n '/^Findings/,/^$/s/^  [1-9] \(.*\)/\1/p'
	done | sort)"

# The questions of doc/howto-tui.md, by the keys given there.
# keys_of QUESTION: print the number of keys; the resulting screen is in $tap_dir/answer
keys_of()
{
	local keys
	keys=$(awk -F'|' -v question="$1" 'index($2, question) { gsub(/`/, "", $3); print $3 }' \
		doc/howto-tui.md)
	(cd "$BUILD/captures" && "$screens" 80x24 "$keys" "${recording[@]}") >"$tap_dir/answer"
	wc -w <<<"$keys"
}
cd - >/dev/null || exit 1
is "who starves VM db: keys" "$(keys_of "starves VM")" 1
is "the thread of the kvm report" "$(sed -n 's/^>//p' "$tap_dir/answer" | awk '{ print $1, $2, $5, $6 $7, $8 }')" \
	"1 0 58.3% work,thread 156"
is "which exit reason costs most: keys" "$(keys_of "exit reason")" 3
is "the reason of the kvm report" "$(sed -n '2s/ *[0-9,]* samples$//p' "$tap_dir/answer")" \
	" vhe-guest.data › vm 0 wfx"
is "and the code of most cost" "$(awk '/^>/ { print $2, $7 }' "$tap_dir/answer")" "19.0% kvm_vgic_vcpu.."
is "which guest instruction costs most: keys" "$(keys_of "guest instruction")" 2
is "the instruction" "$(sed -n 's/^>.*\(4000[0-9a-f]*\) .*\(ldr [^]]*]\).*/\1 \2/p' "$tap_dir/answer")" \
	"40001314 ldr x3, [x3]"
is "of that function" "$(grep -c '^ guest_chase  \[guest:vm1\]' "$tap_dir/answer")" 1
cd "$BUILD/captures" || exit 1
is "which the report has first" "$("$SPELUNK" report -q --by vm,symbol,address --filter world=guest \
	--sort cost --columns cost --format csv "${recording[@]}" 2>/dev/null | sed -n '2s/,[0-9.]*$//p')" \
	"1,guest_chase,0x40001314"

# Memory's latencies equal the rows by total_step, and each cell is one of them.
"$SPELUNK" report -q --by world,source,total_step --columns samples --format csv \
	--filter 'op=load || op=store' "${recording[@]}" 2>/dev/null >"$tap_dir/csv"
keys=4
for step in 6 8 12; do
	keys="$keys >"
	is "Memory has the samples of latencies from $step on" \
		"$("$screens" 80x24 "$keys" "${recording[@]}" |
			sed -n "s/.* cycles: $step to .*, \([0-9,]*\) samples/\1/p" | tr -d ,)" \
		"$(awk -F, -v s="$step" '$3 == s { n += $4 } END { print n }' "$tap_dir/csv")"
	is "and Enter those of a source and world" \
		"$("$screens" 80x40 "$keys / Text:host-kernel~~ Enter Enter" "${recording[@]}" |
			awk 'NR == 2 { print $(NF - 1) }' | tr -d ,)" \
		"$(awk -F, -v s="$step" '$1 == "host-kernel" && $2 == "L1D" && $3 == s { print $4 }' \
			"$tap_dir/csv")"
done

# A tree's lines are rows by the first key, the first two..., and zooms of them count these.
"$screens" 160x1000 "2 T E" "${recording[@]}" | sed 's/^>/ /' >"$tap_dir/tree"
is "a tree begins with the worlds" \
	"$(awk '$13 ~ /^[+-]$/ && $14 ~ /^(host|guest|switch)/ { print $14, $3 }' "$tap_dir/tree" |
		tr -d , | sort)" \
	"$("$SPELUNK" report -q --by world --columns samples --format csv "${recording[@]}" \
		2>/dev/null | tail -n +2 | tr , ' ' | sort)"
is "below a world are its VMs" \
	"$(awk '$14 == "vm" { print $15, $3 } $15 == "vm" { print $16, $3 }' "$tap_dir/tree" |
		tr -d , | sort)" \
	"$("$SPELUNK" report -q --by world,vm --columns samples --format csv "${recording[@]}" \
		2>/dev/null | awk -F, 'NR > 1 && $2 != "" { print $2, $3 }' | sort)"
is "and all functions" "$(grep -c '\[guest:vm.\]$' "$tap_dir/tree")" \
	"$("$SPELUNK" report -q --by world,vm,symbol,object --columns samples --format csv \
		--limit 0 "${recording[@]}" 2>/dev/null | grep -c guest:vm)"
wrong=
for at in 0 1 2 8 12 15 20 100; do
	keys="2 T E$(printf ' Down%.0s' $(seq "$at"))"
	[ "$at" != 0 ] || keys="2 T E"
	row=$("$screens" 140x40 "$keys" "${recording[@]}" | awk '/^>/ { print $4 }')
	all=$("$screens" 140x40 "$keys Enter" "${recording[@]}" | awk 'NR == 2 { print $(NF - 1) }')
	[ -n "$row" ] && [ "$row" = "$all" ] || wrong="$wrong line $at: $row, zoomed in $all;"
done
is "zooming into a line of a tree counts its samples" "$wrong" ""

# The menu's zooms take what is alike in a part of the row's name, or all but that.
for part in 4:world=guest-kernel 6:vm=1 8:symbol=guest_chase "10:object=\"[guest:vm1]\""; do
	keys="2 Down x$(printf ' Down%.0s' $(seq "${part%%:*}"))"
	only=$("$screens" 140x40 "$keys Enter" "${recording[@]}" | awk 'NR == 2 { print $(NF - 1) }')
	but=$("$screens" 140x40 "$keys Down Enter" "${recording[@]}" |
		awk 'NR == 2 { print $(NF - 1) }')
	name=${part#*:}
	is "the menu's only $name is the report's filter" "$(tr -d , <<<"$only")" \
		"$("$SPELUNK" report -q --by "${name%%=*}" --columns samples --format csv \
			--filter "$name" "${recording[@]}" 2>/dev/null |
			sed -n '2s/.*,//p')"
	is "and all but that the rest" "$((${only/,/} + ${but/,/}))" 24185
done
# Changes equal spelunk diff's, with the same keys and filter.
# changes KEYS OPTIONS...
changes()
{
	local keys=$1 format
	shift
	for format in csv json; do
		rm -f "$tap_dir/changes.$format"
		"$screens" 80x24 "$keys D Text:slow.data Enter w Text:$tap_dir/changes.$format Enter" quick.data >"$tap_dir/out" 2>&1
		"$SPELUNK" diff -q --format $format "$@" slow.data quick.data >"$tap_dir/wanted" 2>&1
		cmp "$tap_dir/changes.$format" "$tap_dir/wanted" >"$tap_dir/diff" 2>&1 && [ -s "$tap_dir/wanted" ]
		tap "changes as $format: $*" $? "$(cat "$tap_dir/diff"; tail -n 2 "$tap_dir/out")"
	done
}
changes 1
changes 4 --by world,symbol,object
changes 2 --by world,vm,symbol,object
changes "2 g Ctrl-U Text:vm,vcpu,comm Enter" --by vm,vcpu,comm
changes "6" --by world,vm,symbol,target --filter op=branch
changes "f Text:op=load~&&~total>3 Enter 5" --by world,vm,cacheline --filter 'op=load && total>3 && va>=0'
changes "2 Down Enter" --by address,op,subclass,line \
	--filter 'world="host-kernel" && !(vm>=0) && symbol="[kernel]+0x30bdxx" && object="[kernel]"'
"$screens" 80x24 "D Text:slow.data Enter g Ctrl-U Text:world,cpu Enter w Text:$tap_dir/by.csv Enter q" quick.data
is "g gives changes other keys" "$(md5sum <"$tap_dir/by.csv")" \
	"$("$SPELUNK" diff -q --format csv --by world,cpu slow.data quick.data | md5sum)"
# rows FILE: of the tables
rows() { sed 's/^>/ /; s/ *$//' "$1" | grep -E '^ +[0-9,.]+ +[0-9,.-]+\*? +[0-9.-]+'; }
"$screens" 250x100 "f Text:world=host-user Enter 2 D Text:slow.data Enter" quick.data >"$tap_dir/changes"
"$screens" 250x20 "f Text:world=host-user Enter 2 D Text:slow.data Enter c" quick.data | grep '^ spelunk diff' >"$tap_dir/command"
PATH=$(dirname "$SPELUNK"):$PATH bash "$tap_dir/command" >"$tap_dir/printed" 2>&1
is "the command that is shown prints the rows" "$(rows "$tap_dir/changes" | sed 's/^ //')" \
	"$(rows "$tap_dir/printed")"
holds "of three tables" "$(rows "$tap_dir/changes" | wc -l) > 12"
is "the two files are the same as on the command line" "$("$screens" 80x24 "" slow.data quick.data)" \
	"$("$screens" 80x24 "D Text:slow.data Enter" quick.data)"
wrong=
for down in "" Down "Down Down" "Down Down Down" "Down Down Down Down"; do
	row=$("$screens" 200x60 "2 D Text:slow.data Enter $down" quick.data | awk '/^>/ { sub(/^>/, ""); sub(/[*]/, "", $2); print $2 }')
	all=$("$screens" 200x60 "2 D Text:slow.data Enter $down Enter" quick.data | awk 'NR == 2 { print $(NF - 1) }')
	[ -n "$row" ] && [ "$row" = "$all" ] || wrong="$wrong row $down: $row, zoomed in $all;"
done
is "Enter on a change shows its samples in this recording" "$wrong" ""
"$screens" 200x1000 "2 D Text:quick.data Enter" quick.data >"$tap_dir/same"
is "a recording does not differ from itself" "$(grep -c 'no significant change in [0-9]' "$tap_dir/same")" 3
# A wrong name changes nothing, and a right one is accepted afterwards.
"$screens" 160x48 "2 D Text:kallsyms-6.12 Enter D Ctrl-U Text:none Enter Ctrl-U Text:slow.data Enter" quick.data |
	diff "$wanted/changes-160x48.txt" - >"$tap_dir/diff"
tap "after two wrong names a right one" $? "$(cat "$tap_dir/diff")"
head -c 150000 slow.data >"$tap_dir/cut.data"
"$screens" 160x48 "2 D Text:$tap_dir/cut.data Enter" quick.data >"$tap_dir/cut"
"$SPELUNK" diff -q "$tap_dir/cut.data" quick.data >"$tap_dir/printed" 2>&1
is "a damaged one is as good as for diff" "$(grep -c 'A  .*cut.data' "$tap_dir/cut")" \
	"$(grep -c 'A  .*cut.data' "$tap_dir/printed")"
exits "an empty one" 0 "$screens" 80x24 "2 D Text:/dev/null Enter Esc D Text:$tap_dir/err Enter" quick.data
holds "is told" "$(grep -c "$tap_dir/err" "$tap_dir/out")"
# Sharing has the lines of spelunk sharing, and Enter their samples.
"$gen" -o "$tap_dir/few.data" --records 30000 --lines 1500 --cpus 3 2>/dev/null
"$gen" -o "$tap_dir/virtual.data" --records 30000 --lines 1500 --cpus 3 --no-physical 2>/dev/null
for data in vhe-guest.data "$tap_dir"/{few,virtual}.data; do
	name=$(basename "$data")
	is "Sharing is spelunk sharing's table: $name" \
		"$(bare 400x2000 "L" "$data" | sed 's/^.//; s/ *$//' | awk '/line, and who accessed it/ { on = 1 } !NF { on = 0 } on' |
			head -n 300 | md5sum)" \
		"$("$SPELUNK" sharing -q --limit 0 "$data" | awk '/line, and who accessed it/ { on = 1 } !NF { on = 0 } on' |
			head -n 300 | md5sum)"
	wrong=
	for at in 0 1 2 3 7 20; do
		keys="L$(printf ' Down%.0s' $(seq $at))"
		[ $at != 0 ] || keys=L
		row=$("$screens" 140x40 "$keys" "$data" | awk '/^>/ { print $2 }')
		all=$("$screens" 140x40 "$keys Enter" "$data" | awk 'NR == 2 { print $(NF - 1) }')
		[ -n "$row" ] && [ "$row" = "$all" ] || wrong="$wrong row $at: $row, zoomed in $all;"
	done
	is "zooming into lines and threads counts their samples: $name" "$wrong" ""
done
exits "writing the lines as CSV" 0 "$screens" 80x24 "L w Text:$tap_dir/lines.csv Enter q" vhe-guest.data
is "is spelunk sharing's CSV" "$(md5sum <"$tap_dir/lines.csv")" \
	"$("$SPELUNK" sharing -q --format csv vhe-guest.data | md5sum)"

# Enter on a row gives as many samples as the row shows.
wrong=
for at in 1:6 1:8 1:10 2:0 2:1 2:2 2:8 2:10 2:60 2:300 2:500 2:700 5:0 5:40 6:0 6:1 6:5 6:100; do
	keys="${at%:*}$(printf ' Down%.0s' $(seq "${at#*:}"))"
	[ "${at#*:}" != 0 ] || keys=${at%:*}
	case $at in [25]:*) n=4 ;; *) n=3 ;; esac
	row=$("$screens" 140x40 "$keys" "${recording[@]}" | awk -v n=$n '/^>/ { print $n }')
	all=$("$screens" 140x40 "$keys Enter" "${recording[@]}" | awk 'NR == 2 { print $(NF - 1) }')
	[ -n "$row" ] && [ "$row" = "$all" ] || wrong="$wrong view:row $at: $row, zoomed in $all;"
done
is "zooming in counts the samples of the row" "$wrong" ""

# Enter on a record shows that record: the command on the page prints the page.
begin=$("$screens" 200x90 "7 Enter" "${recording[@]}" | awk '$1 == "time" { print $2 }')
wrong=
for keys in "7" "7 Down Down Down" "2 / Text:guest_chase Enter r Down" "7 PageDown PageDown PageDown" \
	"2 Down Down r PageDown"; do
	"$screens" 200x90 "$keys" "${recording[@]}" | awk '/^>/ { sub(/^>/, "")
		for (i = 1; i <= NF; i++) if ($i ~ /^0x/) { print $1, $i; exit } }' >"$tap_dir/row"
	"$screens" 200x90 "$keys Enter" "${recording[@]}" >"$tap_dir/page"
	grep '^ spelunk dump' "$tap_dir/page" >"$tap_dir/command"
	PATH=$(dirname "$SPELUNK"):$PATH bash "$tap_dir/command" >"$tap_dir/printed" 2>&1
	sed -n '3,/^$/p' "$tap_dir/page" | sed 's/^ //; /^$/d' | diff - "$tap_dir/printed" >"$tap_dir/diff" &&
		[ "$(awk -v begin="$begin" '$1 == "pc" { pc = $2 }
			$1 == "time" { printf "%.6f %s\n", ($2 - begin) / 1e6, pc }' "$tap_dir/page")" = "$(cat "$tap_dir/row")" ] &&
		[ -s "$tap_dir/row" ] || wrong="$wrong $keys: $(cat "$tap_dir/row" "$tap_dir/diff");"
done
is "Enter on a record shows that record, as dump --at prints it" "$wrong" ""

# The bars of a table: the value it is sorted by, of the largest one, in eighths of 11 columns.
"$SPELUNK" report -q --by world,vm,symbol,object --columns cost --format csv "${recording[@]}" \
	2>/dev/null >"$tap_dir/csv"
is "bars of Hot are as long as the cost" \
	"$("$screens" 140x40 "2" "${recording[@]}" | sed '1,4d; /^ ? help/d' | sed 's/▏/1+/g; s/▎/2+/g;
		s/▍/3+/g; s/▌/4+/g; s/▋/5+/g; s/▊/6+/g; s/▉/7+/g; s/█/8+/g' |
		sed -n 's/.* \([1-8+]*+\) .*/\10/p' | head -n 30 |
		awk -F+ '{ n = 0; for (i = 1; i <= NF; i++) n += $i; print n }')" \
	"$(awk -F, 'NR == 1 { next } NR == 2 { most = $NF }
		NR < 32 { n = int($NF / most * 88 + 0.5); print n ? n : 1 }' "$tap_dir/csv")"

# The command shown prints what the screen shows.
"$screens" 400x30 "2 Down Enter c" "${recording[@]}" | grep '^ spelunk report' >"$tap_dir/command"
is "the command line of a table prints its rows" \
	"$(PATH=$(dirname "$SPELUNK"):$PATH bash "$tap_dir/command" 2>/dev/null |
		awk '$13 ~ /^0x/ { print $1, $2, $3, $13 }' | head -n 10)" \
	"$(bare 400x30 "2 Down Enter" "${recording[@]}" | sed 's/^>/ /' |
		awk '$13 ~ /^0x/ { print $1, $2, $3, $13 }' | head -n 10)"

#
# Files
#

cp vhe-guest.data "$tap_dir/"
data=$tap_dir/vhe-guest.data
exits "writing CSV" 0 "$screens" 80x24 "2 w Text:$tap_dir/rows.csv Enter q" "${recording[@]}"
is "is the report's CSV" "$(md5sum <"$tap_dir/rows.csv")" \
	"$("$SPELUNK" report --by world,vm,symbol,object --columns $columns --format csv \
		"${recording[@]}" 2>/dev/null | md5sum)"
exits "writing JSON" 0 "$screens" 80x24 "3 w Text:$tap_dir/rows.json Enter q" "${recording[@]}"
grep -q '"rows"' "$tap_dir/rows.json"
tap "is JSON" $?
exits "writing the screen" 0 "$screens" 80x24 "3 w Text:$tap_dir/vms.txt Enter q" "${recording[@]}"
diff "$wanted/vms-80x24.txt" "$tap_dir/vms.txt" >"$tap_dir/diff"
tap "is the screen" $? "$(cat "$tap_dir/diff")"
before=$(md5sum <"$data")
exits "writing over the recording" 0 "$screens" 80x24 "w Text:$data Enter q" "$data"
is "leaves it as it was" "$(md5sum <"$data")" "$before"

# Recordings without SPE show the data that they have.
"$gen" -o "$tap_dir/exits.data" --exits 2000 --cpus 2 >/dev/null 2>&1
is "a recording of exits alone: VMs and their time" \
	"$("$screens" 80x24 3 "$tap_dir/exits.data" | grep -cE '^ vcpu|vm 0 .*2,000 entries|Where the time')" 2
"$screens" 80x24 1 "$tap_dir/exits.data" | grep -q '^.The recording has no SPE samples'
tap "and the overview says what is not there" $?
if "$SPELUNK" guest-agent -o "$tap_dir/cycles.data" --cycles-freq 500 --duration 300ms 2>&1 |
		grep -q 'samples per second'; then
	is "a recording of cycles alone: hot functions, by time" \
		"$("$screens" 80x24 2 "$tap_dir/cycles.data" | grep -c 'v share')" 1
	"$screens" 80x24 U "$tap_dir/cycles.data" | grep -qE '^ all +100.0% of the (ns|cycles)'
	tap "and a flame graph" $?
else
	echo "ok $((++tap_nr)) - cycles alone # SKIP nothing can be sampled here"
fi
"$SPELUNK" guest-agent -q -o "$tap_dir/none.data" --duration 100ms --beat 0
"$screens" 80x24 1 "$tap_dir/none.data" >"$tap_dir/screen" 2>&1
is "a recording of neither is refused" "$(tail -n 1 "$tap_dir/screen")" \
	"screens: it has no SPE samples, no samples of CPU cycles and no exits of guests: nothing to show"

tap_end
