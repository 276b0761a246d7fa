#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A machine with EL3: its firmware may give SPE to Linux or keep it [MDCR_EL3.NSPB].

. tests/tap.sh

dir=$tap_dir/share
mkdir "$dir"
cp "$BUILD/lab/guest/work" "$dir/"
exits "given: the machine makes its recording" 0 tests/lab/run --kernel 6.12 --el3 \
	--share "$dir" --cpu "spe-log=$dir/truth" -- sh -c '
	perf record -q -o /tmp/work.data -e arm_spe_0/ts_enable=1,pct_enable=1,period=1024/ -- \
		./work hot_load=10 && cp /tmp/work.data /share/'
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/work.data" >"$dir/compared" 2>&1
tap "given: every record is what the CPU wrote" $? "$(cat "$dir/compared")"
exits "kept: the machine runs all the same" 0 tests/lab/run --kernel 6.12 --el3 \
	--share "$dir" --cpu spe-el3=on -- sh -c 'dmesg >dmesg; ls /sys/bus/event_source/devices >pmus'
grep -q 'arm_spe_pmu.*owned by higher exception level' "$dir/dmesg"
tap "kept: the driver says by whom" $? "$(grep -i spe "$dir/dmesg")"
is "kept: there is no SPE to record with" "$(grep -c arm_spe "$dir/pmus")" 0

tap_end
