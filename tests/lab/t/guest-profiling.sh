#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series of kvm/linux: guests are sampled if an event asks for it, and only then.

. tests/tap.sh

# record MODE: four recordings, by what they ask for
record()
{
	mode=$1
	dir=$tap_dir/$mode
	mkdir "$dir"
	cp "$BUILD/lab/guest/vmm" "$dir/"
	exits "$mode: the machine makes its recordings" 0 tests/lab/run --kernel own --mode "$mode" \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=0xfb" -- sh -c '
		record() {
			name=$1
			perf record -q -a -o /tmp/$name.data -e kvm:kvm_entry -e kvm:kvm_exit -e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=2048/$2 -- \
				./vmm --vcpus 2 --rounds 200 --inner 2000 --el0 --mmio &&
				cp /tmp/$name.data /share/
		}
		cat /sys/bus/event_source/devices/arm_spe_0/caps/guest_profiling >cap
		record default
		record both GH
		record guest G
		record user uG
		true'
}

# worlds NAME: those that have samples; the world switch is the host's kernel
worlds()
{
	"$SPELUNK" report -q -i "$dir/$1.data" --by world --format csv 2>/dev/null |
		awk -F, 'NR > 1 && $1 != "switch" { print $1 }' | sort | paste -sd' '
}

record vhe
is "vhe: the kernel says that it can" "$(cat "$dir/cap")" 1
is "vhe: by default no guest is sampled, whatever PMSCR_EL1 reset to" "$(worlds default)" \
	"host-kernel host-user"
is "vhe: :GH samples both" "$(worlds both)" "guest-kernel guest-user host-kernel host-user"
is "vhe: :G guests only" "$(worlds guest)" "guest-kernel guest-user"
is "vhe: :uG their user code only" "$(worlds user)" "guest-user"
holds "vhe: those are many" "$("$SPELUNK" report -q -i "$dir/guest.data" --by world --format csv |
	awk -F, '$1 ~ /guest/ { n += $2 } END { print n }') > 10000"
is "vhe: of both vCPUs" "$("$SPELUNK" report -q -i "$dir/guest.data" --by vm,vcpu --format csv |
	tail -n +2 | cut -d, -f1,2 | sort | paste -sd' ')" "0,0 0,1"
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir"/{default,both,guest,user}.data \
	>"$dir/compared" 2>&1
tap "vhe: every record is what the CPU wrote, and its owner whose it was" $? "$(cat "$dir/compared")"
sed 's/^/#/' "$dir/compared"

record nvhe
is "nvhe: the kernel says that it cannot" "$(cat "$dir/cap")" 0
is "nvhe: :GH samples the host" "$(worlds both)" "host-kernel host-user"
[ ! -e "$dir/guest.data" ] && [ ! -e "$dir/user.data" ]
tap "nvhe: guests only is refused" $?
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir"/{default,both}.data >"$dir/compared" 2>&1
tap "nvhe: every record is what the CPU wrote, and its owner whose it was" $? "$(cat "$dir/compared")"

tap_end
