#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Valgrind finds no uninitialised reads and no leaks, on valid and on broken recordings.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

[[ $BUILD != *san* ]] || skip_all "built with sanitizers"
command -v valgrind >/dev/null || skip_all "no valgrind"
unpack tests/demo/*.xz tests/captures/*.xz
dir=$BUILD/captures
symfs=$tap_dir/symfs
mkdir -p "$symfs/lab"
cp "$dir/work.elf" "$symfs/lab/work"
cp "$dir/vmm.elf" "$symfs/lab/vmm"

# clean NAME STATUS ARGUMENTS...
clean()
{
	local name=$1 want=$2
	shift 2
	valgrind -q --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99 \
		"$SPELUNK" "$@" >/dev/null 2>"$tap_dir/err"
	[ $? = "$want" ]
	tap "$name" $? "$(tail -n 15 "$tap_dir/err")"
}

clean "a report with guest symbols" 0 report -i "$dir/vhe-guest.data" \
	--guest "$dir/guest.elf" --kallsyms "$dir/kallsyms-6.12"
clean "rows by line and page, as JSON" 0 report -i "$dir/vhe-work.data" -j2 \
	--symfs "$symfs" --by line,page --filter 'op=load && symbol=~hot' --format json
mkdir -p "$symfs/share"
cp "$dir/calls.elf" "$symfs/share/calls"
clean "callers" 0 report -i "$dir/calls.data" --symfs "$symfs" --callers slow
clean "call stacks" 0 report -i "$dir/calls.data" --symfs "$symfs" --by stack --format json
clean "samples" 0 dump --samples --format csv -i "$dir/vhe-work.data"
clean "packets" 0 dump --limit 20000 -i "$dir/nvhe-kvm1.data"
head -c 150000 "$dir/vhe-work.data" >"$tap_dir/cut"
clean "a recording that was cut" 0 report -i "$tap_dir/cut"
head -c 400000 "$dir/vhe-work.data" | tail -c 300000 >"$tap_dir/raw"
clean "bytes from anywhere" 0 dump --records -i "$tap_dir/raw"

tap_end
