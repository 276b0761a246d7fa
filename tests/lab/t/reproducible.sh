#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two runs give the same bytes: recordings that tests depend on can be made again.

. tests/tap.sh

for run in 1 2; do
	dir=$tap_dir/$run
	mkdir "$dir"
	cp "$BUILD/lab/guest/vmm" "$dir/"
	exits "run $run makes its recording" 0 tests/lab/run --reproducible --kernel 6.12 --smp 2 \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=0x3b" -- sh -c '
		event=arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=2048/
		perf record -q -a -o kvm.data -e kvm:kvm_entry -e kvm:kvm_exit -e $event -- \
			./vmm --vcpus 2 --rounds 100 --mmio --wfi --el0; echo done'
done
holds "there are records" "$(wc -l <"$tap_dir/1/truth") > 1000"
for file in truth kvm.data; do
	cmp "$tap_dir/1/$file" "$tap_dir/2/$file" >"$tap_dir/differ" 2>&1
	tap "both runs have the same $file" $? "$(cat "$tap_dir/differ")"
done

tap_end
