#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A recording with --overwrite has the end of each CPU's records, without a gap, with names.

. tests/tap.sh
. tests/lab/machine.sh

program=$BUILD/lab/arm/spelunk
[ -x "$program" ]
tap "the program is built for the machine" $? "make lab-arm"

cat >"$tap_dir/job" <<-'END'
	# said WORDS: wait until the recorder says so, or has ended
	said() {
		until grep -q "$1" /tmp/all.said || [ ! -e /proc/$recorder ]; do sleep 0.1; done
	}
	./vmm --name web --rounds 1000000 --inner 2000 --mmio >/dev/null 2>&1 &
	guest=$!
	./work hot_load=100000 >/dev/null 2>&1 &
	work=$!
	sleep 1
	# These loads leave CPU time to the recorder.
	renice 10 $(ls /proc/$guest/task) $work
	./spelunk record -a --exits --overwrite --last 1m --period 2048 --aux-buffer 128K \
		--buffer 256K -o /tmp/all.data 2>/tmp/all.said &
	recorder=$!
	said 'SPE on'
	until [ "$(ls /proc/$recorder/task | wc -l)" = 2 ]; do sleep 0.1; done
	# Until the CPU has written more than the buffers hold.
	until [ "$(stat -c %s /share/truth)" -gt 3000000 ]; do sleep 0.1; done
	kill -USR2 $recorder
	said ' s are in '
	# A program that starts and ends.
	cp work /tmp/gone
	/tmp/gone hot_store=20 >/dev/null
	kill -INT $recorder
	wait $recorder
	echo $? >/share/status
	kill $guest $work
	wait
	./spelunk record --overwrite --period 1024 --aux-buffer 64K -o /tmp/command.data -- \
		./work hot_load hot_store hot_branch fault=10 >/dev/null 2>/tmp/command.said
	./spelunk record -u --overwrite --period 65536 -o /tmp/whole.data -- \
		./work hot_load hot_store >/dev/null 2>/tmp/whole.said
	cp /tmp/*.data* /tmp/*.said /proc/kallsyms /share/
	for perf in perf perf-6.12; do
		for f in all.data.1 command.data; do
			echo "$f $($perf script -i /tmp/$f --itrace=i1i -F event | grep -c '^ *instructions')"
		done
	done >/share/perf 2>/share/errors
END

# symbols FILE WORLD: names of its functions, and their numbers of samples
symbols()
{
	"$SPELUNK" report -i "$dir/$1" --symfs "$dir/root" --kallsyms "$dir/kallsyms" \
		--by world,vm,comm,symbol --format csv 2>/dev/null | grep "^$2"
}

# machine_keeps KERNEL MODE RESET
machine_keeps()
{
	local name="Linux $1, $2"
	dir=$tap_dir/$1-$2
	mkdir -p "$dir/root/share" "$dir/root/tmp"
	cp "$program" "$BUILD"/lab/guest/{work,vmm} "$tap_dir/job" "$dir/"
	cp "$dir/work" "$dir/root/share/"
	cp "$dir/work" "$dir/root/tmp/gone"
	exits "$name: runs" 0 tests/lab/run --kernel "$1" --mode "$2" --timeout 900 --share "$dir" \
		--cpu "spe-log=$dir/truth,spe-reset=$3" -- sh ./job
	is "$name: SIGINT is no failure" "$(cat "$dir/status")" 0
	tests/lab/compare --parts "$dir/truth" "$SPELUNK" "$dir"/{all.data,all.data.1,command.data,whole.data} \
		>"$dir/compared" 2>&1
	tap "$name: every part is what the CPU wrote, without a hole, its owner whose it was" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
	sed 's/^/# /' "$dir"/*.said
	holds "$name: more was overwritten than is there" \
		"$(awk '$1 == "written" { print $2 + 0, "> 2 *", $4 + 0 }' "$dir/compared")"
	grep -q 'behind the last 0$' "$dir/compared"
	tap "$name: the last record is there" $?
	grep -q 'and part of the last .* --aux-buffer' "$dir/all.said"
	tap "$name: that the buffer is small is told" $? "$(cat "$dir/all.said")"
	for f in all.data all.data.1 command.data; do
		holds "$name: $f is half a buffer, or more" \
			"$("$SPELUNK" dump --records --format csv -i "$dir/$f" 2>/dev/null | wc -l) * 64 > 30000"
	done
	holds "$name: functions have names" "$(symbols all.data 'host-user,,work,hot_' | wc -l) > 0"
	holds "$name: the kernel's, too" "$(symbols all.data 'host-kernel,.*,[a-z_0-9]*,' | wc -l) > 5"
	holds "$name: and those of a program that is gone" \
		"$(symbols all.data.1 'host-user,,gone,hot_store' | wc -l) > 0"
	for f in all.data all.data.1; do
		"$SPELUNK" report -i "$dir/$f" 2>/dev/null | grep -q '^  vm 0 *web, process'
		tap "$name: $f knows the VM by name" $?
	done
	while read -r f nr; do
		is "$name: perf makes a sample of each record of $f" "$nr" \
			"$("$SPELUNK" dump --records --format csv -i "$dir/$f" 2>/dev/null | tail -n +2 | wc -l)"
	done <"$dir/perf"
	is "$name: perf read all" "$(wc -l <"$dir/perf")" 4
	is "$name: what is short is all there, from its first function to its last" "$("$SPELUNK" report -q -i "$dir/whole.data" \
		--symfs "$dir/root" --by symbol --format csv 2>/dev/null | grep -c '^hot_load,\|^hot_store,')" 2
	rm -rf "$dir"
}

machine_keeps 6.1 vhe 0x3b
machine_keeps 6.12 nvhe 0

tap_end
