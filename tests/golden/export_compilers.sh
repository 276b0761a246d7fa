#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sampled branches in the tools of compilers: BOLT, llvm-profgen and AutoFDO read them, and make a
# program better by them. `make check-exports` installs these tools. The program, branches.elf, is
# tests/lab/guest/branches.c; of 4096 bytes that scan() reads 3976 take the way that it was told to
# expect least.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/captures/{branches.data,branches-plain.data,branches.elf}.xz
program=$tap_dir/share/branches
mkdir -p "$tap_dir/share"
cp "$BUILD/captures/branches.elf" "$program"
chmod +x "$program"
# the newest LLVM that knows BOLT
llvm=$(ls -d /usr/lib/llvm-*/bin/perf2bolt 2>/dev/null | sort -V | tail -n 1)
llvm=${llvm%/*}
libraries=/usr/aarch64-linux-gnu

skip()
{
	echo "ok $((++tap_nr)) - $1 # SKIP no $2: make check-exports installs it"
}

# export_to KIND RECORDING
export_to()
{
	"$SPELUNK" export -q --to "$1" -i "$BUILD/captures/$2.data" --symfs "$tap_dir" --object branches
}

# run PROGRAM ROUNDS
run()
{
	qemu-aarch64 -L $libraries "$@"
}

# cost PROGRAM ROUNDS: how many of the program's own instructions are executed, and how many of them
# do not follow the one before. QEMU loads it at 0x5500000000, and libraries far behind it.
cost()
{
	local single=-singlestep
	! qemu-aarch64 --help | grep -q -- -one-insn-per-tb || single=-one-insn-per-tb
	run $single -d nochain,exec -dfilter 0x5500000000+0x1000000 -D "$tap_dir/trace" "$@" >/dev/null
	sed -n 's/^Trace .*\[[0-9a-f]*\/[0-9a-f]*\([0-9a-f]\{7\}\)\/.*/\1/p' "$tap_dir/trace" | awk '
		{
			n = 0
			for (i = 1; i <= 7; i++)
				n = n * 16 + index("123456789abcdef", substr($1, i, 1))
			taken += n != last + 4
			last = n
		}
		END { print NR, taken }'
	rm "$tap_dir/trace"
}

# hot PROGRAM: what comes right after the comparison in scan(), up to the first call
hot()
{
	aarch64-linux-gnu-objdump -d --no-show-raw-insn --disassemble=scan "$1" | awk '
		$2 == "cmp" && $4 ~ /^#0x[78]$/ { on = 1; next }
		on { print $2 == "bl" ? $4 : $2; if ($2 == "bl") exit }' | xargs
}

#
# BOLT
#

if [ -z "$llvm" ]; then
	skip "perf2bolt" bolt-19
	skip "llvm-bolt" bolt-19
else
	for recording in branches branches-plain; do
		export_to bolt $recording >"$tap_dir/bolt.fdata"
		export_to bolt-preagg $recording >"$tap_dir/preagg"
		"$llvm/perf2bolt" --pa -p "$tap_dir/preagg" -o "$tap_dir/perf2bolt.fdata" "$program" >"$tap_dir/log" 2>&1
		is "$recording: perf2bolt has nothing against it" \
			"$(sed -n 's/^PERF2BOLT: \(.*: 0\) .*/\1/p' "$tap_dir/log")" \
			"traces mismatching disassembled function contents: 0
