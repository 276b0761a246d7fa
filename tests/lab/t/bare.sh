#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SPE as the architecture has it, with no kernel in between: tests/lab/bare.

elf=$(mktemp)
trap 'rm -f "$elf"' EXIT
aarch64-linux-gnu-gcc -std=gnu11 -Wall -Wextra -Werror -O2 -ffreestanding -nostdlib -static \
	-no-pie -fno-pic -fno-stack-protector -mgeneral-regs-only -mstrict-align \
	-fno-tree-loop-distribute-patterns -Wl,--build-id=none,--no-warn-rwx-segments \
	-Wl,-T,tests/lab/bare/bare.ld -o "$elf" -I. tests/lab/bare/{start.S,bare.c,operations.c} ||
	exit 1
qemu=${LAB_QEMU:-$(tests/lab/qemu/build | tail -n 1)}
timeout 60 "$qemu" -M virt,virtualization=on,gic-version=3 -cpu max -m 256 -nodefaults \
	-display none -serial stdio -no-reboot -kernel "$elf" | tee "$elf.out"
status=${PIPESTATUS[0]}
grep -q '^not ok' "$elf.out" && status=1
rm -f "$elf.out"
exit "$status"
