#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# spelunk doctor --probe: the expected verdicts for each kind of machine.

. tests/tap.sh

arm=$SPELUNK
[ "$(uname -m)" = aarch64 ] || arm=$BUILD/lab/arm/spelunk
[ -x "$arm" ]
tap "the program is built for the machine" $? "make lab-arm"

# Verdicts, in this order: unasked asked memory traps time losses cost.
good="good good good good good good good"		# asked for, and only then
none="good bad good good good good good"		# never sampled
leak="bad bad good good good good good"			# sampled, whatever is asked for
written="good good bad good good good good"

# machine NAME KERNEL OPTION... -- COMMAND: run COMMAND in it; there, probe FILE runs the probe
machine()
{
	name=$1
	kernel=$2
	shift 2
	dir=$tap_dir/${name//[ ,]/-}
	mkdir "$dir"
	cp "$arm" "$dir/"
	[ ! -e "$BUILD/lab/module/$kernel" ] || cp "$BUILD/lab/module/$kernel/arm_spe_guests.ko" "$dir/"
	cat >"$dir/probe" <<-'END'
		probe() {
			./spelunk doctor --probe --json >$1; echo $? >$1.status
		}
	END
	exits "$name: the machine runs" 0 tests/lab/run --kernel "$kernel" --timeout 600 \
		--share "$dir" "${@:1:$#-1}" sh -c ". ./probe; ${*: -1}"
}

# verdicts FILE EXPECTED
verdicts()
{
	is "$name: $1" "$(jq -r '[.answers[].verdict] | join(" ")' "$dir/$1")" "$2"
	[ "$(jq -r '[.answers[].verdict] | join(" ")' "$dir/$1")" = "$2" ] ||
		jq -r '.answers[] | "# " + .question + ": " + .answer' "$dir/$1"
	is "$name: $1: its exit status" "$(cat "$dir/$1.status")" "$([[ $2 = *bad* ]] && echo 1 || echo 0)"
}

# figure FILE EXPRESSION: print the value of a jq expression
figure()
{
	jq -r "$2" "$dir/$1"
}

# Before 6.17 a VHE host samples guests if PMSCR_EL1's reset value says so; the module sets it.
for kernel in 6.1 6.12; do
	machine "$kernel, PMSCR_EL1 garbage" $kernel --cpu spe-reset=0x3b -- '
		probe stock
		insmod /share/arm_spe_guests.ko && probe module
		rmmod arm_spe_guests && probe after'
	verdicts stock "$leak"
	verdicts module "$good"
	verdicts after "$none"
	is "$name: which module it is" "$(figure module .host.guest_module)" 1.0
done

machine "6.12, PMSCR_EL1 zero" 6.12 --smp 2 -- '
	refused() {
		./spelunk doctor --probe >$1.out 2>$1; echo $? >>$1
	}
	probe stock
	./spelunk doctor --probe >text
	perf record -q -a -e arm_spe_0// -o /tmp/other.data sleep 1000 2>/dev/null &
	until [ -s /tmp/other.data ]; do :; done
	usleep 500000
	refused busy
	kill -INT $!
	wait
	mv /dev/kvm /dev/no-kvm
	refused no-kvm
	rmmod arm_spe_pmu
	refused no-spe'
verdicts stock "$none"
# If probing is impossible, it prints one sentence and exits with 2.
is "$name: while somebody else records" "$(cat "$dir/busy")" "spelunk doctor: arm_spe_0/\
ts_enable=1,pct_enable=1,jitter=1,period=4096/ is in use by another recording: stop it first (perf, another \
spelunk, a monitor)
2"
is "$name: without KVM" "$(cat "$dir/no-kvm")" "spelunk doctor: cannot create a virtual \
machine: /dev/kvm: No such file or directory; load KVM, or boot a kernel that has it
2"
is "$name: without SPE" "$(cat "$dir/no-spe")" "spelunk doctor: --probe requires SPE, which \
was not found on this machine; run \`spelunk doctor\` to see why
2"
is "$name: and nothing is printed" "$(cat "$dir"/{busy,no-kvm,no-spe}.out)" ""
grep -q '^kernel   6\.12\.' "$dir/text" &&
	grep -q '^module   arm_spe_guests is not loaded$' "$dir/text"
tap "$name: text begins with what a bug report needs" $? "$(cat "$dir/text")"
sed 's/^/# /' "$dir/text"

# KVM leaves the buffer on here: doc/lab.md explains why user space cannot detect this.
machine "6.12, nVHE" 6.12 --mode nvhe --cpu spe-reset=0x3b -- 'probe stock'
verdicts stock "$none"

# Another program writes to the guest's memory while it runs.
machine "the series" own --cpu spe-reset=0xfb -- '
	probe good
	probe written & while ! [ -s written.status ]; do
		for maps in /proc/[0-9]*/maps; do
			at=$(sed -n "s/-.*memfd:spelunk-probe.*//p" $maps 2>/dev/null | head -n 1)
			[ -z "$at" ] || printf x | dd of=${maps%maps}mem bs=1 \
				seek=$((0x$at + 0x300000)) conv=notrunc 2>/dev/null
		done
		usleep 100000
	done
	wait'
verdicts good "$good"
# The expected number follows from the instructions of its loops: one sample in 4096 and 0 to 255
# more [Arm ARM D17.3.4].
holds "$name: as many of the guest as are due" "$(figure good '.runs[] | select(.run == "guest") |
	(.guest_el1 + .guest_el0) / .due | . > 0.98 and . < 1.03' | sed 's/true/1/; s/false/0/')"
# The host's loop has as many as without a guest, whatever the CPU counts as an operation.
holds "$name: and of the host's loop" "$(figure good '[.runs[] | {(.run): (.loop_records / .loop_due)}] | add |
	(.excluded / .host) | . > 0.95 and . < 1.05' | sed 's/true/1/; s/false/0/')"
verdicts written "$written"
is "$name: the one byte" "$(figure written .memory_changed)" 1
figure written '.answers[] | select(.question == "memory") | .answer' | grep -q 'first are at 0x300000: 78 '
tap "$name: and where it is" $? "$(figure written '.answers[2].answer')"

machine "the series, nVHE" own --mode nvhe --cpu spe-reset=0xfb -- 'probe refused'
verdicts refused "$none"
is "$name: guests are refused, not ignored" "$(figure refused '.runs[] | select(.run == "guest") | .refused')" \
	"Operation not supported"

tap_end
