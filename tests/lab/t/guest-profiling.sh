#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series of kvm/linux: guests are sampled if and only if an event asks for it.

. tests/tap.sh
. tests/lab/kernels.sh

arm=$SPELUNK
[ "$(uname -m)" = aarch64 ] || arm=$BUILD/lab/arm/spelunk
[ -x "$arm" ]
tap "the program is built for the machine" $? "make lab-arm"

# record KERNEL MODE: recordings by perf and by spelunk, by the worlds that they ask for
record()
{
	name="$1 $2"
	dir=$tap_dir/$1-$2
	mkdir "$dir"
	cp "$BUILD/lab/guest/vmm" "$arm" "$dir/"
	exits "$name: the machine makes its recordings" 0 tests/lab/run --kernel "$1" --mode "$2" \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=0xfb" -- sh -c '
		guest="./vmm --name web --vcpus 2 --rounds 200 --inner 2000 --el0 --mmio"
		record() {
			name=$1
			perf record -q -a -o /tmp/$name.data -e kvm:kvm_entry -e kvm:kvm_exit -e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=2048/$2 -- \
				$guest >$name.vmm && cp /tmp/$name.data /share/
		}
		spelunk_record() {
			name=$1
			shift
			./spelunk record -q -o /tmp/$name.data --period 2048 "$@" 2>$name.said &&
				cp /tmp/$name.data /share/
		}
		cat /sys/bus/event_source/devices/arm_spe_0/caps/guest_profiling >cap
		record default
		record both GH
		record guest G
		record user uG
		spelunk_record ours -a -- $guest
		spelunk_record ours-guests -a --guests -- $guest
		spelunk_record ours-only -a --guests --no-host -- $guest
		spelunk_record ours-user -a --guests --no-host --user-only -- $guest
		./vmm --name web --rounds 1000000 --inner 2000 --el0 >/dev/null &
		spelunk_record ours-vm --vm web --guests --duration 500ms
		./spelunk doctor --json >doctor
		kill $!'
}

# worlds NAME: the worlds that SPE sampled; the world switch is part of the host's kernel
worlds()
{
	"$SPELUNK" report -q -i "$dir/$1.data" --by world --format csv 2>/dev/null |
		awk -F, 'NR > 1 && $1 != "switch" && $2 > 0 { print $1 }' | sort | paste -sd' '
}

# verdict CHECK: print doctor's verdict
verdict()
{
	jq -r --arg check "$1" '.checks[] | select(.check == $check) | .verdict' "$dir/doctor"
}

# equal NAME...: these recordings together equal the CPU's records
equal()
{
	tests/lab/compare "$dir/truth" "$SPELUNK" "${@/%/.data}" >"$dir/compared" 2>&1
	tap "$name: every record is what the CPU wrote, and its owner whose it was" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
}

# ask KERNEL MODE EVENTS: open these events in a separate machine; and run the selftest
ask()
{
	local dir=$tap_dir/$1-$2-asked
	mkdir "$dir"
	cp "$(built "$1")/spe_guests" "$dir/"
	exits "$name: the selftest of the series passes" 0 tests/lab/run --kernel "$1" \
		--mode "$2" --share "$dir" --cpu spe-reset=0xfb -- sh -c '
		# With -a, perf sets ts_enable.
		for event in "-a ts_enable=1/H" "-a ts_enable=1/G" "-a ts_enable=1/GH" \
			"--per-thread ts_enable=0/GH"; do
			perf record -q -o /tmp/data ${event% *} -e arm_spe_0/${event#* } -- true 2>>said &&
				echo ${event#* }
		done >opened
		./spe_guests >selftest 2>&1'
	sed 's/^/# /' "$dir/selftest"
	is "$name: virtual timestamps are refused with guests, and guests where they cannot be had" \
		"$(paste -sd' ' "$dir/opened")" "$3"
}

all="guest-kernel guest-user host-kernel host-user"

vhe()
{
	record "$1" vhe
	is "$name: the kernel says that it can" "$(cat "$dir/cap")" 1
	is "$name: doctor, too" "$(verdict guests) $(verdict chance)" "ok ok"
	ask "$1" vhe "ts_enable=1/H ts_enable=0/GH"
	is "$name: by default no guest is sampled, whatever PMSCR_EL1 reset to" \
		"$(worlds default)" "host-kernel host-user"
	is "$name: :GH samples both" "$(worlds both)" "$all"
	is "$name: :G guests only" "$(worlds guest)" "guest-kernel guest-user"
	is "$name: :uG their user code only" "$(worlds user)" "guest-user"
	is "$name: spelunk record samples no guest" "$(worlds ours)" "host-kernel host-user"
	is "$name: --guests samples both" "$(worlds ours-guests)" "$all"
	is "$name: --no-host guests only" "$(worlds ours-only)" "guest-kernel guest-user"
	is "$name: --user-only is meant of them, too" "$(worlds ours-user)" "guest-user"
	# This VM's vCPU never exits to user space.
	is "$name: one virtual machine's threads" "$(worlds ours-vm)" \
		"guest-kernel guest-user host-kernel"
	for f in guest ours-only; do
		holds "$name: those of $f are many" "$("$SPELUNK" report -q -i "$dir/$f.data" \
			--by world --format csv | awk -F, '$1 ~ /guest/ { n += $2 } END { print n }') > 10000"
		is "$name: of both vCPUs" "$("$SPELUNK" report -q -i "$dir/$f.data" --by vm,vcpu \
			--format csv | tail -n +2 | cut -d, -f1,2 | sort | paste -sd' ')" "0,0 0,1"
	done
	equal "$dir"/{default,both,guest,user,ours,ours-guests,ours-only,ours-user,ours-vm}
}

nvhe()
{
	record "$1" nvhe
	is "$name: the kernel says that it cannot" "$(cat "$dir/cap")" 0
	is "$name: doctor, too" "$(verdict guests)" warning
	ask "$1" nvhe "ts_enable=1/H"
	[ ! -e "$dir/both.data" ] && [ ! -e "$dir/guest.data" ] && [ ! -e "$dir/user.data" ]
	tap "$name: :GH, :G and :uG are refused" $?
	grep -q 'cannot sample guests' "$dir/ours-guests.said" && [ ! -e "$dir/ours-guests.data" ]
	tap "$name: spelunk record --guests says that it cannot" $? "$(cat "$dir/ours-guests.said")"
	equal "$dir"/{default,ours}
}

for kernel in $KERNELS; do
	vhe $kernel
	nvhe $kernel
done

tap_end
