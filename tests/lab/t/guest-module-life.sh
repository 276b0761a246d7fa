#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kvm/module is loaded and unloaded, as are the driver, CPUs and their power: on the CPU of the
# running event, PMSCR_EL12 is what the event asks for; elsewhere it is 0. The module refuses to
# load where it cannot work.
#
#   STARTS=1000 TEST_TIMEOUT=3600 tests/run build tests/lab/t/guest-module-life.sh

. tests/tap.sh

: "${STARTS:=1000}"
arm=$SPELUNK
[ "$(uname -m)" = aarch64 ] || arm=$BUILD/lab/arm/spelunk
machine=$(tests/lab/machine/build | tail -n 1)

# share KERNEL: the shared folder of a machine, with its contents
share()
{
	dir=$tap_dir/${name//[ ,]/-}
	mkdir "$dir"
	cp "$BUILD"/lab/guest/{vmm,toggle} "$BUILD/lab/module/$1"/*.ko "$arm" "$dir/"
	gzip -dc "$machine/initrd-$1.gz" |
		cpio -i --quiet --to-stdout '*/arm_spe_pmu.ko' >"$dir/arm_spe_pmu.ko"
}

# said WHAT: print the line that the machine printed for it
said()
{
	sed -n "s/^$1: //p" "$dir/said"
}

# A running event asks for b: E0SPE, E1SPE and CX.
life()
{
	name="$1: life"
	share "$1"
	exits "$name: the machine ran" 0 tests/lab/run --kernel "$1" --smp 2 --timeout 600 \
		--share "$dir" --cpu spe-reset=0xfb -- sh -c "STARTS=$STARTS"'
		pmscr=/sys/kernel/debug/pmscr
		see() { echo "$1: $(paste -sd" " $pmscr)"; }
		begin() {
			perf record -B -q -a -o /tmp/x.data -e arm_spe_0/period=65536/$1 -- sleep 1000 &
			recorder=$!
			for i in $(seq 60); do
				grep -qx 0 $pmscr || break
				sleep 1
			done
		}
		end() {
			kill $recorder
			wait $recorder
		}
		cap() { echo "$1: $(cat /sys/bus/event_source/devices/arm_spe_*/caps/guest_profiling)"; }
		exec >said 2>/dev/null
		insmod ./pmscr.ko
		see reset
		insmod ./arm_spe_guests.ko
		see loaded
		cap loaded-cap
		./vmm --name web --vcpus 2 --rounds 1000000 --inner 2000 --el0 >/dev/null &
		vmm=$!
		begin GH
		see running
		echo 1 >$pmscr
		see powered
		rmmod arm_spe_guests
		see removed
		cap removed-cap
		insmod ./arm_spe_guests.ko
		see loaded-while-running
		end
		see stopped
		./spelunk record -a --guests -o /tmp/y.data -- sh -c "rmmod arm_spe_guests" 2>/tmp/ended
		grep -q "the module arm_spe_guests was unloaded" /tmp/ended && echo "ended: yes"
		./spelunk record -a --guests -o /tmp/y.data -- true 2>/tmp/refused
		grep -q "cannot sample guests" /tmp/refused && echo "refused: yes"
		insmod ./arm_spe_guests.ko
		begin G
		see guests-only
		echo 0 >/sys/devices/system/cpu/cpu1/online
		see one-cpu
		echo 1 >/sys/devices/system/cpu/cpu1/online
		see cpu-back
		end
		see cpu-back-stopped
		./toggle $STARTS GH >/dev/null
		see toggled
		./toggle $STARTS G >/dev/null
		see toggled-guests-only
		kill $vmm
		rmmod arm_spe_pmu
		see driver-gone
		insmod ./arm_spe_pmu.ko
		cap driver-back
		begin GH
		see driver-back-running
		end
		rmmod arm_spe_guests
		see end
		rmmod arm_spe_pmu
		insmod ./arm_spe_guests.ko
		insmod ./arm_spe_pmu.ko
		cap driver-after
		! dmesg | grep -q "Call trace:" || echo "trace: yes"'
	is "$name: garbage before" "$(said reset)" "fb fb"
	is "$name: 0 when it is there" "$(said loaded)" "0 0"
	is "$name: a file says that it is" "$(said loaded-cap)" 1
	is "$name: an event asks for both on each CPU" "$(said running)" "b b"
	is "$name: still, after the CPUs lost their power" "$(said powered)" "b b"
	is "$name: 0 when it is removed while an event runs" "$(said removed)" "0 0"
	is "$name: and the file is gone" "$(said removed-cap)" ""
	is "$name: 0 when it is back, as that event did not start again" \
		"$(said loaded-while-running)" "0 0"
	is "$name: 0 when the event stopped" "$(said stopped)" "0 0"
	is "$name: spelunk record says if it was unloaded meanwhile" "$(said ended)" yes
	is "$name: and that it cannot sample guests without" "$(said refused)" yes
	is "$name: an event asks for guests only" "$(said guests-only)" "b b"
	is "$name: a CPU goes" "$(said one-cpu)" "b"
	is "$name: and comes back with garbage, which is 0, as perf ended its event" \
		"$(said cpu-back)" "b 0"
	is "$name: 0 when the event stopped" "$(said cpu-back-stopped)" "0 0"
	is "$name: 0 after $STARTS starts and stops" "$(said toggled) $(said toggled-guests-only)" \
		"0 0 0 0"
	is "$name: 0 when the driver is gone" "$(said driver-gone)" "0 0"
	is "$name: it serves the driver that comes back" \
		"$(said driver-back) $(said driver-back-running)" "1 b b"
	is "$name: 0 at the end" "$(said end)" "0 0"
	is "$name: it can be there before the driver" "$(said driver-after)" 1
	is "$name: the kernel found nothing wrong" "$(said trace)" ""
}

# refuses WHY TEXT COMMAND OPTION...: loading fails, and the log says why
refuses()
{
	local why=$1 text=$2 command=$3
	shift 3
	name="$why"
	share 6.12
	exits "$name: the machine ran" 0 tests/lab/run --kernel 6.12 --share "$dir" "$@" -- sh -c "
		$command
		insmod ./arm_spe_guests.ko 2>/dev/null && echo loaded >said
		dmesg | grep '] arm_spe_guests:' >log || :"
	[ ! -e "$dir/said" ]
	tap "$name: it does not load" $?
	# busybox tries twice.
	is "$name: and says why" "$(sed -n '$s/^[^]]*] //p' "$dir/log")" "arm_spe_guests: $text"
}

# The driver starts sampling the host before exclude_host takes effect: this has no consequence.
# Records of that many starts of an event with MODIFIERS are in the CPU's log.
started()
{
	name="starts of an event with $1"
	share 6.12
	exits "$name: the machine ran" 0 tests/lab/run --kernel 6.12 --share "$dir" \
		--cpu "spe-log=$dir/truth" -- sh -c "
		insmod ./arm_spe_guests.ko
		./toggle $STARTS $1 256"
	records=$(tail -n +2 "$dir/truth" | wc -l)
}

# A driver that writes PMSCR_EL12 itself is recognized by its behaviour, and left alone.
gives_way()
{
	name="a driver that writes PMSCR_EL12"
	share 6.12
	exits "$name: the machine ran" 0 tests/lab/run --kernel 6.12 --share "$dir" -- sh -c '
		see() { echo "$1: $(paste -sd" " /sys/kernel/debug/pmscr)"; }
		cap() { echo "$1: $(cat /sys/bus/event_source/devices/arm_spe_*/caps/guest_profiling)"; }
		exec >said
		insmod ./pmscr.ko native=1
		insmod ./arm_spe_guests.ko
		see loaded
		cap before
		./toggle 1 GH >/dev/null
		see given-way
		cap after
		./toggle 1 GH >/dev/null
		rmmod arm_spe_guests
		dmesg | grep "] arm_spe_guests: this kernel" >log'
	is "$name: 0, and the file says 1, before an event" "$(said loaded) $(said before)" "0 1"
	is "$name: what the driver wrote stays, and the file says 0" \
		"$(said given-way) $(said after)" "3 0"
	is "$name: the log says so once" "$(sed 's/^[^]]*] //' "$dir/log")" \
		"arm_spe_guests: this kernel's driver writes PMSCR_EL12 itself: this module now does nothing"
}

# Instructions of a start and a stop, at two nanoseconds each: the minimum of some runs, as the
# kernel does other work, too.
cost()
{
	name="cost"
	share 6.12
	exits "$name: the machine ran" 0 tests/lab/run --kernel 6.12 --count --share "$dir" -- sh -c '
		least() {
			for i in 1 2 3 4 5 6; do
				./toggle 300 "$@"
			done | sort -n | head -n 1
		}
		insmod ./arm_spe_guests.ko
		least >warm
		least >none
		least GH >both
		least G >guests
		rmmod arm_spe_guests
		least >without'
	for event in none both guests; do
		n=$((($(cat "$dir/$event") - $(cat "$dir/without")) / 2))
		echo "# $n instructions more than $(($(cat "$dir/without") / 2)) for a start and a" \
			"stop that asks for: $event"
		holds "$name: $event: a start and a stop are some instructions more" \
			"$n > 0 && $n < 300"
	done
}

life 6.1
life 6.12
refuses "a host at EL1" "the host's kernel runs at EL1 (nVHE, hVHE or pKVM): SPE cannot sample guests" \
	: --mode nvhe
refuses "no KVM" "there is no KVM, and so there are no guests" : --append kvm-arm.mode=none
refuses "no SPE" "no CPU has SPE, or EL3 keeps it for itself (PMBIDR_EL1.P)" : --cpu spe=0
refuses "EL3 keeps SPE" "no CPU has SPE, or EL3 keeps it for itself (PMBIDR_EL1.P)" \
	: --el3 --cpu spe-el3=on
refuses "a kernel that samples guests itself" \
	"arm_spe_0 is left alone: this kernel samples guests without this module" \
	'insmod ./pmscr.ko cap_of=$(cat /sys/bus/event_source/devices/arm_spe_0/type)'
started G
is "$name: none is of the host" "$records" 0
started H
holds "$name: many are" "$records > $STARTS"
gives_way
cost

tap_end