Out of range traces involving unknown regions: 0"
		is "$recording: and makes of it what we do" "$(sort "$tap_dir/perf2bolt.fdata")" "$(sort "$tap_dir/bolt.fdata")"
		for kind in bolt perf2bolt; do
			"$llvm/llvm-bolt" "$program" -o "$tap_dir/$kind" -data="$tap_dir/$kind.fdata" \
				-reorder-blocks=ext-tsp >"$tap_dir/log" 2>&1
			is "$recording: llvm-bolt reads $kind" "$(sed -n 's/^BOLT-INFO: \([0-9]* out of .*\) (.*/\1/p' "$tap_dir/log")" \
				"6 out of 15 functions in the binary"
			# the usual way comes before the branch, which goes back to it
			is "$recording: $kind: the loop begins with its usual way" \
				"$(aarch64-linux-gnu-objdump -d --no-show-raw-insn --disassemble=scan "$tap_dir/$kind" |
					awk '$2 == "bl" { print $4 }' | xargs)" "<fold> <rare> <rare>"
		done
		if [ -d $libraries ] && command -v qemu-aarch64 >/dev/null; then
			is "$recording: the program does the same" "$(run "$tap_dir/bolt" 100)" "$(run "$program" 100)"
			was=($(cost "$program" 4))
			now=($(cost "$tap_dir/bolt" 4))
			echo "# ${was[0]} instructions, ${was[1]} not the next one; now ${now[0]} and ${now[1]}"
			# of five in a step, a jump there and one back are gone
			holds "$recording: a third of the taken branches is gone" "${now[1]} < ${was[1]} * 0.65"
			holds "$recording: and no instruction more is executed" "${now[0]} <= ${was[0]}"
		else
			skip "$recording: the program does the same" "qemu-aarch64, or libraries for arm64"
		fi
	done
fi

#
# Profiles by line: of scan(), line 5 is its condition, 8 the usual way, 10 to 13 the other one
#

# by_line: of text as llvm-profdata reads it
by_line()
{
	sed -n '/^scan:/,/^[a-z]/s/^ \(\(5\|8\|10\|11\|13\): .*\)/\1/p' "$1"
}

# Lines of branches.told: F 9e0 9e8 and 9e0 9f0, and 9c0 9e8; F a2c a2c; and so on. Of the
# instructions of a line the one counts that was sampled most.
lines="5: 365
8: 382 fold:325
10: 9 rare:9
11: 6
13: 11 rare:6"
export_to profgen branches >"$tap_dir/branches.profgen"
export_to autofdo branches >"$tap_dir/branches.autofdo"
if ! [ -x "$llvm/llvm-profgen" ]; then
	skip "llvm-profgen" llvm-19
else
	"$llvm/llvm-profgen" --unsymbolized-profile="$tap_dir/branches.profgen" --binary="$program" \
		--format=text -o "$tap_dir/profgen" >"$tap_dir/log" 2>&1
	is "llvm-profgen: samples by line" "$(by_line "$tap_dir/profgen")" "$lines"
	"$llvm/llvm-profdata" merge --sample --text -o "$tap_dir/merged" "$tap_dir/profgen"
	is "llvm-profdata reads it" "$(by_line "$tap_dir/merged")" "$lines"
fi
if ! command -v create_llvm_prof >/dev/null; then
	skip "create_llvm_prof" autofdo
else
	create_llvm_prof --profiler=text --profile="$tap_dir/branches.autofdo" --binary="$program" \
		--format=text --out="$tap_dir/autofdo" >"$tap_dir/log" 2>&1
	is "create_llvm_prof: samples by line" "$(by_line "$tap_dir/autofdo")" "$lines"
fi

# compile [PROFILE]
compile()
{
	clang --target=aarch64-linux-gnu -std=gnu11 -O2 -gline-tables-only -I. -w -Dnoipa=noinline \
		${1:+-fprofile-sample-use="$1" -mllvm -overwrite-existing-weights} \
		-c -o "$tap_dir/compiled" tests/lab/guest/branches.c && hot "$tap_dir/compiled"
}

if command -v clang >/dev/null; then
	is "clang believes the source, in which the usual way is unlikely" "$(compile)" "b.cs mov <rare>"
	for profile in profgen autofdo; do
		[ ! -f "$tap_dir/$profile" ] ||
			is "clang believes $profile more" "$(compile "$tap_dir/$profile")" "b.cc add <fold>"
	done
else
	skip "clang" clang
fi

tap_end
