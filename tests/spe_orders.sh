# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by tests that hold compiled code against the order that the model judged
# (kvm/world/spe.c says why each step is needed): what tests/world_paths.awk shows of a
# function that stops the buffer with nothing lost, and of one that starts it.
spe_stop='=pmblimitr_el1 =pmscr_el1 pmscr_el1 isb psb dsb pmblimitr_el1 isb'
spe_start='isb pmblimitr_el1 isb pmscr_el1'

cross=aarch64-linux-gnu-
[ "$(uname -m)" != aarch64 ] || cross=

# paths OBJECT [OBJDUMP'S OPTION]: a line for each path through its functions
paths()
{
	${cross}objdump -dr --no-show-raw-insn "${@:2}" "$1" | awk -f tests/world_paths.awk
}
