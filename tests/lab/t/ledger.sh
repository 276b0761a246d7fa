#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The ledger's times of vCPUs equal the CPU's ground truth. With --reproducible an instruction takes
# two nanoseconds, and the CPU counts the instructions of each guest (spe-count): that gives its
# time, to the instruction.

. tests/tap.sh

dir=$tap_dir/share
mkdir "$dir"
cp "$BUILD/lab/guest/vmm" "$dir/"
exits "the machine makes its recordings" 0 tests/lab/run --reproducible --timeout 1500 \
	--kernel 6.12 --share "$dir" --cpu "spe-count=$dir/counts,spe-reset=0x3b" -- sh -c '
	events=--switch-events
	for e in kvm_entry kvm_exit kvm_userspace_exit kvm_mmio kvm_guest_fault kvm_wfx_arm64 \
			kvm_hvc_arm64 vgic_update_irq_pending; do
		events="$events -e kvm:$e"
	done
	record() {
		name=$1; shift
		perf record -q -B -a -o $name.data $events \
			-e arm_spe_0/ts_enable=1,pct_enable=1,jitter=1,period=16384/ -- "$@" >$name.vmm
	}
	record busy ./vmm --rounds 6 --inner 1000000 --run load &&
	record pair ./vmm --vcpus 2 --rounds 4 --inner 300000 --run store,branch &&
	record idle ./vmm --rounds 30 --inner 1000 --wfi --wait 5000 &&
	record exits ./vmm --rounds 200 --inner 1000 --mmio --hvc --wfi'

# value NAME COLUMN: sum of the ledger over the vCPUs
value()
{
	"$SPELUNK" kvm -q -i "$dir/$1.data" --format csv | awk -F, -v column="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ n += $c[column] } END { printf "%d\n", n }'
}

# Each VM gets the next VMID.
awk -F, 'NR > 1 && $2 < 2 && $3 == 0 && $4 == 1 { n[$5] += $7 }
	END { for (vm in n) print vm, n[vm] * 2 }' "$dir/counts" | sort >"$dir/guests"
is "there is truth on four guests" "$(wc -l <"$dir/guests")" 4
nr=0
for name in busy pair idle exits; do
	nr=$((nr + 1))
	truth=$(sed -n "${nr}s/.* //p" "$dir/guests")
	time=$(value $name time_ns)
	guest=$(value $name guest_ns)
	entries=$(value $name entries)
	least=$("$SPELUNK" kvm -q -i "$dir/$name.data" --format csv | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		!n || $c["guest_min_ns"] < n { n = $c["guest_min_ns"] } END { print n }')
	awk -v name=$name -v time="$time" -v guest="$guest" -v truth="$truth" -v n="$entries" \
		-v least="$least" 'BEGIN {
			printf "# %s: in the guest %.3f %% of the time, truth %.3f %%, %d entries: " \
				"the switch took %.2f us each, by the shortest stay at most %.2f us\n",
				name, 100 * guest / time, 100 * truth / time, n,
				(guest - truth) / n / 1000, least / 1000 }'
	# The guest's time includes the world switch, which is known to be no longer than the
	# shortest stay.
	holds "$name: the guest's share is the truth, but for the switch, within 1 %" \
		"$guest >= $truth - $time / 100 && $guest - $entries * $least <= $truth + $time / 100"
done
for name in busy pair; do
	holds "$name: and so it is with the switch" \
		"$(value $name guest_ns) - $(sed -n "$([ $name = busy ] && echo 1 || echo 2)s/.* //p" \
			"$dir/guests") < $(value $name time_ns) / 100"
done
is "as many timer interrupts were injected as the guest took" \
	"$("$SPELUNK" kvm -q -i "$dir/idle.data" --format csv --table irqs |
		awk -F, '$3 == 27 { n += $5 } END { print n + 0 }')" \
	"$(grep -oE ' irqs=[0-9]+' "$dir/idle.vmm" | cut -d= -f2)"

tap_end
