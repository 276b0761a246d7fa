#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a stock Linux 6.12 records, against what the emulated CPU knows it did.

. tests/tap.sh
. tests/lab/machine.sh

for mode in vhe nvhe; do
	machine 6.12 $mode 0
	machine 6.12 $mode 0x3b
done

tap_end
