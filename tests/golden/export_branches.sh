#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sampled branches for compilers: literals are from branches.told, which is what the emulator says
# that it sampled, and from the code of branches.elf. The compilers' own tools read them in
# export_compilers.sh.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/captures/{branches.data,branches-plain.data,branches.elf}.xz \
	tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf,work.elf,vmm.elf}.xz
captures=$BUILD/captures
symfs=$tap_dir/symfs
mkdir -p "$symfs/share"
cp "$captures/branches.elf" "$symfs/share/branches"
cp "$captures/work.elf" "$symfs/share/work"
cp "$captures/vmm.elf" "$symfs/share/vmm"
id=bc2f8a7e06cb	# the start of its build-id
targets=(-i "$captures/branches.data" --symfs "$symfs" --object branches)
plain=(-i "$captures/branches-plain.data" --symfs "$symfs" --object branches)
demo=(-i "$captures/vhe-guest.data" --kallsyms "$captures/kallsyms-6.12" --guest "$captures/guest.elf"
	--symfs "$symfs")

export_to()
{
	"$SPELUNK" export --to "$@" 2>"$tap_dir/err"
}

# told FILE EXPRESSION: its lines, by sed
told()
{
	sed -n "$2" "tests/captures/$1.told" | sort
}

#
# By address
#

is "bolt-preagg: branches, and code between them" "$(export_to bolt-preagg "${targets[@]}" | sort)" \
	"$(told branches '/^[BF]/p')"
is "bolt-preagg: branches not taken go to the next instruction" \
	"$(export_to bolt-preagg "${plain[@]}" | sed -n '/^F/p' | sort)" "F 9e8 9ec 6
F aa8 aac 8"
is "bolt-preagg: the same branches are taken" "$(export_to bolt-preagg "${plain[@]}" | sed -n '/^B/p' | sort)" \
	"$(told branches-plain '/^B/p')"
# of 4096 bytes of the program's input 120 are below 8, and not taken at 9e8
holds "as often as the program says: 3976 of 4096" "$(export_to bolt-preagg "${plain[@]}" | awk '
	$2 == "9e8" { n[$1] = $4 } END { print n["B"] / (n["B"] + n["F"]) }') - 3976 / 4096 < 0.02"
is "one thread and many agree" "$(export_to bolt-preagg "${targets[@]}" -j1 | md5sum)" \
	"$(export_to bolt-preagg "${targets[@]}" -j3 | md5sum)"
is "a filter chooses" "$(export_to bolt-preagg "${targets[@]}" --filter mispredicted | grep ^B | sort)" \
	"B 984 9f4 5 5
B 984 a04 14 14"

# The type of its second program header, at 64 + 56, is PT_INTERP; a library has none.
mkdir -p "$tap_dir/library/share"
{
	head -c 120 "$captures/branches.elf"
	printf '\0\0\0\0'
	tail -c +125 "$captures/branches.elf"
} >"$tap_dir/library/share/branches"
is "bolt-preagg: addresses of a library have its build-id" \
	"$(export_to bolt-preagg "${targets[@]/"$symfs"/"$tap_dir/library"}" | sed -n '1p')" \
	"B bc2f8a7e06cbe7a61f1994c6449d6b0393f86a87:748 bc2f8a7e06cbe7a61f1994c6449d6b0393f86a87:730 3 0"

#
# Lists of ranges and branches
#

{
	told branches '/^F/p' | wc -l
	told branches 's/^F \(.*\) \(.*\) \(.*\)/\1-\2:\3/p'
	told branches '/^B/p' | wc -l
	told branches 's/^B \(.*\) \(.*\) \(.*\) .*/\1->\2:\3/p'
} | sort >"$tap_dir/want"
is "profgen: ranges and branches" "$(export_to profgen "${targets[@]}" | sort)" "$(cat "$tap_dir/want")"
is "profgen: lengths stand before the lists" "$(export_to profgen "${targets[@]}" | sed -n '1p; 18p')" "16
14"
is "autofdo: likewise, with no addresses between" "$(export_to autofdo "${targets[@]}" | sed 18d | sort)" \
	"$(cat "$tap_dir/want")"
is "which is said" "$(export_to autofdo "${targets[@]}" | sed -n '1p; 18,19p')" "16
0
14"
is "profgen: each branch is a range of its own without targets of previous ones" \
	"$(export_to profgen "${plain[@]}" | sed -n 's/^9e8-9/9/p; s/^aa8-a/a/p')" "9e8:362
aa8:8"
# work.elf is loaded at 0x400000, guest.elf at 0x40000000; branches.elf at 0
is "profgen: offsets from the first segment with code" \
	"$(export_to profgen "${demo[@]}" --object work | grep ^bfc-\>; export_to profgen "${demo[@]}" --object '[guest:vm0]' |
		grep ^1228-\>)" "bfc->c04:176
