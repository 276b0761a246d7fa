#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series of kvm/linux, and kvm/world as code of Linux: checkpatch reports nothing, W=1 and
# sparse report nothing new; and the compiled switch of an nVHE host's SPE is the one that the model
# checked.

. tests/tap.sh
. tests/lab/kernels.sh
. tests/spe_orders.sh

# none FILE NAME
none()
{
	[ -e "$made/$1" ] && [ ! -s "$made/$1" ]
	tap "$2" $? "$(cat "$made/$1")"
}

# spe_paths FUNCTION: what it, or the function that it is inlined into, does with the profiling
# buffer. Registers that hold the offset of per-CPU data are not SPE's; paths that also switch the
# trace buffer, its filter or branch records only add to the others.
spe_paths()
{
	local f
	for f in "__debug_$1_spe" "__debug_$1_host_buffers_nvhe"; do
		paths "$made/vmlinux" --disassemble="__kvm_nvhe_$f"
	done | sed 's/ =tpidr_el2//g' | grep pmblimitr_el1 |
		grep -vE ' (=?(trblimitr|trfcr|brbcr)_el1|__kvm_nvhe___trace_)' | cut -d' ' -f3- | sort -u
}

# checks KERNEL
checks()
{
	made=$(built "$1")
	none checked-patches "$1: checkpatch --strict has nothing to say of the series"
	none checked-series "$1: W=1 and sparse have nothing new to say of its files"
	is "$1: __debug_save_spe() stops the buffer in the model's order" "$(spe_paths save)" \
		"$(printf '=pmblimitr_el1\n%s\n' "$spe_stop" | sort -u)"
	is "$1: __debug_restore_spe() starts it in the model's order" "$(spe_paths restore)" \
		"$spe_start"
}

for kernel in $KERNELS; do
	checks "$kernel"
	[ "$kernel" != own ] || none checked-world \
		"own: W=1 and sparse have nothing new to say of kvm/world, for VHE and nVHE"
done

tap_end
