# SPDX-License-Identifier: GPL-2.0-only
#
# Runs inside the lab's machine: the recordings that tests/lab/t/*.sh look at,
# into /share, in this order.

set -e
event=arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1

# record NAME ARGUMENTS...: perf writes to memory, so that it does not sample 9p
record()
{
	local name=$1
	shift
	perf record -q -o "/tmp/$name.data" "$@" >/dev/null 2>/tmp/errors || {
		cat /tmp/errors
		exit 1
	}
	cp "/tmp/$name.data" /share/
	rm "/tmp/$name.data"
}

record work -e $event,period=4096/ -- ./work
record user -e $event,period=512/u -- ./work hot_load hot_branch fault=30
record filter -e $event,load_filter=1,min_latency=30,period=1024/ -- ./work
record kvm -a -m 512,1024 -e $event,period=2048/ -e kvm:kvm_entry -e kvm:kvm_exit -- \
	./vmm --rounds 300 --inner 2000 --mmio --hvc --el0
record small -m,2 -e $event,period=256/u -- ./work hot_load=30 hot_store=30
