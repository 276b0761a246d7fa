#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Functions that a program makes at run time have names and their shares, without an option: of a
# program that runs when the recording ends, and of one that has ended.

cd "$(dirname "$0")/../../.." || exit 1
. tests/tap.sh

dir=$tap_dir/jit
mkdir "$dir"
cp "$BUILD/lab/guest/jit" "$BUILD/lab/arm/spelunk" "$dir/"
exits "the machine makes its recordings" 0 tests/lab/run --kernel 6.12 --share "$dir" -- sh -ec '
	cp jit spelunk /tmp/ && cd /tmp
	./spelunk record -q -a --period 2048 -o ended.data -- ./jit 3000
	./jit 0 &
	./spelunk record -q -a --period 2048 -o runs.data -- sleep 1
	kill $!
	./spelunk record -q -a --period 2048 --no-symbols -o without.data -- ./jit 1000
	cp *.data /share/'

# made FILE: "SAMPLES,SYMBOL" of code made at run time
made()
{
	"$SPELUNK" report -q -i "$dir/$1.data" --by symbol --columns samples --format csv \
		--filter 'object="[JIT]"' | awk -F, 'NR > 1 { print $2 "," $1 }' | sort -t, -k2
}

for name in ended runs; do
	made $name >"$tap_dir/$name"
	sed 's/^/# /' "$tap_dir/$name"
	is "$name: the functions, and no others" "$(cut -d, -f2 "$tap_dir/$name" | paste -sd' ')" \
		'Shop::one(int) Shop::three(int)'
	all=$(awk -F, '{ n += $1 } END { print n + 0 }' "$tap_dir/$name")
	one=$(awk -F, '/one/ { print $1 }' "$tap_dir/$name")
	holds "$name: hundreds of samples" "$all > 300"
	# a quarter of the steps, within four standard deviations
	holds "$name: one has a quarter of them, within the sampling bound" \
		"(${one:-0} / $all - 1 / 4) ^ 2 < 16 * 3 / 16 / $all"
done
is "--no-symbols leaves them out" "$(made without)" ""

tap_end
