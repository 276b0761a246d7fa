#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series of kvm/linux, and kvm/world as code of Linux: checkpatch finds nothing, W=1 and
# sparse nothing that they do not find without.

. tests/tap.sh

kernel=$(tests/lab/kernel/build | tail -n 1)
# none FILE NAME
none()
{
	[ -e "$kernel/$1" ] && [ ! -s "$kernel/$1" ]
	tap "$2" $? "$(cat "$kernel/$1")"
}

none checked-patches "checkpatch has nothing to say of the series"
none checked-series "W=1 and sparse have nothing new to say of its files"
none checked-world "nor of kvm/world, compiled for VHE and nVHE"

tap_end
