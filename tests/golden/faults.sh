#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# System calls fail, are short or are interrupted, a few at a time: a command either writes what it
# writes without them, or exits with an error that says why, or says what is missing. It never
# crashes.  MOMENTS=all lets each call of more commands fail once: make soak.  Writes are not
# interrupted: Linux does not interrupt those to files of disks, and stdio does not repeat them.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

# What the sanitizers do themselves would fail, too, and LeakSanitizer needs ptrace() for itself.
[[ $BUILD != *san* ]] || skip_all "the sanitizers make calls of their own"
unpack tests/captures/share-vm.data.xz tests/captures/share.data.xz tests/demo/vhe-guest.data.xz
inject=$(realpath "$BUILD/tests/tools/inject")
data=$(realpath "$BUILD/captures/share-vm.data")
other=$(realpath "$BUILD/captures/share.data")
export XDG_CACHE_HOME=$tap_dir/cache
mkdir "$XDG_CACHE_HOME"
cd "$tap_dir" || exit 1
if ! "$inject" write:0:none true 2>/dev/null; then
	skip_all "this user may not use ptrace() here"
fi
"$SPELUNK" guest-agent -q -o agent --duration 100ms --beat 0
"$SPELUNK" merge -q -o merged "$data" 0=agent
tap "a guest's recording is merged" $?

#
# Each command, its output in out or on standard output
#

commands="text json parquet merge merged"
[ "$MOMENTS" != all ] ||
	commands+=" csv html kvm sharing diff dump perfetto pprof perf"
what_text=(report --by symbol -i "$data" -o out)
what_csv=(report --format csv --by cpu,world,symbol -i "$data" -o out)
what_json=(report --format json -i "$data" -o out)
what_html=(report --format html -i "$data" -o out)
what_kvm=(kvm -i "$data" -o out)
what_sharing=(sharing -i "$data" -o out)
what_diff=(diff -o out "$data" "$other")
what_dump=(dump --records -i "$data")
what_perfetto=(export --to perfetto -i "$data" -o out)
what_parquet=(export --to parquet -i "$data" -o out)
what_pprof=(export --to pprof -i "$data" -o out)
what_perf=(export --to perf -i "$data" -o out)
what_merge=(merge -o out "$data" 0=agent)
what_merged=(report --by world,symbol -i merged -o out)

# run COMMAND FAULT: its status; out, err, and log of what failed
run()
{
	local -n words=what_$1
	local begin=$data
	[ "$1" != merged ] || begin=merged
	rm -rf out
	if [ "$2" = none ]; then
		"$SPELUNK" "${words[@]}" >printed 2>err </dev/null
	else
		"$inject" -o log -f "$begin" "$2" "$SPELUNK" "${words[@]}" >printed 2>err </dev/null
	fi
	status=$?
	[ -e out ] || cp printed out
}

# right NAME WRONG: a test that fails if something is wrong
right()
{
	[ -z "$2" ]
	tap "$1" $? "$2"
}

# moments N: the first, one in the middle and the last of N, or all
moments()
{
	if [ "$MOMENTS" = all ]; then
		seq 1 "$1"
	else
		printf '%s\n' 1 $((($1 + 1) / 2)) "$1" | sort -nu | grep -vx 0
	fi
}

# judge COMMAND CLASS WHAT: what is wrong with the run; nothing if nothing is
judge()
{
	local same=1
	cmp -s out "good-$1" || same=0
	if [ $status -ge 124 ]; then
		echo "exits with $status: $(tail -n 1 err)"
	elif [ $status != 0 ] && ! [ -s err ]; then
		echo "exits with $status and says nothing"
	elif [ "$3" = short ] || [ "$3" = EINTR ]; then
		[ $status$same = 01 ] || echo "exits with $status, its output differs: $(tail -n 1 err)"
	elif [ $status = 0 ] && [ $same = 0 ] && { [ "$2" = write ] || cmp -s err "said-$1"; }; then
		echo "exits with 0 and says nothing, although its output differs"
	elif [ $status != 0 ] && [ "$3" = ENOSPC ]; then
		grep -q "No space left on device" err || echo "does not say why: $(tail -n 1 err)"
	elif [ $status != 0 ] && [ "$3" = EIO ]; then
		grep -q "Input/output error" err || echo "does not say why: $(tail -n 1 err)"
	fi
}

faults=0
for command in $commands; do
	run "$command" none
	tap "$command" $status "$(cat err)"
	mv out "good-$command"
	mv err "said-$command"
	wrong=
	for class in write read open map; do
		run "$command" $class:0:none
		nr=$(head -n 1 log)
		case $class in
		write) whats="ENOSPC+ short+" ;;
		read) whats="EIO short+ EINTR" ;;
		open) whats="EACCES EMFILE+" ;;
		map) whats="ENOMEM ENOMEM+" ;;
		esac
		for what in $whats; do
			for n in $(moments "$nr"); do
				case $what in
				*+) fault=$class:$n+:${what%+} ;;
				*) fault=$class:$n:$what ;;
				esac
				run "$command" "$fault"
				faults=$((faults + 1))
				bad=$(judge "$command" $class "${what%+}")
				[ -z "$bad" ] || wrong+="$fault of $nr, $(sed -n 2p log): $bad
"
			done
		done
	done
	right "$command: what fails is said, and nothing else is written" "$wrong"
done
# The host's file is read for itself once more, as a whole: its header, and the table of its sections.
wrong=
run merge read:0:none
nr=$(head -n 1 log)
for n in $(seq $((nr - 105)) $((nr - 95))) $((nr - 1)) "$nr"; do
	run merge "read:$n:EIO"
	bad=$(judge merge read EIO)
	[ -z "$bad" ] || wrong+="$n of $nr, $(sed -n 2p log): $bad
"
done
right "merge: a disk that fails is not a file that is damaged" "$wrong"
holds "calls failed" "$faults > 80"
echo "# $faults calls failed"

#
# Killed: what is left says that it is not all, or is not there
#

run merge write:0:none
nr=$(head -n 1 log)
"$SPELUNK" report -i "good-merge" --format json -q | jq -S 'del(.. | .path?, .file?)' >good.json
wrong=
for n in $(moments "$nr"); do
	rm -rf out
	"$inject" -f "$data" "write:$n:kill" "$SPELUNK" merge -o out "$data" 0=agent 2>err
	[ $? = 137 ] || wrong+="$n: was not killed
"
	[ -e out ] || continue
	"$SPELUNK" report -i out >report 2>err || continue
	grep -qE "The file was cut: [0-9]* bytes|lies outside of the file" report && continue
	"$SPELUNK" report -i out --format json -q 2>&1 | jq -S 'del(.. | .path?, .file?)' |
		cmp -s - good.json || wrong+="$n: $(grep notes report)
"
done
right "a merge that is killed leaves no file, or one that says that it was cut" "$wrong"
is "nothing is left in the cache folder" "$(find "$XDG_CACHE_HOME" -type f | wc -l)" 0

#
# Signals
#

wrong=
for command in json merge; do
	for signal in WINCH CHLD; do
		for class in read write; do
			run "$command" "$class:1+:$signal"
			cmp -s out "good-$command" && [ $status = 0 ] ||
				wrong+="$command, $signal before each $class: exits with $status
"
		done
	done
	for signal in TERM INT HUP; do
		run "$command" "read:2:$signal"
		[ $status -gt 0 ] || wrong+="$command, $signal: exits with 0
"
	done
done
right "signals that ask nothing change nothing, and those that end a command end it" "$wrong"

tap_end
