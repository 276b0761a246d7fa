#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Faults that somebody could write into kvm/world, from tests/world_edits: each is made in a copy of
# the source, and the unit tests of the world switch, built with it, must fail.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

tests=(tests/unit/world.c tests/unit/world_*.c)
copy=$tap_dir/copy
mkdir -p "$copy/kvm" "$copy/tests"
cp -r tests/unit "$copy/tests/"

# fresh: copy the unchanged source
fresh()
{
	rm -rf "$copy/kvm/world"
	cp -r kvm/world "$copy/kvm/"
}

# builds: build all tests in $tap_dir
builds()
{
	local t
	for t in "${tests[@]}"; do
		(cd "$copy" && ${CC:-cc} -std=gnu11 -w -O0 -DWORLD_MODEL -I. -o "$tap_dir/$(basename "$t" .c)" \
			"$t" kvm/world/*.c -lcmocka) || return 1
	done
}

# passes: run all tests
passes()
{
	local t
	for t in "${tests[@]}"; do
		"$tap_dir/$(basename "$t" .c)" || return 1
	done
}

fresh
exits "the tests build with the source as it is" 0 builds
exits "and pass" 0 passes
while IFS=$'\t' read -r file edit breaks; do
	case $file in
	\#* | "") continue ;;
	esac
	fresh
	sed -i "$edit" "$copy/kvm/world/$file"
	! cmp -s "kvm/world/$file" "$copy/kvm/world/$file"
	tap "$file changes: $breaks" $? "$edit"
	exits "it builds" 0 builds
	! passes >"$tap_dir/out" 2>&1
	tap "and a test fails: $breaks" $?
done <tests/world_edits
tap_end
