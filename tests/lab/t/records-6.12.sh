#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Recordings of a stock Linux 6.12 compared with the ground truth of the emulated CPU.

. tests/tap.sh
. tests/lab/machine.sh

for mode in vhe nvhe; do
	machine 6.12 $mode 0
	machine 6.12 $mode 0x3b
done

tap_end
