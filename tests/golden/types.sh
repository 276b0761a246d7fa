#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The type and field of data: a recording of accesses to the variables of a program for aarch64 whose
# fields are known, by tests/types/truth.c.  What is shown must be right, or unknown.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
export HOME=$tap_dir
unset DEBUGINFOD_URLS

cross=
[ "$(uname -m)" = aarch64 ] || cross=aarch64-linux-gnu-
command -v ${cross}gcc >/dev/null || skip_all "no ${cross}gcc"
gen=$(realpath "$BUILD/tests/tools/gen")
t=$tap_dir
${CC:-cc} -o "$t/truth" tests/types/truth.c && "$t/truth" >"$t/list" || exit 1

# compile NAME OPTION...
compile()
{
	${cross}gcc -ffreestanding -nostdlib -fdata-sections -Wl,--gc-sections -o "$t/$1" "${@:2}" \
		tests/types/fields.c
}

# accesses WORLD PROGRAM PREFIX: of the fields in the list, from a place that accesses nothing, and of addresses
# that are no variable's; the wanted rows go to $t/want
accesses()
{
	${cross}nm "$t/$2" | awk -v world="$1" -v prefix="$3" -v want="$t/want" '
		function hex(s,	i, n) {
			for (i = 1; i <= length(s); i++)
				n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
			return n
		}
		FILENAME == "-" { sub(/\.[0-9]+$/, "", $3); at[$3] = $1; next }
		{
			# kernel addresses do not fit in a double: the lower half does
			high = substr(at[$1], 1, 8)
			address = sprintf("%s%08x", high, hex(substr(at[$1], 9)) + hex($2))
			printf "%s %s %s %s%s\n", world, NR % 2 ? "r" : "w", at["idle"], prefix, address
			printf "0x%s,%s\n", address, substr($0, length($1 $2) + 3) >want
		}' - "$t/list"
}

# place PROGRAM FUNCTION: its address
place()
{
	${cross}nm "$t/$1" | sed -n "s/ [A-Za-z] $2\$//p"
}

# rows FILE OPTION...: what is said of each address
rows()
{
	"$SPELUNK" report -q -i "$1" --by va,type,field,field_offset --columns samples --limit 0 \
		--format csv "${@:2}" 2>"$t/err" | sed 1d | sed -E 's/,[0-9]+$//' | tr -d '"' | tr , ';'
}

# compare NAME BASE: $t/rows with $t/want, whose addresses are BASE higher
compare()
{
	python3 -c '
import sys
base = int(sys.argv[2], 16)
want = {int(a, 16) + base: v for a, v in (l.rstrip("\n").split(",") for l in open(sys.argv[1]))}
right = wrong = unknown = other = 0
for line in open(sys.argv[3]):
	va, what = line.rstrip("\n").split(";", 1)
	va = int(va, 16)
	if va not in want:
		other += what != ";;"
		continue
	w = want.pop(va)
	if what == w:
		right += 1
	elif what == ";;":
		unknown += 1
	else:
		wrong += 1
	if what != w:
		print(hex(va), "got", what, "want", w)
print(f"{right} right, {wrong} wrong, {unknown} unknown, {len(want)} not seen, {other} not ours")
' "$t/want" "$2" "$t/rows" >"$t/said"
	is "$1" "$(tail -n 1 "$t/said")" "$(wc -l <"$t/want") right, 0 wrong, 0 unknown, 0 not seen, 0 not ours"
	grep -v right "$t/said" | sed 's/^/# /'
}

# generate NAME OPTION...: NAME.data, of the accesses in NAME.acc
generate()
{
	"$gen" -o "$t/$1.data" --records 60000 --cpus 2 --places 64 --accesses "$t/$1.acc" "${@:2}" \
		2>/dev/null
}

# A program and its variables; only the map of its code is recorded.
mkdir -p "$t/fs/usr/bin"
for dwarf in 5 4 3; do
	compile nginx -O2 -gdwarf-$dwarf -pie -fpie -Wl,-Ttext=0x10000
	cp "$t/nginx" "$t/fs/usr/bin/nginx"
	accesses host-user nginx + >"$t/user.acc"
	printf 'host-user r %s 0000ffff40000000\n' "$(place nginx idle)" >>"$t/user.acc"
	generate user
	rows "$t/user.data" --symfs "$t/fs" --filter 'world=host-user && comm=nginx' >"$t/rows"
	compare "each field of a program, DWARF $dwarf" aaaa9fff0000
