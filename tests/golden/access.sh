#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fields that loads and stores touch, against those that the source of access.c says, as GCC and
# clang compile it.

. "$(dirname "$0")/../tap.sh"
source=tests/golden/access.c

# The comments of access.c: function, mark, fields.
truth()
{
	awk '
	/^\/\* [=~-] / { mark = $2; fields = ""; start = 3; open = 1 }
	open {
		for (i = start; i <= NF; i++)
			if ($i != "*/")
				fields = fields " " $i
		start = 1
		if (/\*\//)
			open = 0
	}
	/^noipa / && mark {
		name = $0
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
		print name, mark fields
		mark = ""
	}' "$source"
}

# judge COMPILER LEVEL FILE: what is wrong, or, with GCC -O2, not found.
judge()
{
	awk -F '\t' -v must="$(case "$1 $2" in *gcc\ -O2) echo 1 ;; esac)" '
	FNR == NR {
		split($0, word, " ")
		known[word[1]] = 1
		mark[word[1]] = word[2]
		for (i = 3; i in word; i++) {
			optional = sub(/^\?/, "", word[i])
			fields[word[1], word[i]] = optional ? "~" : word[2]
		}
		next
	}
	!known[$2] || $3 !~ /^(struct|union) [a-z_]*$/ { next }
	{ found[$2, $4] = 1; nr++ }
	!(($2, $4) in fields) { print $2 " touches no " $4 " (" $1 ")"; next }
	mark[$2] == "-" && must { print $2 " is merged, but touches " $4 " (" $1 ")" }
	END {
		for (f in fields) {
			split(f, word, SUBSEP)
			if (fields[f] == "=" && must && !found[f])
				print word[1] ": " word[2] " was not found"
		}
		if (nr < 40)
			print "only " nr + 0 " fields were found"
	}' <(truth) "$3"
}

holds "access.c has a truth for each of some dozens of functions" \
	"$(truth | wc -l) >= 40 && $(truth | wc -l) == $(grep -c '^/\* [=~-] ' "$source")"

# with COMPILER LEVEL OPTION...
with()
{
	local name="$*"
	if ! "$@" -std=gnu11 -g -w -mno-outline-atomics -ffreestanding -nostdlib -static \
		-o "$tap_dir/program" "$source" 2>"$tap_dir/err"; then
		tap "$name compiles access.c" 1 "$(cat "$tap_dir/err")"
		return
	fi
	"$BUILD/tests/tools/access" "$tap_dir/program" >"$tap_dir/out"
	is "$name: all fields are those of the source" "$(judge "$1" "$2" "$tap_dir/out")" ""
}

gcc=aarch64-linux-gnu-gcc
command -v $gcc >/dev/null || skip_all "needs $gcc"
for level in -O0 -O1 -O2 -O3 -Os -Og; do
	with $gcc $level
done
with $gcc -O2 -fno-omit-frame-pointer
with $gcc -O2 -march=armv8.1-a
with $gcc -O2 -gdwarf-4
with $gcc -O2 -mbranch-protection=standard
with $gcc -O3 -fpic
# clang needs GNU's linker
if command -v clang >/dev/null; then
	for level in -O0 -O1 -O2 -O3 -Os; do
		with clang $level --target=aarch64-linux-gnu
	done
fi
tap_end
