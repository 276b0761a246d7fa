#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# spelunk doctor in the machine: its report on the machine, and on a guest that runs there.

. tests/tap.sh

# The Arm program: ours on arm64, else the one that make check-lab builds.
arm=$SPELUNK
[ "$(uname -m)" = aarch64 ] || arm=$BUILD/lab/arm/spelunk
[ -x "$arm" ] || skip_all "no spelunk for Arm here: make check-lab builds it"

# query NAME EXPRESSION: evaluate it in python; d is doctor's JSON, c has its checks by name
query()
{
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
c = {x["check"]: x["verdict"] for x in d["checks"]}
print(eval("(%s)" % sys.argv[2]))' "$dir/$1" "$2" 2>&1
}

# machine KERNEL MODE
machine()
{
	name="Linux $1, $2"
	dir=$tap_dir/$1-$2
	mkdir "$dir"
	cp "$arm" "$dir/spelunk"
	cp "$BUILD/lab/guest/vmm" "$dir/"
	exits "$name: runs" 0 tests/lab/run --kernel "$1" --mode "$2" --smp 2 --share "$dir" -- sh -c '
		./vmm --vcpus 2 --rounds 1000000 >/dev/null &
		until ls -l /proc/$!/fd | grep -q kvm-vcpu:1; do :; done
		echo $! >pid
		./spelunk doctor >text; echo $? >status
		./spelunk doctor --json >json
		kill $!
		# as if the log had lost these lines
		mount --bind /dev/null /dev/kmsg
		./spelunk doctor --json >no-log
		umount /dev/kmsg
		# without the driver
		rmmod arm_spe_pmu
		./spelunk doctor --json >no-driver; echo $? >no-driver-status'
}

# Checks that do not depend on the mode.
check_machine()
{
	is "$name: there are two CPUs with SPE" "$(query json \
		'len(d["host"]["cpus"]), d["host"]["pmus"][0]["pmu"], d["host"]["pmus"][0]["cpu_numbers"]')" \
		"(2, 'arm_spe_0', [0, 1])"
	is "$name: with what the lab's SPE can" "$(query json 'd["host"]["pmus"][0]["caps"]["min_interval"],
		"ts_enable" in d["host"]["pmus"][0]["fields"]')" "(256, True)"
	is "$name: SPE is there for all reasons" "$(query json \
		'set(c[n] for n in "processor driver firmware page-tables buffer pmu coverage perf memory"
		 " time symbols tracepoints".split())')" "{'ok'}"
	is "$name: its timer" "$(query json 'd["host"]["timer_hz_from"], d["host"]["timer_hz"] > 10**6')" \
		"('CNTFRQ_EL0', True)"
	is "$name: it is known to be virtual" "$(query json 'd["host"]["virtual"]')" True
	is "$name: usable, with warnings" "$(cat "$dir/status")" 3
	is "$name: the guest" "$(query json '[(g["name"], g["pid"]) for g in d["guests"]]')" \
		"[('vmm', $(cat "$dir/pid"))]"
	is "$name: its vCPUs and their threads" "$(query json '[(v["vcpu"], v["tid"] > d["guests"][0]["pid"])
		for v in d["guests"][0]["vcpus"]]')" "[(0, True), (1, True)]"
	is "$name: it is not sampled on purpose" "$(query json 'c["guests"]')" warning
	is "$name: without the driver SPE cannot be used" "$(cat "$dir/no-driver-status")" 1
	is "$name: for there is no PMU" "$(query no-driver 'c["pmu"], c["driver"], c["firmware"]')" \
		"('problem', 'unknown', 'ok')"
	sed 's/^/# /' "$dir/text"
}

# mode FILE: KVM's mode, and how doctor found it
mode()
{
	query "$1" 'd["host"]["kvm_mode"], d["host"]["kernel_el"], d["host"]["kvm_mode_from"][:12]'
}

machine 6.1 vhe
check_machine
is "$name: KVM's mode" "$(mode json)" "('VHE', 2, 'kernel log')"
is "$name: and without the log" "$(mode no-log)" "('VHE', 2, '/proc/interr')"
is "$name: guests may be sampled by chance" "$(query json 'c["chance"], c["kvm"]')" "('warning', 'ok')"

machine 6.12 nvhe
check_machine
is "$name: KVM's mode" "$(mode json)" "('nVHE', 1, 'kernel log')"
is "$name: and without the log" "$(mode no-log)" "('nVHE', 1, '/proc/interr')"
is "$name: EL2 is not sampled, and no guest" "$(query json 'c["chance"], c["kvm"]')" "('ok', 'warning')"

# state NAME OPTION...: run doctor once in a machine with other options
state()
{
	name=$1
	dir=$tap_dir/state
	rm -rf "$dir"
	mkdir "$dir"
	cp "$arm" "$dir/spelunk"
	shift
	exits "$name: runs" 0 tests/lab/run --kernel 6.12 "$@" --share "$dir" -- sh -c '
		./spelunk doctor --json >json; echo $? >status'
}

state "KPTI is on" --append kpti=on
is "$name: that is why there is no PMU" "$(query json '[n for n in c if c[n] == "problem"]')" \
	"['page-tables', 'pmu']"
is "$name: SPE cannot be used" "$(cat "$dir/status")" 1
state "a CPU without SPE" --cpu spe=0
is "$name: nothing describes it" "$(query json '[n for n in c if c[n] == "problem"]')" \
	"['machine', 'firmware', 'pmu']"
is "$name: SPE cannot be used" "$(cat "$dir/status")" 1
state "pKVM" --append kvm-arm.mode=protected
is "$name: KVM's mode" "$(mode json)" "('protected', 1, 'kernel log')"
state "hVHE" --append arm64_sw.hvhe=1
is "$name: KVM's mode" "$(mode json)" "('hVHE', 1, 'kernel log')"
state "no KVM" --append kvm-arm.mode=none
is "$name: KVM's mode" "$(mode json)" "('none', 2, 'kernel log')"

tap_end
