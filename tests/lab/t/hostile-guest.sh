#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A guest that reads and writes every SPE register, at EL1 and at EL0, and forges everybody's
# CONTEXTIDR_EL1: this has no effect, and it gets only its own samples.

. tests/tap.sh
. tests/lab/kernels.sh

rounds=150

# told WORD: a value that the hostile guest's monitor printed
told()
{
	grep -oE " $1=[0-9]+" "$dir/hostile" | cut -d= -f2
}

# machine KERNEL MODE MODIFIERS: run it and a victim side by side, while everything is recorded
machine()
{
	name="$1 $2"
	dir=$tap_dir/$1-$2
	mkdir "$dir"
	cp "$BUILD/lab/guest/vmm" "$dir/"
	exits "$name: the machine makes its recording" 0 tests/lab/run --kernel "$1" --mode "$2" \
		--timeout 500 --share "$dir" --cpu "spe-log=$dir/truth,spe-guests=$dir/guests" -- sh -c "
		perf record -q -a -o /tmp/kvm.data -m 512,1024 -e kvm:kvm_entry -e kvm:kvm_exit \\
			-e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=4096/$3 -- \\
			sh -c './vmm --name victim --rounds 60 --inner 4000 --el0 >/dev/null &
				./vmm --name hostile --rounds $rounds --inner 500 --el0 --hostile >hostile
				wait' &&
		cp /tmp/kvm.data /share/"
	# EL1 may only read PMBIDR_EL1, which neither 6.12 nor 7.3 traps.
	is "$name: every access is UNDEFINED but the reads of PMBIDR_EL1" \
		"$(told undefined)" "$(($(told probes) - rounds))"
	is "$name: as many as 15 registers have, read and written, at EL1 and EL0" \
		"$(told probes)" "$((rounds * 15 * 2 * 2))"
	is "$name: no register was written" "$(awk -F, 'NR > 1 { n += $4 } END { print n + 0 }' \
		"$dir/guests")" 0
	tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/kvm.data" >"$dir/compared" 2>&1
	tap "$name: every record is what the CPU wrote, and its owner whose it was" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
}

# forged: samples of guests by their forged CONTEXT
forged()
{
	"$SPELUNK" dump --samples --format csv -i "$dir/kvm.data" 2>/dev/null | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		$c["world"] ~ /guest/ && length($c["ctx_el1"]) <= 5 && !seen[$c["ctx_el1"]]++ { n++ }
		END { print n + 0 }'
}

for kernel in $KERNELS; do
	machine $kernel vhe GH
	holds "$name: it was sampled under many names" "$(forged) > 50"
	machine $kernel nvhe ""
done
machine 6.12 vhe ""
machine 6.12 nvhe ""

tap_end
