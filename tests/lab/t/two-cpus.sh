#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two CPUs, and a guest whose two vCPUs move between them.

. tests/tap.sh

# machine KERNEL MODE: both programs make the same recording
machine()
{
	name="Linux $1, $2"
	dir=$tap_dir/$1-$2
	mkdir "$dir"
	cp "$BUILD/lab/guest/vmm" "$dir/"
	exits "$name: makes its recording" 0 tests/lab/run --kernel "$1" --mode "$2" --smp 2 \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=0x3b,spe-pbt=on" -- sh -c '
		event=arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=4096/
		perf record -q -o /tmp/kvm.data -a -m 512,1024 -e kvm:kvm_entry -e kvm:kvm_exit \
			-e $event -- ./vmm --vcpus 2 --rounds 200 --inner 2000 --mmio \
			--hvc-unknown --wfi --el0 &&
		cp /tmp/kvm.data /share/'
	tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/kvm.data" >"$dir/compared" 2>&1
	tap "$name: every record is what its CPU wrote, and its owner whose it was" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
	"$SPELUNK" dump --records --format csv -i "$dir/kvm.data" 2>/dev/null |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			$c["prev_target"] != "" { n++ } END { exit !n }'
	tap "$name: previous branch targets are there" $?
}

machine 6.12 vhe
is "guests are sampled: one VM, two vCPUs" "$("$SPELUNK" report -i "$dir/kvm.data" \
	--by vm,vcpu --filter 'world=guest' --format csv 2>/dev/null | tail -n +2 |
	cut -d, -f1,2 | sort | paste -sd' ')" "0,0 0,1"
machine 6.1 nvhe
is "no guest is sampled" "$("$SPELUNK" report -i "$dir/kvm.data" --by vm \
	--filter 'world=guest' --format csv 2>/dev/null | tail -n +2)" ""

tap_end
