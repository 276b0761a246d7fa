#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk record without SPE, on any machine: tasks, maps, KVM's tracepoints if
# there are any; what perf reads of it; and every way it can end.

. tests/tap.sh

work=$tap_dir/work
mkdir "$work"
top=$PWD
case $SPELUNK in /*) ;; *) SPELUNK=$top/$SPELUNK ;; esac
cd "$work" || exit 1

#
# Command line
#

exits "--help" 0 "$SPELUNK" record --help
refuses "a period is a number" "whole number" record --period x
refuses "a size has a unit" "takes a size" record --size 12
refuses "a time is not zero" "takes a time" record --duration 0
refuses "a rotation is one of them" "size (100M, 2G) or a time" record --rotate 10X
refuses "a buffer is a power of two" "power of two" record --buffer 3M
refuses "an event has a name" "no event 'l1d-mis'" record --event-filter l1d-mis
refuses "lists have no holes" "empty name" record --event-filter l1d-miss,,retired
refuses "kinds of operations are three" "loads, stores, branches" record --only load
refuses "a pid is a number" "takes numbers" record --pid self
refuses "tasks or a command" "leave the command out" record --pid 1 true
refuses "one kind of task" "give one" record --pid 1 --tid 1
refuses "one cgroup" "give one" record --cgroup a --pod b
refuses "a cgroup or all" "leave -a out" record -a --cgroup a
refuses "user or kernel" "leave nothing" record --user-only --kernel-only
refuses "guests or the host" "without --guests" record --no-host
refuses "cycles or none" "contradicts" record --no-time --cycles-freq 99
refuses "cycles at a rate" "cycles-freq" record --cycles-freq 0
refuses "compression has a level" "from 1 to 19" record --compress 20
refuses "files for --rotate" "writes files" record --rotate 1s --output -
refuses "control bytes do not reach the terminal" "no option '--x?\[31m'" record $'--x\e[31m'
if [ "$(uname -m)" != aarch64 ]; then
	exits "no Arm, no SPE" 1 "$SPELUNK" record true
	grep -q "is not 64-bit Arm" "$tap_dir/err"
	tap "and it says so" $? "$(cat "$tap_dir/err")"
	[ ! -e perf.data ]
	tap "and no file is made" $?
fi

#
# What is recorded
#

if ! "$SPELUNK" record --no-spe -q -o try.data true 2>err; then
	if grep -q 'this user may not record' err; then
		echo "ok $((++tap_nr)) - recording # SKIP this user may not record here"
		tap_end
	fi
	tap "a command is recorded" 1 "$(cat err)"
	tap_end
fi
may_all=0
"$SPELUNK" record --no-spe -q -a -o all.data true 2>err && may_all=1

exits "the command's exit status is passed on" 3 "$SPELUNK" record --no-spe -o exit.data -- \
	sh -c '/bin/true; exit 3'
grep -q 'spelunk record: .* in exit.data' "$tap_dir/err"
tap "and a summary told" $? "$(cat "$tap_dir/err")"
{ bash -c "'$SPELUNK' record --no-spe -q -o kill.data -- sh -c 'kill -9 \$\$'"; } 2>/dev/null
is "and the signal that killed it" $? 137
exits "a command that is not there" 1 "$SPELUNK" record --no-spe -o none.data -- ./nothing
grep -q 'nothing: No such file' "$tap_dir/err"
tap "is named" $? "$(cat "$tap_dir/err")"
exits "a process that is not there" 1 "$SPELUNK" record --no-spe -o none.data --pid 99999999
exits "a cgroup that is not there" 1 "$SPELUNK" record --no-spe -o none.data --cgroup no-such.service
exits "a pod that is not there" 1 "$SPELUNK" record --no-spe -o none.data --pod no/such
is "a recording is its owner's" "$(stat -c %a exit.data)" 600
exits "report says what is missing in it" 1 "$SPELUNK" report -i exit.data
grep -q 'no Arm SPE data' "$tap_dir/err"
tap "in words" $? "$(cat "$tap_dir/err")"

# cgroups: the event, and a record of the root's path, which every machine has
if "$SPELUNK" record --no-spe -q -a --cgroups -o cgroups.data true 2>err; then
	perf_of=$(command -v perf "${PERF:-${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf}" | head -n 1)
	if [ -n "$perf_of" ]; then
		"$perf_of" report --header-only -i cgroups.data 2>/dev/null | grep -q 'name = cgroup-switches.*config = 0xb.*|CGROUP'
		tap "--cgroups samples switches from one cgroup to another" $?
		if [ -e /sys/fs/cgroup/cgroup.procs ] || [ -e /sys/fs/cgroup/unified/cgroup.procs ]; then
			"$perf_of" report -D -i cgroups.data 2>/dev/null | grep -q 'PERF_RECORD_CGROUP cgroup: 1 /$'
			tap "and records their paths" $?
		fi
	fi
else
	grep -q 'cgroup-switches' err
	tap "--cgroups on a kernel that cannot: the error names the event" $? "$(cat err)"
fi

# One program after another: what is in both ways of writing it.
cat >some <<-'END'
	i=0
	while [ $i -lt 300 ]; do /bin/true; i=$((i + 1)); done
END
"$SPELUNK" record --no-spe -q -o plain.data -- sh some
"$SPELUNK" record --no-spe -q --compress 3 -o packed.data -- sh some
holds "compressed, records are smaller" "$(stat -c %s packed.data) * 2 < $(stat -c %s plain.data)"

# programs FILE: those executed, as perf sees it; - reads a pipe
programs()
{
	"$perf" script -i "$1" --show-task-events 2>>err | grep -c 'COMM exec'
}

perfs=$(for p in perf "${PERF:-${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf}"; do command -v "$p"; done)
export HOME=$tap_dir
for perf in $perfs; do
	name=$("$perf" --version | tr -d '\n')
	"$perf" script -i exit.data --show-task-events --show-mmap-events >script 2>err
	tap "$name: script opens it" $? "$(cat err)"
	is "$name: programs executed" "$(awk '/COMM exec/ { sub(/.*exec: /, ""); sub(/:.*/, "");
		print }' script | paste -sd' ')" "sh true"
	is "$name: and ended" "$(grep -c PERF_RECORD_EXIT script)" 2
	grep -q 'MMAP2.*<[0-9a-f]\{40\}>.*libc' script
	tap "$name: maps have build-ids" $?
	"$perf" report -D -i exit.data >dump 2>err
	tap "$name: report -D reads it" $? "$(cat err)"
	"$perf" report --header-only -i exit.data 2>err | grep -q '^# cmdline : .*record --no-spe'
	tap "$name: and its header" $? "$(cat err)"
	"$SPELUNK" record --no-spe -q -o - -- sh -c 'echo words; true' 2>err |
		"$perf" script --show-task-events -i - 2>>err | grep -q 'COMM exec: sh'
	tap "$name: and a pipe" $? "$(cat err)"
	: >err
	is "$name: and what is compressed" "$(programs packed.data) $(programs plain.data)" "301 301"
	is "$name: also in a pipe" "$("$SPELUNK" record --no-spe -q --compress 1 -o - -- sh some |
		programs -)" 301
	is "$name: without a word" "$(cat err)" ""
	"$perf" report --header-only -i packed.data 2>err | grep -q 'compressed : Zstd, level = 3, ratio = [1-9]'
	tap "$name: and says how much" $? "$(cat err)"
