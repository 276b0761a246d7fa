#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Functions, instruction by instruction: their numbers equal the report's, their code equals
# objdump's, text, CSV, JSON and screens show the same, and nothing in a file can disturb the
# terminal.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
unpack tests/demo/*.xz
screens=$(realpath "$BUILD/tests/tools/screens")
export HOME=$tap_dir LC_ALL=C.UTF-8
unset DEBUGINFOD_URLS
cd "$BUILD/captures" || exit 1
mkdir -p "$tap_dir/symfs/share"
cp work.elf "$tap_dir/symfs/share/work"
recording=(--kallsyms kallsyms-6.12 --symfs "$tap_dir/symfs" --guest guest.elf -i vhe-guest.data)
annotate() { "$SPELUNK" annotate -q "${recording[@]}" "$@"; }

#
# The numbers
#

# A function of a guest and one of a file that is mapped away from its offsets.
for function in guest_hot_branch hot_branch guest_chase; do
	annotate --format csv --columns samples,total_mean,total_p99,l1d_miss,operations $function \
		>"$tap_dir/csv"
	"$SPELUNK" report -q --by symbol,object,offset --filter "symbol=\"$function\"" \
		--columns samples,total_mean,total_p99,l1d_miss,operations --format csv \
		"${recording[@]}" | tail -n +2 | sort >"$tap_dir/report"
	is "$function: sampled instructions have the report's rows" \
		"$(tail -n +2 "$tap_dir/csv" | sed 's/"[^"]*"/Q/g' | awk -F, '$11 > 0' |
			cut -d, -f1-3,11- | sort)" "$(cat "$tap_dir/report")"
	is "$function: and no sample is elsewhere" \
		"$(sed 's/"[^"]*"/Q/g' "$tap_dir/csv" | awk -F, '{ n += $11 } END { print n }')" \
		"$("$SPELUNK" report -q --by symbol --filter "symbol=\"$function\"" --format csv \
			--columns samples "${recording[@]}" | tail -n 1 | cut -d, -f2)"
done
holds "there were samples in all of them" "$(wc -l <"$tap_dir/report") > 3"
# In a function that two VMs run, each VM's shares add up.
annotate --format csv --columns share guest_chase | sed 's/"[^"]*"/Q/g' >"$tap_dir/csv"
is "guest_chase is sampled in two VMs, and the shares of each add up" \
	"$(awk -F, 'NR > 1 { n[$2] += $11 } END { for (o in n) print o, (n[o] > 99.9 && n[o] < 100.1) }' \
		"$tap_dir/csv" | sort | paste -sd' ')" "[guest:vm0] 1 [guest:vm1] 1"
is "their titles have what they are of all" \
	"$(annotate guest_chase | sed -n 's/.*\(\[guest:vm.\]\).*(\(.*\) of those counted;.*/\1 \2/p')" \
	"[guest:vm1] 1,139 samples, 60.3%
[guest:vm0] 751 samples, 39.7%"

# Arguments.
exits "a function that nobody sampled is an error" 1 "$SPELUNK" annotate "${recording[@]}" nosuch
is "that names it, and writes no report" "$(cat "$tap_dir/err" "$tap_dir/out")" \
	"spelunk annotate: vhe-guest.data: no sample is in a function \"nosuch\": symbol=nosuch does not occur; run \`spelunk report --by symbol -i vhe-guest.data --kallsyms kallsyms-6.12 --guest guest.elf --symfs $tap_dir/symfs\` for the list"
exits "so is one that the filter leaves nothing of" 1 \
	"$SPELUNK" annotate "${recording[@]}" --filter vm=1 guest_hot_branch
annotate --format csv --limit 0 >"$tap_dir/all"
"$SPELUNK" annotate -q "${recording[@]:0:6}" --format csv --limit 0 vhe-guest.data >"$tap_dir/file"
cmp "$tap_dir/all" "$tap_dir/file"
tap "one argument that is a recording is the recording" $?

