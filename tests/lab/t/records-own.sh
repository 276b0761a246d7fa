#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What kernels of our own record, against what the emulated CPU knows it did.

. tests/tap.sh
. tests/lab/machine.sh

machine own vhe 0x3b
machine own nvhe 0
machine new vhe 0x3b
machine new nvhe 0

tap_end
