#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What kernels of our own record, against what the emulated CPU knows it did.

. tests/tap.sh
. tests/lab/kernels.sh
. tests/lab/machine.sh

for kernel in $KERNELS; do
	machine "$kernel" vhe 0x3b
	machine "$kernel" nvhe 0
done

tap_end