by_address()
{
	"$SPELUNK" report -q --by address --filter 'symbol="guest_chase" && vm=1' --format csv \
		"${recording[@]}" --columns samples,total_p99 | tail -n +2 | sort
}
is "where nothing is moved, rows by address are the same" \
	"$(annotate --format csv --filter vm=1 --columns samples,total_p99 guest_chase |
		tail -n +2 | sed 's/"[^"]*"/Q/g' | awk -F, '$11 { print $4 "," $11 "," $12 }' | sort)" \
	"$(by_address)"

#
# The code
#

# code FILE FUNCTION: address, word and target of each instruction, by objdump
code()
{
	aarch64-linux-gnu-objdump -d "$1" --disassemble="$2" | awk '
		/^ +[0-9a-f]+:\t/ {
			to = match($0, /<[^>]*>/) ? substr($0, RSTART + 1, RLENGTH - 2) : ""
			sub(/:/, "", $1)
			if ($3 !~ /^(b|b[.].*|bl|cbz|cbnz|tbz|tbnz)$/)
				to = ""
			print "0x" $1, "0x" $2, to
		}'
}
if command -v aarch64-linux-gnu-objdump >/dev/null; then
	for at in guest.elf:guest_hot_branch guest.elf:guest_main work.elf:hot_branch; do
		annotate --format json "${at#*:}" | jq -r '.functions[0].instructions[] |
			[.address, .word, (.to // "")] | join(" ")' >"$tap_dir/ours"
		code "${at%:*}" "${at#*:}" | sed 's/+0x0$//' >"$tap_dir/theirs"
		# `hex` has no leading zeros
		sed -i 's/ 0x0*/ 0x/' "$tap_dir/theirs"
		[ -s "$tap_dir/theirs" ] && diff "$tap_dir/theirs" "$tap_dir/ours" >"$tap_dir/diff"
		tap "$at: addresses, words and targets are objdump's" $? "$(head "$tap_dir/diff")"
	done
fi
annotate --format json guest_hot_branch >"$tap_dir/json"
is "JSON has the samples of CSV" \
	"$(jq '.columns | map(.name) | index("samples")' "$tap_dir/json" | xargs -I{} \
		jq '[.functions[].instructions[].values[{}]] | add' "$tap_dir/json")" \
	"$(annotate --format csv guest_hot_branch | sed 's/"[^"]*"/Q/g' |
		awk -F, '{ n += $11 } END { print n }')"

#
# Display: the screen's lines equal the text's
#

columns=cost,share,samples,total_mean,total_p99,l1d_miss,mispredict,llc_miss,tlb_walk,operations

# lines FUNCTION: its instructions and source lines, of a report
lines() { sed -n "/^$1/,/^$/p" | sed 's/ *$//' | grep -v '^ *hottest' |
	grep -E ' 4000[0-9a-f]{4} | :[0-9]+|[.]c:[0-9]+$'; }
# Without bars and notes on lines; with runs of blanks as one.
squeeze() { sed 's/^>/ /; s/[▏▎▍▌▋▊▉█]//g; s/  ◀ hottest//; s/  \(mispred\|L1D miss\|LLC miss\|walk\) [0-9]*%.*//; s/  */ /g; s/^ //; s/ $//'; }
show="C Ctrl-U Text:cost,share,samples,total_mean,l1d_miss,mispredict Enter"
annotate --columns cost,share,samples,total_mean,l1d_miss,mispredict guest_hot_branch |
	lines guest_hot_branch | sed 's/<guest_hot_branch.*//' | squeeze >"$tap_dir/text"
holds "there is text" "$(wc -l <"$tap_dir/text") > 30"
"$screens" 155x200 "2 / Text:guest_hot_branch Enter a $show" "${recording[@]}" |
	sed 's/<guest_hot_branch.*//' | squeeze >"$tap_dir/seen"
is "the screen shows the same lines" "$(grep -vxFf "$tap_dir/seen" "$tap_dir/text")" ""
is "the hottest line is marked, and says how often its branch is mispredicted" \
	"$("$screens" 200x200 "2 / Text:guest_hot_branch Enter a" "${recording[@]}" |
		sed -n 's/.* \(tbz .*\)  mispred \([0-9]*\)%  ◀ hottest.*/\1 \2/p')" \
	"tbz w3, #0, #0x400012a4 $(annotate --format csv --columns mispredict guest_hot_branch |
		awk -F, '/4000129c/ { printf "%.0f", $NF }')"
