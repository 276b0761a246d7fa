#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Very many world switches of an nVHE host that profiles itself: no record is lost or torn, the
# guest's memory does not change, and the buffer is off while the guest runs. Compared with stock
# 6.12, which leaves it on.
#
#   SWITCHES=1000000 SLOW=1800 TEST_TIMEOUT=3600 tests/run build tests/lab/t/world-switches.sh
#
# SLOW: time limit of a machine in seconds.

. tests/tap.sh
. tests/lab/kernels.sh

: "${SWITCHES:=50000}" "${SLOW:=500}"

# told WORD FILE: a value that the monitor printed
told()
{
	grep -oE " $1=[0-9a-f]+" "$dir/$2" | cut -d= -f2
}

# guests COLUMN: sum over the guests that the CPUs saw
guests()
{
	awk -F, -v c="$1" 'NR > 1 { n += $c } END { print n + 0 }' "$dir/guests"
}

# machine KERNEL
machine()
{
	name="$1 nvhe"
	dir=$tap_dir/$1
	mkdir "$dir"
	cp "$BUILD/lab/guest/vmm" "$dir/"
	exits "$name: the machine makes its recording" 0 tests/lab/run --kernel "$1" --mode nvhe \
		--timeout "$SLOW" --share "$dir" --cpu "spe-log=$dir/truth,spe-guests=$dir/guests" -- sh -c "
		guest='./vmm --run none --hvc --memory --rounds'
		\$guest 1000 >alone &&
		perf record -q -a -o /tmp/host.data -e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=4096/ -- \\
			\$guest $SWITCHES >profiled && cp /tmp/host.data /share/"
	sed 's/^/# /' "$dir/profiled"
	is "$name: the guest called $SWITCHES times" "$(told hvc profiled)" "$SWITCHES"
	holds "$name: and was entered as often" "$(guests 2) >= $SWITCHES"
	is "$name: its memory is what it is with no profiling" "$(told memory profiled)" \
		"$(told memory alone)"
	tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/host.data" >"$dir/compared" 2>&1
	tap "$name: every record of the host is there, and is what the CPU wrote" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
	holds "$name: there are enough of them" \
		"$(sed -n 's/.* decoded \([0-9]*\),.*/\1/p' "$dir/compared") > $SWITCHES / 10"
	echo "# entries $(guests 2), with the buffer on $(guests 3)"
}

for kernel in $KERNELS; do
	machine $kernel
	is "$name: the buffer is off in every one" "$(guests 3)" 0
done
machine 6.12
holds "6.12 nvhe: the buffer stays on" "$(guests 3) >= $SWITCHES"

tap_end