done

#
# Ends
#

sleep 600 &
sleeper=$!
exits "--duration ends it" 0 "$SPELUNK" record --no-spe -q -o dur.data --duration 300ms \
	--pid $sleeper
kill -0 $sleeper
tap "and not the end of what it records" $?
# It is recorded once there is a file, however long that takes on a busy machine.
{ until [ -s end.data ]; do sleep 0.1; done; kill $sleeper; } &
exits "which does, too" 0 "$SPELUNK" record --no-spe -q -o end.data --pid $sleeper
wait
"$SPELUNK" record --no-spe -q -o int.data -- sh -c 'kill -INT $PPID; exec sleep 600'
is "SIGINT is no failure" $? 0
perf=$(echo "$perfs" | head -n 1)

# loads FILE: perf can read it, to its end
loads()
{
	[ -z "$perf" ] || "$perf" script --show-task-events -i "$1" >/dev/null 2>err
}

loads int.data
tap "and leaves a file" $? "$(cat err)"

# What makes records: many short processes, until CONDITION, which has the loop's number in
# $i.  No time is waited for, so that a busy machine only takes longer.
# busy CONDITION: a command, in the file busy
busy()
{
	cat >busy <<-END
		i=0
		until $1 || [ \$i = 100000 ]; do /bin/true; i=\$((i + 1)); done
		$2
	END
}

busy '[ -s rot.data.2 ]' 'for i in 1 2 3; do /bin/true; done'
"$SPELUNK" record --no-spe -q -o rot.data --rotate 300ms -- sh busy
is "--rotate makes files" "$(ls rot.data rot.data.1 rot.data.2 2>&1 | wc -l)" 3
bad=
for f in rot.data*; do
	loads "$f" || bad="$bad $f: $(cat err)"
done
is "each of them opens" "$bad" ""
if [ -n "$perf" ]; then
	is "each knows the shell by name" "$(for f in rot.data.1 rot.data.2; do
		"$perf" script --show-task-events -i $f 2>/dev/null |
			grep -c 'COMM: sh:' | grep -c '^[1-9]'; done | paste -sd+)" "1+1"
fi
# What comes between two looks at the size is written, too: how much is the machine's.
busy false 'touch ended'
"$SPELUNK" record --no-spe -q -o size.data --size 100K -- sh busy
holds "--size ends it" "$(stat -c %s size.data) >= 102400 && $(ls ended 2>/dev/null | wc -l) == 0"

bash -c "ulimit -f 400; '$SPELUNK' record --no-spe -q -o full.data -- sh busy" 2>err
is "a full disk ends it" $? 1
grep -q 'writing stopped early.*File too large' err
tap "with a word" $? "$(cat err)"
loads full.data
tap "and the file opens" $? "$(cat err)"
holds "with what there was room for" "$(stat -c %s full.data) > 100000 && $(stat -c %s full.data) <= 409600"

# Killed by its own command at random moments: soon, or when something is in the file.
bad=
last=0
for i in $(seq 1 "${KILLS:-12}"); do
	args=(--no-spe -q -o killed.data)
	[ $may_all = 0 ] || args+=(-a)
	[ $((i % 2)) = 0 ] || args+=(--compress 1)
	rm -f killed.data
	if [ $((i % 3)) = 0 ]; then
		busy '[ $(($(stat -c %s killed.data))) -gt 20000 ]' 'kill -9 $PPID'
	else
		busy "[ \$i = $((RANDOM % 1000)) ]" 'kill -9 $PPID'
	fi
	{ "$SPELUNK" record "${args[@]}" -- sh busy; } 2>/dev/null
	[ -s killed.data ] || continue
	loads killed.data || bad="$bad $i: $(cat err)"
	size=$(stat -c %s killed.data)
	[ "$size" -le "$last" ] || last=$size
done
is "killed at any moment its file opens" "$bad" ""
holds "and holds something" "$last > 20000"

cd "$top" || exit 1
tap_end
