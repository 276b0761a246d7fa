#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kvm/module on stock kernels: guests are sampled if and only if an event asks for it.

. tests/tap.sh

arm=$SPELUNK
[ "$(uname -m)" = aarch64 ] || arm=$BUILD/lab/arm/spelunk
[ -x "$arm" ]
tap "the program is built for the machine" $? "make lab-arm"

all="guest-kernel guest-user host-kernel host-user"

# share KERNEL: the shared folder of a machine, with its contents
share()
{
	dir=$tap_dir/${name//[ ,]/-}
	mkdir "$dir"
	cp "$BUILD"/lab/guest/vmm "$BUILD/lab/module/$1/arm_spe_guests.ko" "$arm" "$dir/"
	cat >"$dir/record" <<-'END'
		# record NAME MODIFIERS TARGET...: -- COMMAND, or -a first
		record() {
			name=$1
			event=arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=${period:-2048}/$2
			shift 2
			perf record -B -q -m 512,${pages:-1024} -o /tmp/$name.data -e kvm:kvm_entry -e kvm:kvm_exit \
				-e $event "$@" >$name.vmm && cp /tmp/$name.data /share/
			rm -f /tmp/$name.data
		}
	END
	# move the VMM's threads between the CPUs while it exists
	cat >"$dir/move" <<-'END'
		until pidof vmm >/dev/null; do sleep 0.1; done
		while pid=$(pidof vmm); do
			for cpus in 1 2; do
				for thread in /proc/$pid/task/*; do
					taskset -p $cpus "${thread##*/}"
				done
				sleep 0.05
			done
		done >/dev/null 2>&1
	END
}

# worlds NAME: the worlds that SPE sampled; the world switch is part of the host's kernel
worlds()
{
	"$SPELUNK" report -q -i "$dir/$1.data" --by world --format csv 2>/dev/null |
		awk -F, 'NR > 1 && $1 != "switch" && $2 > 0 { print $1 }' | sort | paste -sd' '
}

# guests NAME COLUMNS: the guests that have samples
guests()
{
	"$SPELUNK" report -q -i "$dir/$1.data" --by "$2" --filter world=guest --format csv \
		2>/dev/null | tail -n +2 | cut -d, -f"1-$(tr -cd , <<<"$2," | wc -c)" | sort |
		paste -sd' '
}

# equal NAME...: these recordings together equal the CPU's records
equal()
{
	tests/lab/compare "$dir/truth" "$SPELUNK" "${@/%/.data}" >"$dir/compared" 2>&1
	tap "$name: every record is what the CPU wrote, and its owner whose it was" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
}

# stops NAME: how often its events stopped with data in the buffer
stops()
{
	perf report -D -i "$dir/$1.data" 2>/dev/null | grep -c 'PERF_RECORD_AUX '
}