# The screen has the numbers of its zooms and filter: other zooms, other numbers.
keys="2 / Text:guest_hot_load Enter a $show f Text:total>20 Enter"
"$screens" 155x200 "$keys" "${recording[@]}" | sed 's/<guest_hot_load.*//' | squeeze >"$tap_dir/seen"
"$screens" 300x60 "$keys c" "${recording[@]}" | grep '^ spelunk annotate' >"$tap_dir/command"
PATH=$(dirname "$SPELUNK"):$PATH bash "$tap_dir/command" 2>/dev/null |
	lines guest_hot_load | sed 's/<guest_hot_load.*//' | squeeze >"$tap_dir/text"
holds "the command line prints a function" "$(wc -l <"$tap_dir/text") > 10"
is "the one that is seen" "$(grep -vxFf "$tap_dir/seen" "$tap_dir/text")" ""
"$screens" 80x24 "2 / Text:guest_chase Enter a w Text:$tap_dir/rows.csv Enter q" "${recording[@]}" >/dev/null
is "w writes the CSV of annotate" "$(md5sum <"$tap_dir/rows.csv")" \
	"$(annotate --format csv --columns $columns --filter 'world=guest-kernel && vm=1' guest_chase |
		md5sum)"
# The costliest instruction is not the one with most samples: the mispredicted branch, by its
# latency cycles.
annotate guest_hot_branch >"$tap_dir/text"
is "the hottest line of guest_hot_branch is the tbz with 26 % of the cycles" \
	"$(sed -n 's/^  hottest  *//p' "$tap_dir/text")" \
	"4000129c tbz w3, #0, #0x400012a4: 26.0% of the function's latency cycles, 9.5% of its"
is "no other line of it costs as much" \
	"$(lines guest_hot_branch <"$tap_dir/text" | awk '$1 ~ /%$/ { print $1, $2, $3, $NF }' |
		sort -k1,1 -n -r | head -n 1 | cut -d' ' -f1-3)" "26.0% 9.5% 190"
annotate --format json guest_hot_branch >"$tap_dir/json"
is "so it is in JSON" "$(jq -r '(.columns | map(.name)) as $c | .functions[0] | .hottest as $h |
	.instructions[] | select(.offset == $h) |
	[.address, .instruction, .values[$c | index("cost")], .values[$c | index("samples")]] | join(" ")' \
	"$tap_dir/json")" "0x4000129c tbz w3, #0, #0x400012a4 26.03 190"
is "and Code begins with it" \
	"$("$screens" 140x40 "2 / Text:guest_hot_branch Enter a" "${recording[@]}" |
		sed -n 's/^> *\([0-9.%]*\) .* \(tbz w3, #0, #0x400012a4\) .*/\1 \2/p')" \
	"26.0% tbz w3, #0, #0x400012a4"
is "by samples another one is hottest" \
	"$(annotate --sort samples guest_hot_branch | sed -n 's/^  hottest  *//p')" \
	"40001294 eor x3, x2, x2, lsr #7: 8.0% of the function's latency cycles, 10.3% of its"
is "and s in Code goes by samples" \
	"$("$screens" 140x40 "2 / Text:guest_hot_branch Enter a s Home H" "${recording[@]}" |
		sed -n 's/^> *\([0-9.%]*\) .* \(eor x3, x2, x2, lsr #7\).*/\1 \2/p')" \
	"8.0% eor x3, x2, x2, lsr #7"
