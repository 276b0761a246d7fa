#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The world switch in kvm/bare at EL2 of the lab's CPU: its own checks, the records compared with
# the CPU's log, and each register access and barrier compared with the model's.

. tests/tap.sh

cross=aarch64-linux-gnu-
[ "$(uname -m)" != aarch64 ] || cross=
exits "the hypervisor builds" 0 make -s O="$BUILD" bare "$BUILD/kvm/model/model"
qemu=${LAB_QEMU:-$(tests/lab/qemu/build | tail -n 1)}

el3=
# run PROGRAM CPU OPTION...: run it; its output is in $tap_dir/out
run()
{
	local program=$1 cpu=$2
	shift 2
	timeout 240 "$qemu" -M "virt,virtualization=on,gic-version=3$el3" -m 256 -nodefaults \
		-cpu "max,$cpu" -display none -serial stdio -no-reboot \
		-kernel "$BUILD/kvm/bare/$program" "$@" </dev/null | tr -d '\r' >"$tap_dir/out"
	grep -q '^1\.\.' "$tap_dir/out"
	tap "$program comes to its end" $? "$(tail -n 3 "$tap_dir/out")"
}

# Its TAP is part of ours. Without a model of caches, samples never collide.
run checks.elf \
	"spe-model=off,spe-log=$tap_dir/truth,spe-reset=0x3b,spe-unknown=0xffffffffffffffff"
cat "$tap_dir/out"
! grep -q '^not ok' "$tap_dir/out" || tap_failed=1
is "every record the CPU wrote is one that was found" \
	"$(awk '/^# records of/ { n += $NF } END { print n }' "$tap_dir/out")" \
	"$(grep -c '^[0-9]' "$tap_dir/truth")"
is "and no sample was lost" "$(grep '^#' "$tap_dir/truth")" ""

# Leave out differences between QEMU and the model: QEMU's AMAIR_EL1 is always 0, PMSICR_EL1 counts,
# and the syndrome and addresses of exits vary.
comparable()
{
	sed -E 's/^(read|write) (AMAIR_EL12?|PMSICR_EL1|(ESR|FAR|HPFAR)_EL2) .*/\1 \2/' "$1"
}

${cross}objdump -d "$BUILD/kvm/bare/trace.elf" >"$tap_dir/code"
range=$(${cross}nm "$BUILD/kvm/bare/trace.elf" | awk '
	$3 == "world" { from = $1 }
	$3 == "world_end" { to = $1 }
	END { print "0x" from "..0x" to }')

# executed CPU: write what all kinds that it has executed to $tap_dir/executed and $tap_dir/counts
executed()
{
	rm -f "$tap_dir/log"
	run trace.elf "$1" -accel tcg,one-insn-per-tb=on -d exec,cpu,nochain -D "$tap_dir/log" \
		-dfilter "$range"
	set -- kvm/world/regs.def "$tap_dir"/{code,out,log}
	awk -f tests/world_log.awk "$@" >"$tap_dir/executed"
	awk -v COUNT=1 -f tests/world_log.awk "$@" >"$tap_dir/counts"
}

# is_models ARGUMENT...: compare with the model
is_models()
{
	local kinds
	kinds=$(wc -l <"$tap_dir/counts")
	"$BUILD/kvm/model/model" accesses "$@" >"$tap_dir/model"
	[ "$kinds" -gt 0 ] &&
		diff <(comparable "$tap_dir/model") <(comparable "$tap_dir/executed") \
			>"$tap_dir/diff"
	tap "$kinds kinds of switches: registers and barriers are the model's" $? \
		"$(cat "$tap_dir/diff")"
}

executed spe=3
is_models
sed 's/^/# instructions, of spe.c, MRS, MSR, barriers: /' "$tap_dir/counts"

# costs KIND ROW MORE: spe.c executes the MRS, MSR and barriers that world-cost reports, and MORE
# registers each way (FnE); without MORE, at most as many instructions
costs()
{
	local done said
	done=$(awk -F: -v kind="$1" '$1 == kind { print $2 }' "$tap_dir/counts")
	said=$(awk -v row="$2" '
		index($0, row) == 1 { print $(NF - 3), $(NF - 2), $(NF - 1), $NF }' "$tap_dir/cost")
	awk -v more="$3" '{ exit !($2 && ($2 <= $6 || more) && $3 == $7 + more &&
		$4 == $8 + more && $5 == $9) }' <<<"$done $said"
	tap "$1: what it costs is what make world-cost says" $? "executed:$done, said: $said"
}

make -s O="$BUILD" world-cost >"$tap_dir/cost"
costs "nVHE" "nVHE, the host does not" 0
costs "nVHE, host sampled" "nVHE, the host profiles" 0
costs "VHE" "VHE, the guest is" 0
costs "VHE, host sampled, all of the guest" "VHE, the guest is" 0
costs "VHE, guest owns SPE, both sampled" "VHE, the guest owns" 2

executed spe=0
is_models no-spe
sed 's/^/# instructions, of spe.c, MRS, MSR, barriers: /' "$tap_dir/counts"
costs "nVHE, no SPE" "no SPE" 0
costs "VHE, no SPE" "no SPE" 0

# EL3 keeps SPE: only PMBIDR_EL1 may be read, and it is read first.
el3=,secure=on
executed spe=3
is_models el3
is "EL3 keeps SPE: nothing of it is touched" \
	"$(grep -cE 'PM(SCR|SICR|SIRR|SFCR|SEVFR|SNEVFR|SLATFR|BLIMITR|BPTR|BSR)_EL' "$tap_dir/executed")" 0
is "and there were both hosts" "$(cut -d: -f1 "$tap_dir/counts" | paste -sd/)" \
	"nVHE, no SPE/VHE, no SPE"

tap_end