# modifiers KERNEL SMP
modifiers()
{
	name="$1 with $2 CPUs"
	share "$1"
	exits "$name: the machine makes its recordings" 0 tests/lab/run --kernel "$1" --smp "$2" \
		--timeout 600 --share "$dir" --cpu "spe-log=$dir/truth,spe-reset=0xfb" -- sh -c "
		. ./record
		guest='./vmm --name web --vcpus $2 --rounds 100 --inner 2000 --el0 --mmio'
		insmod ./arm_spe_guests.ko
		record default '' -a -- \$guest
		record host H -a -- \$guest
		record both GH -a -- \$guest
		record guest G -a -- \$guest
		record user uG -a -- \$guest
		record two GH -a -- sh -c \"\$guest & ./vmm --name db --rounds 100 --inner 2000 >db; wait\"
		period=256 pages=2 record small GH -a -- \$guest
		unset period pages
		echo 0 >/sys/module/kvm/parameters/halt_poll_ns
		[ $2 = 1 ] || sh ./move &
		record task GH -- ./vmm --name web --vcpus $2 --rounds 1000 --inner 200 --el0 --wfi --wait 2000
		./spelunk record -q -a -o /tmp/ours.data --period 2048 --guests -- \$guest >ours.vmm
		cp /tmp/ours.data /share/
		./spelunk doctor --json >doctor
		echo 0 >/sys/module/arm_spe_guests/parameters/guests_by_default
		record asked GH -a -- \$guest
		rmmod arm_spe_guests
		record after GH -a -- \$guest"
	is "$name: by default no guest is sampled, whatever PMSCR_EL1 was reset to" \
		"$(worlds default)" "host-kernel host-user"
	is "$name: nor with :H" "$(worlds host)" "host-kernel host-user"
	is "$name: :GH samples both" "$(worlds both)" "$all"
	is "$name: all vCPUs" "$(guests both vm,vcpu)" "$(seq -s' ' -f '0,%g' 0 $(($2 - 1)))"
	is "$name: :G guests only" "$(worlds guest)" "guest-kernel guest-user"
	is "$name: :uG their user code only" "$(worlds user)" "guest-user"
	is "$name: of two virtual machines both" "$(guests two vm)" "0 1"
	is "$name: a task's own guest" "$(worlds task)" "$all"
	holds "$name: while its event started and stopped" "$(stops task) >= 1000"
	is "$name: and moved from CPU to CPU" "$(guests task vcpu,cpu)" \
		"$([ "$2" = 1 ] && echo 0,0 || echo 0,0 0,1 1,0 1,1)"
	"$SPELUNK" report -i "$dir/small.data" 2>/dev/null | grep -q 'losses.*truncated'
	tap "$name: a buffer that is too small is reported" $?
	is "$name: spelunk record --guests" "$(worlds ours)" "$all"
	"$SPELUNK" report -i "$dir/ours.data" 2>/dev/null |
		tr -s ' \n' ' ' | grep -q 'guests sampled by arm_spe_guests 1.0'
	tap "$name: the recording says by what" $?
	is "$name: doctor says that it can" "$(jq -r '.host.guest_module, (.checks[] |
		select(.check == "guests" or .check == "chance") | .verdict)' "$dir/doctor" |
		paste -sd' ')" "1.0 ok ok"
	is "$name: with guests_by_default=0 :GH samples none" "$(worlds asked)" "host-kernel host-user"
	is "$name: nor does it without the module" "$(worlds after)" "host-kernel host-user"
	equal "$dir"/{default,host,both,guest,user,two,small,task,ours,asked,after}
}

# A guest's accesses to SPE's registers have no effect.
hostile()
{
	name="6.12, a hostile guest"
	share 6.12
	exits "$name: the machine makes its recording" 0 tests/lab/run --kernel 6.12 --timeout 500 \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-guests=$dir/guests,spe-reset=0xfb" -- sh -c '
		. ./record
		insmod ./arm_spe_guests.ko
		record both GH -- sh -c "./vmm --name victim --rounds 60 --inner 4000 --el0 >/dev/null &
			./vmm --name hostile --rounds 100 --inner 500 --el0 --hostile >/dev/null
			wait"'
	is "$name: no register was written" \
		"$(awk -F, 'NR > 1 { n += $4 } END { print n + 0 }' "$dir/guests")" 0
	is "$name: both are sampled" "$(guests both vm)" "0 1"
	equal "$dir/both"
}

linux()
{
	name="6.1, a Linux guest"
	share 6.1
	cp "$BUILD"/lab/guest/{initrd,linux.dtb} "$(tests/lab/machine/build | tail -n 1)/Image-6.1" "$dir/"
	exits "$name: the machine makes its recording" 0 tests/lab/run --kernel 6.1 --timeout 500 \
		--share "$dir" --cpu "spe-log=$dir/truth" -- sh -c '
		period=16384
		. ./record
		insmod ./arm_spe_guests.ko
		record both GH -a -- ./vmm --name debian --linux Image-6.1 --initrd initrd \
			--dtb linux.dtb 2>console'
	grep -q '^guest: done' "$dir/console"
	tap "$name: it came up and did its work" $? "$(tail "$dir/console")"
	is "$name: its kernel and its user code are sampled" "$(worlds both)" "$all"
	equal "$dir/both"
}

for machine in ${MACHINES:-6.1:1 6.12:2}; do	# KERNEL:CPUS
	modifiers "${machine%:*}" "${machine#*:}"
done
hostile
linux

tap_end