# Each instruction has as many records as samples.
wrong=
for h in "" " H" " H H" " H H H H"; do
	row=$("$screens" 140x60 "2 / Text:guest_hot_branch Enter a$h" "${recording[@]}" | awk '/^>/ { print $4 }')
	all=$("$screens" 140x400 "2 / Text:guest_hot_branch Enter a$h Enter" "${recording[@]}" | grep -c '^[> ] *[0-9]*[.][0-9]* ')
	[ -n "$row" ] && [ "$row" = "$all" ] || wrong="$wrong '$h': $row, $all records;"
done
is "Enter on an instruction shows its records" "$wrong" ""

#
# Missing data is reported
#

annotate __srcu_read_lock >"$tap_dir/out"
grep -q -- "--vmlinux FILE" "$tap_dir/out"
tap "a kernel by kallsyms alone has no code, and the fix is reported" $? "$(head -n 20 "$tap_dir/out")"
grep -qE '[0-9]+ +.* ffff[0-9a-f]{12} \?$' "$tap_dir/out"
tap "its samples are shown all the same" $?
annotate guest_hot_branch >"$tap_dir/out"
grep -q "source .*guest.c is not there: give --symfs" "$tap_dir/out"
tap "source that is not there is told" $?
annotate --filter address=1 >"$tap_dir/out"
grep -q "no counted sample is in a known function" "$tap_dir/out"
tap "no samples at all" $?
exits "an option that is report's" 2 "$SPELUNK" annotate --by symbol "${recording[@]}" main
exits "two recordings" 2 "$SPELUNK" annotate "${recording[@]}" main vhe-guest.data
annotate --limit 2 >"$tap_dir/out"
is "--limit counts functions" "$(grep -c 'samples, .*; .*operations)' "$tap_dir/out")" 2
grep -q "left out .* more functions with .* samples" "$tap_dir/out"
tap "and the rest is told" $?

#
# Hostile files
#

# harmless: FILE has nothing that a terminal would interpret
harmless()
{
	! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$1" &&
		iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}

# A source from elsewhere: escapes, bidi, invalid bytes, and 10 kB lines.
mkdir -p "$tap_dir/evil/tests/lab/guest"
for n in $(seq 400); do
	case $((n % 5)) in
	0) printf '\033[2J\033]0;owned\007 %d\r\n' "$n" ;;
	1) printf 'a\xe2\x80\xaeb\xe2\x81\xa6c %d\n' "$n" ;;
	2) printf '\xff\xfe\xc3\x28 %d\x00more\n' "$n" ;;
	3) printf 'x%.0s' $(seq 10000); echo ;;
	4) printf '\t\tcombining e\xcc\x81 \xef\xbb\xbf %d\n' "$n" ;;
	esac
done >"$tap_dir/evil/tests/lab/guest/guest.c"
recording+=(--symfs "$tap_dir/evil")
annotate guest_hot_branch >"$tap_dir/out"
harmless "$tap_dir/out"
tap "a hostile source disturbs no text" $?
grep -q 'x1b\[2J' "$tap_dir/out"
tap "it is shown, escaped" $?
for size in 80x24 300x100; do
	"$screens" $size "2 / Text:guest_hot_branch Enter a" "${recording[@]}" >"$tap_dir/out"
	harmless "$tap_dir/out"
	tap "nor a screen, $size" $?
done
annotate --format csv guest_hot_branch >"$tap_dir/out"
harmless "$tap_dir/out"
tap "nor CSV" $?
annotate --format json guest_hot_branch | jq -e '.functions[0].instructions | length == 19' >/dev/null
tap "nor JSON" $?

# Invalid code: arbitrary words in place of the functions.
cp guest.elf "$tap_dir/evil.elf"
awk 'BEGIN { srand(7); for (i = 0; i < 6000; i++) printf "%c", int(rand() * 128) }' |
	dd of="$tap_dir/evil.elf" bs=1 seek=$((0x10000)) conv=notrunc 2>/dev/null
