#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Callers of a known tree of calls, by name and share.

. tests/tap.sh

dir=$tap_dir/calls
mkdir -p "$dir" "$tap_dir/symfs/share"
cp "$BUILD/lab/guest/calls" "$dir/"
cp "$dir/calls" "$tap_dir/symfs/share/"
# A period that is always the same beats with the program's rounds.
exits "the machine makes its recording" 0 tests/lab/run --kernel 6.12 --count --share "$dir" -- sh -ec '
	cat /proc/kallsyms >kallsyms
	perf record -q -a -o /tmp/perf.data -e arm_spe_0/ts_enable=1,pct_enable=1,period=8192/ \
		-e cycles/freq=999/ -g -- ./calls 2000
	cp /tmp/perf.data .'

report()
{
	"$SPELUNK" report -q -i "$dir/perf.data" --symfs "$tap_dir/symfs" --kallsyms "$dir/kallsyms" "$@"
}

report --callers slow --format csv >"$tap_dir/csv"
chains=$(awk -F, '$3 == 1 { print $7 }' "$tap_dir/csv")
holds "slow has chains" "${chains:-0} > 150"
is "often, seldom and nest call it, and nothing else" \
	"$(awk -F, '$3 == 2 { print $5 }' "$tap_dir/csv" | sort | paste -sd' ')" "nest often seldom"
for caller in often:60 seldom:30 nest:10; do
	p=${caller#*:}
	got=$(awk -F, -v name="${caller%:*}" '$3 == 2 && $5 == name { print $7 }' "$tap_dir/csv")
	# four standard deviations of a binomial distribution
	holds "${caller%:*} has $p percent of it, within the sampling bound" \
		"(${got:-0} / ${chains:-1} - $p / 100) ^ 2 < 16 * $p / 100 * (1 - $p / 100) / ${chains:-1}"
done

# The kernel's part: read() of /dev/zero, which reads() alone calls.
report --by stack --filter 'comm="calls"' >"$tap_dir/folded"
is "what reads() calls in the kernel is read()" \
	"$(grep -E ';reads;.*;__arm64_sys_' "$tap_dir/folded" | grep -oE '__arm64_sys_[a-z]+' | sort -u)" \
	"__arm64_sys_read"
is "which clears memory for it and for nobody else" \
	"$(grep ';__arm64_sys_read;.*clear_user' "$tap_dir/folded" | sed 's/.*;main;//; s/;.*//' | sort -u)" reads

tap_end
