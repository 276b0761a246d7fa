#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Results depend neither on the vectors used to decode records nor on the number of threads: random
# records, packed, padded, shuffled and damaged. NEON is tested with a cross compiler and
# qemu-aarch64 (packages gcc-aarch64-linux-gnu and qemu-user), if installed.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

"$BUILD/tests/tools/vectors" >"$tap_dir/vectors"
tap "records are decoded with each kind of vectors" $?
while read -r kind vectors result; do
	case $result in
	unusable) ;;
	*) is "$kind records: $vectors as the compiler's vectors" "$result" same ;;
	esac
done < <(head -n -1 "$tap_dir/vectors")

cross=aarch64-linux-gnu-gcc
if [ "$(uname -m)" != aarch64 ] && command -v $cross qemu-aarch64 >/dev/null; then
	$cross -static -O2 -std=gnu11 -I. -o "$tap_dir/arm" tests/tools/vectors.c \
		tests/spe/encode.c decoder/*.c &&
		qemu-aarch64 "$tap_dir/arm" >"$tap_dir/vectors.arm"
	is "NEON: the same records" "$(tail -n 1 "$tap_dir/vectors.arm")" \
		"$(tail -n 1 "$tap_dir/vectors")"
fi

# reports NAME GEN-OPTIONS...: reports of a recording with 1, 2, 3 and 8 threads
reports()
{
	local by jobs one

	"$BUILD/tests/tools/gen" -o "$tap_dir/gen" --kallsyms "$tap_dir/kallsyms" \
		--records 20000 --cpus 12 "${@:2}" 2>/dev/null
	for by in '' '--by comm,object,symbol' '--by object,symbol' '--by tid,symbol,source'; do
		for jobs in 1 2 3 8; do
			for format in text csv; do
				# shellcheck disable=SC2086 # several options
				"$SPELUNK" report -q -j$jobs --format $format --kallsyms "$tap_dir/kallsyms" \
					$by -i "$tap_dir/gen"
			done >"$tap_dir/j$jobs"
		done 2>"$tap_dir/errors"
		one=$(md5sum <"$tap_dir/j1")
		[ -s "$tap_dir/j1" ] && [ ! -s "$tap_dir/errors" ]
		tap "$1 ${by:-default}: reports" $? "$(head -n 3 "$tap_dir/errors")"
		is "$1 ${by:-default}: the same with 2, 3 and 8 threads" \
			"$(for jobs in 2 3 8; do md5sum <"$tap_dir/j$jobs"; done | sort -u)" "$one"
	done
}

reports packed --align 0
reports padded
reports shuffled --orders random
reports damaged --damage 20 --damage-kind bytes --seed 3
reports cut --truncate-chunks --damage 5 --guest-share 80

tap_end