recording=(--kallsyms kallsyms-6.12 --guest "$tap_dir/evil.elf" -i vhe-guest.data)
"$SPELUNK" annotate "${recording[@]}" --limit 0 >"$tap_dir/out" 2>"$tap_dir/err"
is "code that is none is shown" "$(grep -c '\.inst 0x' "$tap_dir/out" | sed 's/^[1-9][0-9]*$/some/')" some
harmless "$tap_dir/out"
tap "and disturbs nothing" $?
# A file cut in the middle of its code.
head -c $((0x10000 + 0x1290)) guest.elf >"$tap_dir/cut.elf"
recording=(--guest "$tap_dir/cut.elf" -i vhe-guest.data)
exits "a truncated file, which names nothing, is refused" 2 "$SPELUNK" annotate "${recording[@]}" --limit 3

# Libraries are loaded on demand; an empty file stands for a missing one.
mkdir "$tap_dir/capstone" "$tap_dir/llvm"
for n in 4 5 6; do
	: >"$tap_dir/capstone/libcapstone.so.$n"
done
for n in {14..40}; do
	: >"$tap_dir/llvm/libLLVM.so.$n.1"
	: >"$tap_dir/llvm/libLLVM-$n.so.1"
	: >"$tap_dir/llvm/libLLVM-$n.so"
done
chase() { "$SPELUNK" annotate -q --guest guest.elf -i vhe-guest.data --filter vm=0 guest_chase 2>&1; }
chase >"$tap_dir/both"
LD_LIBRARY_PATH=$tap_dir/llvm chase >"$tap_dir/out"
is "capstone alone" "$(cat "$tap_dir/out")" "$(cat "$tap_dir/both")"
# sve FOLDER: print the sentence about unknown instructions if the nop becomes ptrue p0.b, of SVE, and the
# libraries that FOLDER has are missing
cp guest.elf "$tap_dir/sve.elf"
printf '\xe0\xe3\x18\x25' | dd of="$tap_dir/sve.elf" bs=1 seek=$((0x1130c)) conv=notrunc status=none
sve()
{
	LD_LIBRARY_PATH=$1 "$SPELUNK" annotate -q --guest "$tap_dir/sve.elf" -i vhe-guest.data \
		--filter vm=0 guest_chase | tr -s ' \n' ' ' | grep -oE '[0-9]+ instructions?, .* knows more'
}
# loads FOLDER: print what is loaded if the libraries that FOLDER has are missing
loads() { LD_LIBRARY_PATH=$1 "$SPELUNK" version -v | sed -n 's/^  instructions  //p'; }
if [ "$(loads "$tap_dir/llvm")" = "capstone 4" ]; then
	is "capstone 4 does not know SVE, and the report says what does" "$(sve "$tap_dir/llvm")" \
		"1 instruction, shown as .inst, is unknown to capstone 4; install libLLVM (14 or later), which knows more"
fi
if [[ $(loads "$tap_dir/capstone") = LLVM* ]]; then
	is "LLVM disassembles SVE" "$(sve "$tap_dir/capstone")" ""
	LD_LIBRARY_PATH=$tap_dir/capstone chase >"$tap_dir/out"
	is "LLVM alone says the same in the same words" "$(cat "$tap_dir/out")" "$(cat "$tap_dir/both")"
fi
LD_LIBRARY_PATH=$tap_dir/capstone:$tap_dir/llvm chase >"$tap_dir/out"
is "without both there is a word" "$(sed -n 's/^  unread  *//p' "$tap_dir/out")" \
	"instructions are shown as .inst: install libcapstone or libllvm"
is "only what spelunk reads itself has another text" \
	"$(grep -E '  400013[0-9a-f]{2} ' "$tap_dir/out" | grep -v '\.inst 0x' | sed 's/.* 400013.. //')" \
	"│   mov x2, #0
│   nop
╰─> mov x0, #0"
holds "and all are there" "$(grep -c '\.inst 0x' "$tap_dir/out") > 10"

tap_end
