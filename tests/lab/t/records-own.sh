#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Recordings of our own kernels compared with the ground truth of the emulated CPU.

. tests/tap.sh
. tests/lab/kernels.sh
. tests/lab/machine.sh

for kernel in $KERNELS; do
	machine "$kernel" vhe 0x3b
	machine "$kernel" nvhe 0
done

tap_end