done
rows "$t/user.data" --filter 'world=host-user && comm=nginx' >"$t/rows"
is "without the file all is unknown" "$(grep -vc ';;;$' "$t/rows")" 0
${cross}strip -g -o "$t/fs/usr/bin/nginx" "$t/nginx"
rows "$t/user.data" --symfs "$t/fs" --filter 'world=host-user && comm=nginx' >"$t/rows"
is "and without DWARF" "$(grep -vc ';;;$' "$t/rows")" 0

# The kernels of the host and of guests, one of which KASLR moved.
compile vmlinux -O2 -g -static -no-pie -fno-pic -Wl,-Ttext=0xffff800080000000 \
	-Wl,--defsym=_text=0xffff800080000000
accesses host-kernel vmlinux "" >"$t/kernel.acc"
printf 'host-kernel w %s ffff000800000000\n' "$(place vmlinux idle)" >>"$t/kernel.acc"
generate kernel
rows "$t/kernel.data" --vmlinux "$t/vmlinux" --filter 'world=host-kernel' >"$t/rows"
compare "each field of the host's kernel" 0
accesses guest-kernel vmlinux + >"$t/guest.acc"
generate guest --guest-slide 0x12340000
rows "$t/guest.data" --guest "$t/vmlinux@0x12340000" --filter 'world=guest-kernel' >"$t/rows"
compare "each field of a guest's kernel" 12340000
is "a filter by type" "$("$SPELUNK" report -q -i "$t/guest.data" --guest "$t/vmlinux@0x12340000" \
	--filter "type='struct list *' && field=head" --by field,field_offset --columns samples --format csv | sed -n '2,$s/,[0-9]*$//p')" "head,0"

# Memory of the heap: by the code.  The only load of each function is sampled.
"$t/truth" loads | sort >"$t/loads"
for options in "-O2" "-O1 -gdwarf-4" "-O3 -fomit-frame-pointer"; do
	compile nginx -g $options -pie -fpie -Wl,-Ttext=0x10000
	cp "$t/nginx" "$t/fs/usr/bin/nginx"
	${cross}objdump -d --no-show-raw-insn "$t/nginx" | awk '
		/^[0-9a-f]+ <load_/ { name = substr($2, 2, length($2) - 3) }
		/^[0-9a-f]+ </ && !/<load_/ { name = "" }
		name && $2 ~ /^ldr/ { sub(/:/, "", $1); printf "host-user r %s 0000ffff4%07x\n", $1, 4096 * ++nr;
			print name }' >"$t/out"
	grep host-user "$t/out" >"$t/heap.acc"
	is "each function has one load, $options" "$(grep -v host-user "$t/out" | sort)" \
		"$(cut -d' ' -f1 "$t/loads")"
	generate heap
	"$SPELUNK" report -q -i "$t/heap.data" --symfs "$t/fs" --by symbol,type,field,field_offset \
		--filter 'world=host-user && comm=nginx' --columns samples --limit 0 --format csv |
		sed 1d | sed -E 's/,[0-9]+$//; s/,/ /; s/,/;/g' | sort >"$t/got"
	is "none has another type, $options" "$(grep -v ' ;;$' "$t/got" | comm -23 - "$t/loads")" ""
	# an index may be beyond the array
	is "10 of 13 are known, $options" "$(sed -n 's/ ;;$//p' "$t/got" | xargs)" \
		"load_any_hits load_element load_grid"
done

# Types and fields by cost: every sample of the report's rows is in them.
types=("$SPELUNK" types -q -i "$t/kernel.data" --vmlinux "$t/vmlinux")
by_field()
{
	"$SPELUNK" report -q -i "$t/kernel.data" --vmlinux "$t/vmlinux" --by type,field,field_offset \
		--filter 'word>=0 && type!="none"' --columns samples,loads,stores --format csv | sed 1d | sort
}
is "types has the fields of the report" \
	"$("${types[@]}" --format csv | sed 1d | cut -d, -f 1,3,4,6-8 | sort)" "$(by_field)"
is "and their sizes" "$("${types[@]}" --format csv | awk -F, '
	$3 ~ /stats\[\].hits|lru.b|state|grid/ || ($3 ~ /padding/ && $4 == 1) { print $2, $3, $5 }')" \
	"152 cpu.(padding) 3
152 cpu.stats[].hits 8
152 cpu.(lru|b) 24
152 cpu.(state|flags) 1
152 cpu.grid[][] 4"
"${types[@]}" --format json >"$t/json"
is "cache lines of a struct" "$(jq -c '.types[] | select(.type == "struct cpu") |
	[.size, [.lines[].line], ([.lines[].samples] | add) == .samples]' "$t/json")" "[152,[0,1,2],true]"
