#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SPE as the architecture defines it, without a kernel: tests/lab/bare.

. tests/tap.sh

elf=$tap_dir/bare
aarch64-linux-gnu-gcc -std=gnu11 -Wall -Wextra -Werror -O2 -ffreestanding -nostdlib -static \
	-no-pie -fno-pic -fno-stack-protector -mgeneral-regs-only -mstrict-align \
	-fno-tree-loop-distribute-patterns -Wl,--build-id=none,--no-warn-rwx-segments \
	-Wl,-T,kvm/bare/bare.ld -o "$elf" -I. \
	kvm/bare/{start.S,console.c} tests/lab/bare/{vectors.S,bare.c,operations.c,sve.c} || exit 1
qemu=${LAB_QEMU:-$(tests/lab/qemu/build | tail -n 1)}

# run VALUE: the value of all UNKNOWN fields after reset; its TAP is part of ours
run()
{
	timeout 60 "$qemu" -M virt,virtualization=on,gic-version=3 -m 256 -nodefaults \
		-cpu "max,spe-reset=$1,spe-unknown=$1" -display none -serial stdio -no-reboot \
		-kernel "$elf" | tee "$tap_dir/out"
	tap "fields reset to $1: it comes to its end" "${PIPESTATUS[0]}"
	! grep -q '^not ok' "$tap_dir/out" || tap_failed=1
}

# after_reset: print the registers after reset, without leading zeros
after_reset()
{
	sed -nE 's/^# (PM[A-Z0-9_]+) 0x0*/\1=/p' "$tap_dir/out" | tr -d '\r' | paste -sd' '
}

run 0
is "every field can be 0 after reset" "$(after_reset)" \
	"PMSCR_EL1= PMSCR_EL2= PMSICR= PMSIRR= PMSFCR= PMSEVFR= PMSNEVFR= PMSLATFR= \
PMBLIMITR= PMBPTR= PMBSR="
run 0xffffffffffffffff
is "every other one, and S of PMBSR, can be anything" "$(after_reset)" \
	"PMSCR_EL1=fb PMSCR_EL2=fb PMSICR=ffffffff PMSIRR=ffffff01 PMSFCR=7000f PMSEVFR=608e8 \
PMSNEVFR=608e8 PMSLATFR=fff PMBLIMITR=fffffffffffff006 PMBPTR=ffffffffffffffff \
PMBSR=fffffffc0dffff"

tap_end