1228->1210:435"
is "autofdo: offsets from the first segment" \
	"$(export_to autofdo "${demo[@]}" --object work | grep ^bfc-\>; export_to autofdo "${demo[@]}" --object '[guest:vm0]' |
		grep ^1228-\>)" "bfc->c04:176
1228->1210:435"
# Swap the program headers of the two segments, at 64 + 2 * 56 and 64 + 3 * 56: lld, too, puts another
# segment before that of the code.
mkdir -p "$tap_dir/swapped/share"
{
	head -c 176 "$captures/branches.elf"
	tail -c +233 "$captures/branches.elf" | head -c 56
	tail -c +177 "$captures/branches.elf" | head -c 56
	tail -c +289 "$captures/branches.elf"
} >"$tap_dir/swapped/share/branches"
is "profgen: of the first segment with code" \
	"$(export_to profgen "${targets[@]/"$symfs"/"$tap_dir/swapped"}" | sed -n '2p')" "730-748:3"

#
# By symbol: what perf2bolt 19.1.7 makes of bolt-preagg
#

is "bolt: branches by symbol and offset, and the ends of blocks" "$(export_to bolt "${targets[@]}" | sort)" \
	"$(sort <<'END'
1 main 88 1 main 70 0 3
1 main c8 1 main a0 0 1
1 other 20 1 other 24 0 3
1 other 28 1 other 2c 0 8
1 other 30 1 fold/2 0 0 8
1 other 38 1 other 24 0 3
1 scan 0 1 scan 4 0 1
1 scan 1c 1 scan 20 0 1
1 scan 28 1 scan 2c 0 9
1 scan 28 1 scan 64 0 356
1 scan 30 1 rare 0 0 9
1 scan 40 1 rare 0 0 6
1 scan 44 1 scan 48 0 11
1 scan 50 1 scan 20 0 375
1 scan 68 1 fold/1 0 0 325
1 scan 6c 1 scan 48 0 382
END
)"
is "bolt: branches that were not taken" "$(export_to bolt "${plain[@]}" | grep -E '^1 (scan|other) 28 ' | sort)" \
	"1 other 28 1 other 2c 0 8
1 scan 28 1 scan 2c 0 6
1 scan 28 1 scan 64 0 356"

#
# Which binary
#

# report FILTER: samples of branches that retired
report()
{
	"$SPELUNK" report -q "${demo[@]}" --by world --columns samples --format csv \
		--filter "op=branch && retired && $1" | awk -F, 'NR > 1 { n += $2 } END { print n + 0 }'
}

# edges: branches that begin in the binary, taken or not
edges()
{
	awk '$2 != "X:0" { n += $4 } END { print n }'
}

# These CPUs do not record targets of previous branches: F are the branches that are not taken.
is "guests of one build are one binary" "$(export_to bolt-preagg "${demo[@]}" --object '[guest:vm0]' | edges)" \
	"$(report world=guest)"
is "by build-id" "$(export_to bolt-preagg "${demo[@]}" --object 63225613 | edges)" "$(report world=guest)"
is "by path, by name" "$(export_to bolt-preagg "${demo[@]}" --object /share/work | edges)
$(export_to bolt-preagg "${demo[@]}" --object work | edges)" "$(report object=/share/work)
$(report object=/share/work)"
is "of one that was asked for, nothing is left out" "$(cat "$tap_dir/err")" ""
export_to bolt "${demo[@]}" --filter 'world!=guest && object!=/share/vmm' >"$tap_dir/out"
is "what is left out is said" "$(sed -n 's/.*left out: //p' "$tap_dir/err")" \
	"$(report 'object!=/share/work && object!=/share/vmm && world!=guest') in objects without a file here"
exits "one of several must be chosen" 1 "$SPELUNK" export --to bolt "${demo[@]}"
is "of which all are named" "$(sed -n 's/.*files were sampled: //p' "$tap_dir/err")" \
	"choose one with --object, or give a folder to --output for all: [guest:vm0] (63225613af10), /share/work (f2f4e6cca9d5), /share/vmm (2eef758c65bf)"
exits "one that is not there" 1 "$SPELUNK" export --to bolt "${demo[@]}" --object wrok
grep -q "no sampled branches in 'wrok'; there are some in \[guest:vm0\]" "$tap_dir/err"
tap "says what is there" $? "$(cat "$tap_dir/err")"
refuses "--object of what has no binary" "--object is for kinds about one binary" \
	export --to folded "${demo[@]}" --object work
