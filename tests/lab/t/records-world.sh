#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# As records-own.sh, with a Linux in which kvm/world does SPE's part of the world switch; its guests
# are sampled if an event asks for it, as with the series' own code.

. tests/tap.sh
. tests/lab/machine.sh

machine world vhe 0x3b
machine world nvhe 0

name="Linux world, vhe"
dir=$tap_dir/guests
mkdir "$dir"
cp "$BUILD/lab/guest/vmm" "$dir/"
exits "$name: records guests" 0 tests/lab/run --kernel world --share "$dir" \
	--cpu "spe-log=$dir/truth,spe-reset=0xfb" -- sh -c '
	guest="./vmm --name web --vcpus 2 --rounds 200 --inner 2000 --el0 --mmio"
	for kind in H GH G; do
		perf record -q -a -o /tmp/$kind.data -e kvm:kvm_entry -e kvm:kvm_exit \
			-e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=2048/$kind -- \
			$guest >vmm.$kind && cp /tmp/$kind.data /share/
	done'
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir"/{H,GH,G}.data >"$dir/compared" 2>&1
tap "$name: every record is what the CPU wrote, and its owner whose it was" $? \
	"$(cat "$dir/compared")"
sed 's/^/#/' "$dir/compared"
is "$name: no guest where it is not asked for" "$(count H guest)" 0
for kind in GH G; do
	holds "$name: guests where they are: $kind" "$(count $kind guest) > 1000"
done
is "$name: and nothing of the host where it is not" "$(samples G | awk -F, 'NR == 1 {
	for (i = 1; i <= NF; i++) c[$i] = i; next } $c["world"] !~ /guest/ { n++ } END { print n + 0 }')" 0

tap_end
