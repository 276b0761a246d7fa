#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two CPUs, and a guest with two vCPUs that move between them.

. tests/tap.sh

dir=$tap_dir/share
mkdir "$dir"
cp "$BUILD/lab/guest/vmm" "$dir/"
exits "the machine makes its recording" 0 tests/lab/run --kernel 6.12 --smp 2 --share "$dir" \
	--cpu "spe-log=$dir/truth,spe-reset=0x3b,spe-pbt=on" -- sh -c '
	perf record -q -o /tmp/kvm.data -a -m 512,1024 -e kvm:kvm_entry -e kvm:kvm_exit \
		-e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=4096/ -- \
		./vmm --vcpus 2 --rounds 200 --inner 2000 --mmio --hvc-unknown --wfi --el0 &&
	cp /tmp/kvm.data /share/'
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/kvm.data" >"$dir/compared" 2>&1
tap "every record is what its CPU wrote, and its owner whose it was" $? "$(cat "$dir/compared")"
sed 's/^/#/' "$dir/compared"
"$SPELUNK" report -i "$dir/kvm.data" --by vm,vcpu --filter 'world=guest' --format csv \
	2>/dev/null >"$dir/vcpus"
is "one VM, two vCPUs" "$(tail -n +2 "$dir/vcpus" | cut -d, -f1,2 | sort | paste -sd' ')" "0,0 0,1"
"$SPELUNK" dump --records --format csv -i "$dir/kvm.data" 2>/dev/null |
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		$c["prev_target"] != "" { n++ } END { exit !n }'
tap "previous branch targets are there" $?

tap_end
