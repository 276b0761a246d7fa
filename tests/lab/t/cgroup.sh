#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# record --cgroup and --pod sample the tasks of one cgroup, also those that start meanwhile, and
# nothing else that runs: a pod's program has its shares, the one beside it does not occur.

cd "$(dirname "$0")/../../.." || exit 1
. tests/tap.sh

dir=$tap_dir/cgroup
mkdir "$dir"
cp "$BUILD/lab/guest/jit" "$BUILD/lab/guest/work" "$BUILD/lab/arm/spelunk" "$dir/"
exits "the machine makes its recordings" 0 tests/lab/run --kernel 6.12 --count --share "$dir" -- sh -ec '
	cp jit work spelunk /tmp/ && cd /tmp
	mount -t cgroup2 none /sys/fs/cgroup
	mkdir /sys/fs/cgroup/early
	./spelunk record -q --cgroup early -o nothing.data -- sleep 1 2>early && exit 1
	echo +pids >/sys/fs/cgroup/cgroup.subtree_control	# as systemd does
	trap "echo 1 | tee /sys/fs/cgroup/*.slice/cgroup.kill" EXIT
	uid=2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1d7
	pod=/sys/fs/cgroup/kubepods.slice/kubepods-pod$(echo $uid | tr - _).slice
	mkdir -p /sys/fs/cgroup/system.slice/other.service $pod/one
	# the other never ends; in the pod one runs, and others begin during the recording
	sh -c "echo \$\$ >/sys/fs/cgroup/system.slice/other.service/cgroup.procs
		while :; do ./work hot_load=5 >/dev/null; done" &
	sh -c "echo \$\$ >$pod/one/cgroup.procs; while :; do ./jit 200; done" &
	./spelunk record -q --pod $uid --period 2048 -o pod.data -- sleep 0.4
	./spelunk record -q --cgroup other.service --period 2048 -o other.data -- sleep 0.4
	./spelunk record -q -a --cgroups --period 2048 -o all.data -- sleep 0.4
	./spelunk record -q --cgroup nothing -o nothing.data -- sleep 1 2>unknown && exit 1
	cp *.data early unknown /share/'

# rows FILE KEY: "KEY SAMPLES" of user space
rows()
{
	"$SPELUNK" report -q -i "$dir/$1.data" --by "$2" --columns samples --format csv \
		--filter world=host-user | awk -F, 'NR > 1 { print $1, $2 }'
}

# of FILE COMM: its samples
of()
{
	rows "$1" comm | awk -v comm="$2" '$1 == comm { n += $2 } END { print n + 0 }'
}

for name in pod other all; do
	rows $name cgroup,comm | sed "s/^/# $name: /"
	holds "$name: many samples in user space" \
		"$(rows $name comm | awk '{ n += $2 } END { print n + 0 }') > 50"
done
holds "beside each other both run" "$(of all jit) > 20 && $(of all work) > 20"
holds "the pod's program is sampled, the other is not" "$(of pod jit) > 50 && $(of pod work) == 0"
holds "and the other way round" "$(of other work) > 50 && $(of other jit) == 0"
is "what has a pod has this one" "$(rows pod pod | awk 'NF == 2 { print $1 }')" \
	2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1d7
holds "and nearly all has it, short tasks, too" "$(rows pod pod | awk '
	{ all += $NF } NF == 2 { known += $NF } END { print known, "> 0.8 *", all }')"
is "a cgroup that does not exist is named" "$(cat "$dir/unknown")" \
	"spelunk record: no cgroup nothing exists: give a path as in /proc/PID/cgroup, or the name of a unit, container or machine; systemd-cgls lists them"
grep -q "enable a controller above it" "$dir/early"
tap "without perf_event in it, what to do is said" $? "$(cat "$dir/early")"

tap_end