mkdir "$tap_dir/folder"
export_to bolt-preagg "${demo[@]}" -o "$tap_dir/folder"
is "a folder gets a file of each" "$(ls "$tap_dir/folder")" "_guest_vm0_-63225613af10.bolt-preagg
vmm-2eef758c65bf.bolt-preagg
work-f2f4e6cca9d5.bolt-preagg"
cmp -s "$tap_dir/folder/work-f2f4e6cca9d5.bolt-preagg" <(export_to bolt-preagg "${demo[@]}" --object work)
tap "the same as alone" $?
LC_ALL=C sed "s|/share/branches|/share/../a b\x1b;|g" "$captures/branches.data" >"$tap_dir/data"
cp "$captures/branches.elf" "$symfs/a b"$'\x1b;'
rm -r "$tap_dir/folder" && mkdir "$tap_dir/folder"
export_to bolt-preagg -i "$tap_dir/data" --symfs "$symfs" --object $id -o "$tap_dir/folder"
mkdir -p "$tap_dir/named/share"
LC_ALL=C sed 's/\x00scan\x00/\x00s\x1bn\n\x00/; s/\x00rare\x00/\x00r \\e\x00/' "$captures/branches.elf" \
	>"$tap_dir/named/share/branches"
is "a hostile symbol is none, and a strange one is escaped" \
	"$(export_to bolt "${targets[@]/"$symfs"/"$tap_dir/named"}" | grep -v other)" \
	"1 main 88 1 main 70 0 3
1 main c8 1 main a0 0 1
0 [unknown] 0 1 r\\ \\\\e 0 0 9
0 [unknown] 0 1 r\\ \\\\e 0 0 6
0 [unknown] 0 1 fold/1 0 0 325"
is "a hostile name stays in the folder" "$(cd "$tap_dir" && find folder -type f)" \
	"folder/a_b__-$id.bolt-preagg"
export_to bolt -i "$tap_dir/data" --symfs "$symfs" --object nothing
is "and is escaped in a message" "$(sed -n "s/.*there are some in \\([^,]*\\).*/\\1/p" "$tap_dir/err")" \
	"/share/../a b\\x1b; ($id)"

#
# What is left out
#

# 1694299 biases which branches of a Neoverse N1 before r4p1 are sampled: 0x413fd0c1 is r3p1.
n1()
{
	LC_ALL=C sed "s/0x00000000000f0510/0x00000000$1/" "$captures/branches.data" >"$tap_dir/data"
	exits "$2" "$3" "$SPELUNK" export --to bolt-preagg -i "$tap_dir/data" --symfs "$symfs" --object branches
}
n1 413fd0c1 "CPUs with an erratum of branches are left out" 1
grep -q "no sampled branch is usable: 1872 on CPUs with an erratum that biases them (1694299)" "$tap_dir/err"
tap "with the reason" $? "$(cat "$tap_dir/err")"
n1 414fd0c1 "not the revision that has it fixed" 0
is "which is as good as any" "$(sort "$tap_dir/out")" "$(told branches '/^[BF]/p')"

# Some of the generated branches are ERETs to another exception level.
"$BUILD/tests/tools/gen" -o "$tap_dir/n1.data" --records 20000 --symfs "$tap_dir/gen" 2>"$tap_dir/log"
LC_ALL=C sed 's/\xc1\xd0\x3f\x41/\xc1\xd0\x4f\x41/g; s/413fd0c1/414fd0c1/g' "$tap_dir/n1.data" >"$tap_dir/gen.data"
rm -r "$tap_dir/folder" && mkdir "$tap_dir/folder"
export_to bolt-preagg -i "$tap_dir/gen.data" --symfs "$tap_dir/gen" -o "$tap_dir/folder" --no-progress
is "all branches are edges, or are said to be left out" \
	"$(($(cat "$tap_dir"/folder/*.bolt-preagg | edges) +
		$(grep -o '[0-9]* \(on\|that\|to\|of\|in\) ' "$tap_dir/err" | awk '{ n += $1 } END { print n + 0 }')))" \
	"$("$SPELUNK" report -q -i "$tap_dir/gen.data" --by world --columns samples --format csv \
		--filter op=branch | awk -F, 'NR > 1 { n += $2 } END { print n }')"
is "exception returns" "$(grep -o '[0-9]* to another exception level' "$tap_dir/err")" \
	"$("$SPELUNK" dump --records --format csv -i "$tap_dir/gen.data" |
		awk -F, '$21 == 2 && $6 && $23 != $25 { n++ } END { print n }') to another exception level"
# A program that is sampled speculatively: clear event 1 of all branches.
LC_ALL=C sed 's/\x52\x02\x00\x65/\x52\x00\x00\x65/g; s/\x52\x42\x00\x65/\x52\x40\x00\x65/g
	s/\x52\x82\x00\x65/\x52\x80\x00\x65/g; s/\x52\xc2\x00\x65/\x52\xc0\x00\x65/g' "$captures/branches.data" >"$tap_dir/data"
exits "speculation is no branch" 1 "$SPELUNK" export --to bolt -i "$tap_dir/data" --symfs "$symfs" --object branches
grep -q 'no sampled branch is usable: 1872 that did not retire' "$tap_dir/err"
tap "and that is said" $? "$(cat "$tap_dir/err")"

tap_end
