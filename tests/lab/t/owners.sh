#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Owners when evidence is missing: no tracepoints, lost events, virtual time, no kernel, no CONTEXT
# packets. Without proof an owner must be unknown, never a wrong one.

. tests/tap.sh
. tests/lab/machine.sh

cat >"$tap_dir/inside.sh" <<'END'
spe=arm_spe_0/ts_enable=1,jitter=1
all=$spe,pct_enable=1,pa_enable=1
kvm="-e kvm:kvm_entry -e kvm:kvm_exit"
vmm="./vmm --vcpus 2 --rounds 60 --inner 2000 --mmio --hvc --wfi --el0"
set -e
chmod 666 /dev/kvm
mount -o remount,mode=755 /sys/kernel/tracing
chmod -R a+rX /sys/kernel/tracing
mkdir -m 777 /tmp/o
perf record -q -o /tmp/o/alone.data -a -m 512,1024 -e $all,period=4096/ -- $vmm
# rings of one page, and a perf that does not read them for a while: events are lost
perf record -q -o /tmp/o/tiny.data -a -m 1,1024 $kvm -e $all,period=4096/ -- $vmm &
until pidof vmm >/dev/null; do sleep 0.1; done
kill -STOP $!
sleep 0.3
kill -CONT $!
wait $!
perf record -q -o /tmp/o/user.data -a -m 512,1024 -e $all,period=4096/u -- $vmm
perf record -q -o /tmp/o/task.data -m 512,1024 -e $all,period=4096/ -- $vmm
echo -1 >/proc/sys/kernel/perf_event_paranoid
echo 65536 >/proc/sys/kernel/perf_event_mlock_kb
./nobody perf record -q -o /tmp/o/virtual.data -a -m 64,1024 $kvm -e $spe,period=4096/ -- $vmm
./nobody perf record -q -o /tmp/o/least.data -a -m 64,1024 -e $spe,period=4096/ -- $vmm
cp /tmp/o/*.data /share/
END

names="alone tiny user task virtual least"	# the second lost events

# unknown WHAT: percentage of unknown records in the recording that lost events, or in the others
unknown()
{
	awk -v what="$1" '
		/^  file/ { of = $2 == "2:" ? "lost" : "others"; unknown[of] += $3; all[of] += $5 }
		END { print all[what] ? 100 * unknown[what] / all[what] : 100 }' "$dir/compared"
}

# compared NAME MOST MOST_LOST ARGUMENTS OF compare...: at most these percentages are unknown, in
# the recordings and in the one that lost events
compared()
{
	local name=$1 most=$2 most_lost=$3
	shift 3
	tests/lab/compare "$@" >"$dir/compared" 2>&1
	tap "$name: no record has another owner than the one whose it was" $? "$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
	holds "$name: named as far as is proven" "$(unknown others) <= $most"
	holds "$name, events lost: named as far as is proven" "$(unknown lost) <= $most_lost"
}

# machine KERNEL MODE CPUS UNKNOWN LOST UNKNOWN LOST: maximum percentages with CONTEXT packets and
# without
machine()
{
	local name="Linux $1, $2, $3 CPUs" data=() f
	dir=$tap_dir/$1-$2-$3
	mkdir "$dir"
	cp "$tap_dir/inside.sh" "$BUILD"/lab/guest/{vmm,nobody} "$dir/"
	exits "$name: makes its recordings" 0 tests/lab/run --kernel "$1" --mode "$2" --smp "$3" \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=0x3b,spe-pbt=on" -- sh ./inside.sh
	for f in $names; do
		data+=("$dir/$f.data")
	done
	lost=$((lost + $("$SPELUNK" report -i "$dir/tiny.data" --format json 2>/dev/null |
		grep -o '"lost_events": *[0-9]*' | awk -F: '{ n += $2 } END { print n + 0 }')))
	compared "$name" "$4" "$5" --lost "$dir/truth" "$SPELUNK" "${data[@]}"
	"$BUILD/tests/tools/blank" "${data[@]}" >/dev/null
	compared "$name, no CONTEXT" "$6" "$7" --no-context "$dir/truth" "$SPELUNK" "${data[@]}"
	rm -rf "$dir"
}

lost=0
# without CONTEXT and entries, all user code of guests is unknown: 880 of 2,700 to 10,000 records
machine 6.12 vhe 2 2 60 30 90
machine 6.1 vhe 1 2 60 30 90
# an nVHE host's kernel has early virtual timestamps, too, while a vCPU is loaded
machine 6.12 nvhe 1 25 60 45 90
holds "tiny rings lost events" "$lost > 0"

tap_end
