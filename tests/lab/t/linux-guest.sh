#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A Linux guest: samples of its kernel and its user code are distinguished and named.

. tests/tap.sh

dir=$tap_dir/share
machine=$(tests/lab/machine/build | tail -n 1)
mkdir "$dir"
cp "$BUILD"/lab/guest/{vmm,initrd,linux.dtb} "$machine/Image-6.1" "$dir/"
exits "the machine makes its recording" 0 tests/lab/run --kernel 6.1 --share "$dir" \
	--cpu "spe-log=$dir/truth,spe-reset=0x3b" -- sh -c '
	cat /proc/kallsyms >/share/kallsyms
	perf record -q -o /tmp/kvm.data -a -m 512,1024 -e kvm:kvm_entry -e kvm:kvm_exit \
		-e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=16384/ -- \
		./vmm --name debian --linux Image-6.1 --initrd initrd --dtb linux.dtb 2>/share/console &&
	cp /tmp/kvm.data /share/'
grep -q '^guest: done' "$dir/console"
tap "the guest came up and did its work" $? "$(tail "$dir/console")"
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/kvm.data" >"$dir/compared" 2>&1
tap "every record is what the CPU wrote, and its owner whose it was" $? "$(cat "$dir/compared")"
sed 's/^/#/' "$dir/compared"
# Both kernels are the same image at the same addresses.
"$SPELUNK" report -i "$dir/kvm.data" --guest "0=$dir/kallsyms" --by vm,symbol \
	--filter 'world=guest-kernel' --format csv 2>/dev/null >"$dir/symbols"
sed -n '2,6s/^\([^,]*,[^,]*,[^,]*\).*/#  \1/p' "$dir/symbols"
holds "the guest's kernel is named" "$(awk -F, 'NR > 1 { all += $3; n += $2 != "" ? $3 : 0 }
	END { print all ? n / all : 0 }' "$dir/symbols") > 0.95"
grep -q '^0,pipe_' "$dir/symbols"
tap "its pipe is found" $?
is "its user code is that of its init" "$("$SPELUNK" dump --samples --format csv \
	-i "$dir/kvm.data" 2>/dev/null | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		$c["world"] == "guest-user" { n[$c["ctx_el1"]]++; all++ }
		END { print (all > 50 && n["0x1"] == all) }')" 1

tap_end
