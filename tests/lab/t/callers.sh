#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Callers in a known tree of calls, by name and share: of a program on the host, and of one in a
# guest.

. tests/tap.sh

dir=$tap_dir/calls
mkdir -p "$dir" "$tap_dir/symfs/share"
cp "$BUILD/lab/guest/calls" "$dir/"
cp "$dir/calls" "$tap_dir/symfs/share/"
# A constant period would beat with the program's rounds.
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

# The kernel's part: read() of /dev/zero, which only reads() calls.
report --by stack --filter 'comm="calls"' >"$tap_dir/folded"
is "what reads() calls in the kernel is read()" \
	"$(grep -E ';reads;.*;__arm64_sys_' "$tap_dir/folded" | grep -oE '__arm64_sys_[a-z]+' | sort -u)" \
	"__arm64_sys_read"
is "which clears memory for it and for nobody else" \
	"$(grep ';__arm64_sys_read;.*clear_user' "$tap_dir/folded" | sed 's/.*;main;//; s/;.*//' | sort -u)" reads

#
# The same program in a guest without a PMU: its callers are in its own recording, its cycles in the
# host's
#

dir=$tap_dir/guest
cross=$([ "$(uname -m)" = aarch64 ] || echo aarch64-linux-gnu-)
mkdir -p "$dir" "$tap_dir/initrd/dev" "$tap_dir/files"
cp "$BUILD/lab/guest/init" "$tap_dir/initrd/"
cp "$BUILD/lab/guest/calls-static" "$tap_dir/files/calls"
for f in "$BUILD/lab/arm/spelunk-guest-agent:agent" "$BUILD/lab/guest/calls-static:calls"; do
	"${cross}strip" -o "$tap_dir/initrd/${f#*:}" "${f%:*}"
done
(cd "$tap_dir/initrd" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$dir/initrd"
# linux.dts says where the archive ends
[ "$(stat -c %s "$dir/initrd")" -le 4194304 ]
tap "the guest's files have room" $?
truncate -s 4M "$dir/initrd"
cp "$BUILD"/lab/guest/{vmm,linux.dtb} "$(tests/lab/machine/build | tail -n 1)/Image-6.1" \
	"$BUILD/lab/arm/spelunk" "$dir/"
exits "host and guest make their recordings" 0 tests/lab/run --kernel 6.12 --count --share "$dir" \
	--timeout 900 --cpu spe-reset=0x3b -- sh -c '
	./spelunk record -q -a --cycles-freq 997 --period 16384 -o /tmp/host.data -- \
		./vmm --name debian --linux Image-6.1 --initrd initrd --dtb linux.dtb \
			--box guest.data --cntvoff 1234567 2>/share/console &&
	cp /tmp/host.data /share/'
grep -q '^guest: done' "$dir/console"
tap "the guest came up and did its work" $? "$(tail "$dir/console")"
grep '^guest:' "$dir/console" | sed 's/^/#/'
exits "they are merged" 0 "$SPELUNK" merge -q -o "$dir/merged.data" "$dir/host.data" "0=$dir/guest.data"

report()
{
	"$SPELUNK" report -q -i "$dir/merged.data" --guest-symfs "0=$tap_dir/files" "$@"
}

report --callers slow | sed -n '/^Callers/,/^How/p' | sed 's/^/#   /'
report --callers slow --filter vm=0 --format csv >"$tap_dir/csv"
chains=$(awk -F, '$3 == 1 { print $7 }' "$tap_dir/csv")
holds "in the guest slow has chains" "${chains:-0} > 150"
is "all of it is in the guest's user space" "$(awk -F, '$3 == 1 { print $4 }' "$tap_dir/csv")" guest-user
is "often, seldom and nest call it there, and nothing else" \
	"$(awk -F, '$3 == 2 { print $5 }' "$tap_dir/csv" | sort | paste -sd' ')" "nest often seldom"
for caller in often:60 seldom:30 nest:10; do
	p=${caller#*:}
	got=$(awk -F, -v name="${caller%:*}" '$3 == 2 && $5 == name { print $7 }' "$tap_dir/csv")
	holds "in the guest ${caller%:*} has $p percent of it, within the sampling bound" \
		"(${got:-0} / ${chains:-1} - $p / 100) ^ 2 < 16 * $p / 100 * (1 - $p / 100) / ${chains:-1}"
done
report --by stack >"$tap_dir/folded"
is "what reads() calls in the guest's kernel is read()" \
	"$(grep -E ';0;calls;.*;reads;.*;__arm64_sys_' "$tap_dir/folded" | grep -oE '__arm64_sys_[a-z]+' | sort -u)" \
	"__arm64_sys_read"
is "a vCPU is known of each" "$(report --by stack --filter 'vm=0 && vcpu=0' | md5sum)" \
	"$(report --by stack --filter vm=0 | md5sum)"
# The host counted them; the guest only distributes them.
holds "the guest has as many cycles as the host counted in it" \
	"$(awk -F'[; ]' '$2 == "0" { n += $NF } END { printf "%.0f", n }' "$tap_dir/folded") == $(
	report --by world --filter vm=0 --format csv | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ n += $c["cycles"] }
		END { printf "%.0f", n }')"

tap_end