is "all samples are there" "$(jq '([.types[].samples] | add) + .samples_unknown == .samples' "$t/json")" true
"${types[@]}" >"$t/text"
is "text draws them" "$(grep -c -- '---- line [012], from byte' "$t/text")" 3

# none OPTION...: what is said where there is no type
none()
{
	"$SPELUNK" types -i "$t/kernel.data" "$@" 2>"$t/err" | sed -n 's/^  none  *//p'
}
is "without debug information" "$(none)" \
	"no sample's data has a known type: give files with debug information (--symfs,"
is "where a filter matches nothing" "$(none --vmlinux "$t/vmlinux" --filter 'world=host-kernel && type="cpu"')" \
	"no sample with a data address matches the filter"
is "and the name that would" "$(sed -n 's/.*\(type=cpu does not occur\); this recording has .*\(struct cpu\).*/\1: \2/p' "$t/err")" \
	"type=cpu does not occur: struct cpu"

# Variables have no offsets to sort by: they come by cost.  Those of the demo are the program's and
# its guests', of which `report` sums the latencies by another way.
unpack tests/demo/{vhe-guest.data,guest.elf,work.elf}.xz
mkdir -p "$t/demo/share"
cp "$BUILD/captures/work.elf" "$t/demo/share/work"
demo=(-q -i "$BUILD/captures/vhe-guest.data" --symfs "$t/demo" --guest "$BUILD/captures/guest.elf")
is "variables by cost" "$("$SPELUNK" types "${demo[@]}" --format json |
	jq -r '.types[] | select(.type == "long unsigned int") | .fields[].field')" \
	"$("$SPELUNK" report "${demo[@]}" --filter 'type="long unsigned int"' --by field --sort total_sum \
	--columns samples --format csv | sed '1d; s/,.*//')"
is "the legend explains ~" "$("$SPELUNK" types "${demo[@]}" | grep -c '^  legend  *~ based on fewer than 30 samples')" 1

# A bound of rows: a row by type is that of many fields, and the largest rows are shown.
limited()
{
	"$SPELUNK" report -q -i "$t/user.data" --symfs "$t/fs" --by type,tid --sort samples --columns samples \
		--format csv "$@" 2>/dev/null | head -n 4
}
for process in nginx postgres java make redis-server python3; do
	cp "$t/nginx" "$t/fs/usr/bin/$process"
done
limited --max-rows 0 >"$t/all"
is "there are rows of several types" "$(sed 1d "$t/all" | cut -d, -f1 | sort -u | head -n 2 | wc -l)" 2
for jobs in 1 4; do
	is "with few rows the largest stay, -j$jobs" "$(limited --max-rows 12 -j$jobs)" "$(cat "$t/all")"
done

# The words of cache lines.
generate kernel --no-physical
"$SPELUNK" sharing -q -i "$t/kernel.data" --vmlinux "$t/vmlinux" --fields --format json >"$t/json"
is "sharing names the field of a word" "$(jq -c '[.lines[] | .line as $line | .fields[] |
	select(.field == "head" or .field == "cpu.tail") | [$line, .word, .field]] | sort | .[]' "$t/json" | tr '\n' ' ')" \
	"$({ place vmlinux head; place vmlinux cpus; } | python3 -c '
head, cpus = (int(l, 16) for l in __import__("sys").stdin)
tail = cpus + 4 * 152 + 116
for a, f in sorted([(head, "head"), (tail, "cpu.tail")]):
	print(f"[\"{a & ~63:#x}\",{a % 64 // 8 * 8},\"{f}\"]", end=" ")')"
is "not without --fields" "$("$SPELUNK" sharing -q -i "$t/kernel.data" --vmlinux "$t/vmlinux" --format json |
	jq -c '[.lines[].fields[]]')" "[]"
unpack tests/captures/share.{data,elf}.xz
cp "$BUILD/captures/share.elf" "$t/demo/share/share"
sharing=("$SPELUNK" sharing -q -i "$BUILD/captures/share.data")
"${sharing[@]}" --symfs "$t/demo" --fields >"$t/text"
is "the text names and explains them" "$(grep -c '^  byte  *the field in the word' "$t/text")" 1
is "and nothing else without --fields" "$("${sharing[@]}" --symfs "$t/demo" | grep -c '^  \(byte\|fields\) ')" 0
is "and says where none is known" "$("${sharing[@]}" --fields | sed -n 's/^  fields  *//p')" \
	"no word of these lines is in a known field: give files with debug information"
tap_end
