#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Faults during recording: nothing hangs, each file opens, and losses are reported. The records that
# remain equal those of the CPU.

. tests/tap.sh
. tests/lab/machine.sh

# KILLS=50 TEST_TIMEOUT=1200 for that many kills
kills=${KILLS:-10}

program=$BUILD/lab/arm/spelunk
[ -x "$program" ]
tap "the program is built for the machine" $? "make lab-arm"

# This runs in the machine; seconds are the machine's.
cat >"$tap_dir/job" <<-'END'
	said=/share/said
	# run NAME ARGUMENT...: record in the background
	run() {
		name=$1
		shift
		./spelunk record -o /tmp/$name.data "$@" >/dev/null 2>$said.$name &
		recorder=$!
	}
	# ends: it ends by itself, in time
	ends() {
		n=0
		while kill -0 $recorder 2>/dev/null && [ $n -lt 300 ]; do
			sleep 0.1
			n=$((n + 1))
		done
		kill -9 $recorder 2>/dev/null && echo hangs >>$said.$name
		wait $recorder
		echo $? >/share/status.$name
		cp /tmp/$name.data /share/
	}

	# begun: the recorder has all threads: its own, 16 writers, and one for the rings
	begun() {
		until [ "$(ls /proc/$recorder/task 2>&1 | wc -l)" -ge 18 ]; do
			[ -e /proc/$recorder ] || return
			sleep 0.1
		done
	}
	# sampled: it has also sampled for a second
	sampled() {
		begun
		sleep 1
	}
	# A load that leaves CPU time to the recorder.
	load() {
		"$@" >/dev/null 2>&1 &
		load=$!
		sleep 0.5
		renice 10 $(ls /proc/$load/task)
	}

	# A VM and a process end while they are recorded.
	load ./vmm --name web --rounds 1000000 --inner 2000
	run vm --vm web --period 4096
	sampled
	kill -9 $load
	ends
	load ./vmm --name db --rounds 1000000 --inner 2000
	run host -a --period 8192 --duration 2s
	sampled
	kill -9 $load
	ends
	load ./work hot_load=1000000
	run process --pid $load --period 4096
	sampled
	kill -9 $load
	ends

	# The driver: the kernel has no unbind for it, and keeps the module in use.
	run driver -a --period 4096 -- ./work
	sampled
	ls /sys/bus/platform/drivers/arm_spe_pmu* >/share/driver.files
	for f in /sys/bus/platform/drivers/arm_spe_pmu*/unbind; do
		[ ! -e $f ] || echo "$f" >>/share/driver.unbind
	done
	rmmod arm_spe_pmu 2>/share/driver.rmmod
	echo $? >/share/driver.status
	ends

	# A buffer that overflows repeatedly, of a task and of a CPU.
	run small -u --period 256 --aux-buffer 8K -- ./work hot_load=1000
	ends
	run tiny -a --period 256 --aux-buffer 8K -- ./work hot_load=100
	ends

	# A full disk.
	mkdir /tmp/disk
	mount -t tmpfs -o size=600k none /tmp/disk
	./spelunk record -u --period 1024 --aux-buffer 64K -o /tmp/disk/full.data -- \
		./work hot_load=1000000 >/dev/null 2>$said.full
	echo $? >/share/status.full
	cp /tmp/disk/full.data /share/

	# Killed: one in five at the start, the others once the file was completed and has samples,
	# which happens once a second. Without symbols, samples make up most of the file.
	whole() {
		od -A n -t u8 -j 48 -N 8 $1
	}
	n=0
	while [ $n -lt $1 ]; do
		dead=/tmp/dead.$n.data
		./spelunk record -q -a -o $dead --no-symbols --period 4096 --aux-buffer 64K \
			-- ./work hot_load=10000 2>/dev/null >&2 &
		recorder=$!
		if [ $((n % 5)) != 0 ]; then
			begun
			until [ "$(whole $dead)" -gt 131072 ] || [ ! -e /proc/$recorder ]; do
				sleep 0.1
			done
		fi
		sleep 0.$((RANDOM % 10))$((RANDOM % 10))
		kill -9 $recorder
		wait $recorder 2>/dev/null
		killall work
		[ ! -s $dead ] || cp $dead /share/
		n=$((n + 1))
	done 2>/share/killed
	for f in host small full dead.1 dead.9; do
		[ -e /share/$f.data ] || continue
		for perf in perf perf-6.12; do
			$perf script -i /share/$f.data --itrace=i1i -F event >/tmp/lines 2>/tmp/errors
			echo "$f $? $(grep -c "^ *instructions" /tmp/lines) $(head -c 200 /tmp/errors | tr '\n' ' ')"
		done
	done >/share/perf
END

records()
{
	"$SPELUNK" dump --records --format csv -i "$dir/$1.data" 2>/dev/null | tail -n +2 | wc -l
}

# machine_fails KERNEL
machine_fails()
{
	local name="Linux $1" f
	dir=$tap_dir/$1
	mkdir "$dir"
	cp "$program" "$BUILD"/lab/guest/{work,vmm} "$tap_dir/job" "$dir/"
	exits "$name: runs" 0 tests/lab/run --kernel "$1" --timeout $((300 + 12 * kills)) --share "$dir" \
		--cpu "spe-log=$dir/truth,spe-reset=0x3b" -- sh ./job "$kills"
	sed 's/^/# /' "$dir"/said.*
	for f in vm host process driver small tiny; do
		is "$name: $f ends well" "$(cat "$dir/status.$f") $(grep -c hangs "$dir/said.$f")" "0 0"
	done
	[ -s "$dir/driver.files" ]
	tap "$name: the driver is there" $?
	is "$name: nobody can unbind the driver" "$(cat "$dir/driver.unbind" 2>&1)" \
		"cat: $dir/driver.unbind: No such file or directory"
	[ "$(cat "$dir/driver.status")" != 0 ] && grep -q 'temporarily unavailable\|in use\|busy' "$dir/driver.rmmod"
	tap "$name: nor unload it" $? "$(cat "$dir/driver.rmmod")"
	for f in small tiny; do
		holds "$name: a buffer that is full does not end sampling: $f" \
			"$(sed -n 's/.*full or lost \([0-9]*\) time.*/\1/p' "$dir/said.$f") > 1"
	done
	is "$name: a full disk ends it" "$(cat "$dir/status.full")" 1
	grep -q 'writing stopped early.*No space' "$dir/said.full"
	tap "$name: with a word" $? "$(cat "$dir/said.full")"
	tests/lab/compare --parts "$dir/truth" "$SPELUNK" \
		"$dir"/{vm,host,process,driver,small,tiny,full}.data \
		$(ls -v "$dir"/dead.*.data) >"$dir/compared" 2>&1
	tap "$name: each file has what the CPU wrote, without a hole" $? "$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
	while read -r f status nr errors; do
		is "$name: perf reads as many records of $f" "$status $nr" "0 $(records "$f")"
		[ -z "$errors" ] || echo "# $errors"
	done <"$dir/perf"
	for f in vm host process driver full; do
		holds "$name: $f has samples" "$(records $f) > 100"
	done
	for f in $(ls -v "$dir"/dead.*.data); do
		f=$(basename "$f" .data)
		echo "$f $(records "$f")"
	done >"$dir/left"
	sed 's/^/# /' "$dir/killed" "$dir/left"
	is "$name: killed while recording, it left samples" \
		"$(awk -F '[. ]' '$2 % 5 && $3 > 0' "$dir/left" | wc -l)" $((kills - (kills + 4) / 5))
	rm -rf "$dir"
}

machine_fails 6.12

tap_end
