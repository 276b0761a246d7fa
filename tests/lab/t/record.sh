#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# spelunk's own recordings, compared with the ground truth of the emulated CPU; and perf reads them.

. tests/tap.sh
. tests/lab/machine.sh

program=$BUILD/lab/arm/spelunk
[ -x "$program" ]
tap "the program is built for the machine" $? "make lab-arm"

# In the machine: recordings in the order in which the CPU writes its records, on a disk, where
# large writes bypass the page cache.
cat >"$tap_dir/job" <<-'END'
	record() {
		name=$1
		shift
		./spelunk record -o /disk/$name.data "$@" >/dev/null 2>/disk/$name.said || {
			cat /disk/$name.said
			exit 1
		}
		cp /disk/$name.* /share/
	}
	record work --period 4096 -- ./work
	record user -u --period 512 -- ./work hot_load hot_branch fault=30
	record filter --only loads --min-latency 30 --period 1024 -- ./work
	record misses --event-filter tlb-walk --period 1024 -- ./work
	record kvm -a --exits --compress 1 --period 2048 -- ./vmm --rounds 300 --inner 2000 --mmio --hvc
	record small -u --period 256 --aux-buffer 8K -- ./work hot_load=30
	./vmm --name web --rounds 1000000 --inner 2000 --mmio >/dev/null 2>&1 &
	guest=$!
	sleep 1
	record vm --vm web --period 8192 --duration 1s
	record files -a --period 16384 --rotate 700ms --duration 2s
	kill $guest
	wait
	for perf in perf perf-6.12; do
		for name in kvm files.data.1; do
			file=/disk/$name.data
			[ -e $file ] || file=/disk/$name
			$perf report -D -i $file 2>/dev/null | grep -c '^\. .* PC ' >/disk/packets
			$perf script -i $file --itrace=i1i -F event 2>>/share/perf.errors |
				grep -c '^ *instructions' >/disk/samples
			echo "$perf $name $(cat /disk/packets /disk/samples | tr '\n' ' ')"
		done
	done >/share/perf.out
	# The driver reports data when the buffer is half full: so use a small one.
	./spelunk record -q -a -o /disk/dead.data --period 2048 --aux-buffer 64K \
		-- ./work hot_load=100000 >/dev/null &
	recorder=$!
	# its own thread, 16 writers, and one for the rings
	until [ "$(ls /proc/$recorder/task | wc -l)" -ge 18 ]; do sleep 0.1; done
	sleep 3
	kill -9 $recorder
	killall work
	cp /disk/dead.data /share/
	for perf in perf perf-6.12; do
		$perf script -i /disk/dead.data --itrace=i1i -F event 2>>/share/dead.errors |
			grep -c '^ *instructions'
	done >/share/dead.out
END

# decoded FILE: number of records in it
decoded()
{
	"$SPELUNK" dump --records --format csv -i "$1" 2>/dev/null | tail -n +2 | wc -l
}

# perf_samples PERF FILE
perf_samples()
{
	"$1" script -i "$2" --itrace=i1i -F event 2>/dev/null | grep -c '^ *instructions'
}

# outside NAME FILE: perfs of tests/fetch-perf.sh, on this machine, find all records in FILE and in
# the output of inject
outside()
{
	local series perf want
	want=$(decoded "$2")
	for series in 6.1 6.12 new; do
		perf=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-$series/perf
		if ! "$perf" version >/dev/null 2>&1; then
			echo "ok $((++tap_nr)) - $1 # SKIP no perf $series: make perfs"
			continue
		fi
		# inject fills ~/.debug
		HOME=$tap_dir "$perf" inject -b -i "$2" -o "$tap_dir/injected" >/dev/null 2>&1
		is "$1: perf $series outside, and of what inject makes" \
			"$(perf_samples "$perf" "$2") $(perf_samples "$perf" "$tap_dir/injected")" \
			"$want $want"
	done
}

# machine_records KERNEL MODE RESET
machine_records()
{
	local name="Linux $1, $2" f records data=()
	dir=$tap_dir/$1-$2
	mkdir "$dir"
	cp "$program" "$BUILD"/lab/guest/{work,vmm} "$dir/"
	cp "$tap_dir/job" "$dir/job"
	exits "$name: makes its recordings" 0 tests/lab/run --timeout 500 --kernel "$1" --mode "$2" --disk 1024 \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=$3" -- sh ./job
	for f in work user filter misses kvm small vm files files.data.1 files.data.2; do
		data+=("$(ls "$dir/$f.data" 2>/dev/null || echo "$dir/$f")")
	done
	# The last recording is cut: its end is missing. If anything else is missing, the records
	# after it differ.
	tests/lab/compare "$dir/truth" "$SPELUNK" "${data[@]}" "$dir/dead.data" >"$dir/compared" 2>&1
	sed 's/^/#/' "$dir/compared"
	grep -q 'not written 0, different 0' "$dir/compared" && grep -q 'owner wrong 0' "$dir/compared"
	tap "$name: every record is what the CPU wrote, and its owner whose it was" $? \
		"$(cat "$dir/compared")"
	is "$name: the load filter lets loads through" "$(count filter "not a load")" 0
	is "$name: the latency filter long ones" "$(count filter "under 30 cycles")" 0
	is "$name: the event filter what missed the TLB" \
		"$(samples misses | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			substr("0" $c["events"], length($c["events"]), 1) !~ /[2367abef]/' | wc -l)" 0
	grep -q 'sample buffer full' "$dir/small.said" && grep -qE -- \
		'--aux-buffer [0-9]+[KM] \(was 8K\): at the [0-9.]+ MiB/s of CPU [0-9]+ it lasts' \
		"$dir/small.said"
	tap "$name: a buffer that is too small is said to be" $? "$(cat "$dir/small.said")"
	"$SPELUNK" report -i "$dir/vm.data" 2>/dev/null | grep -q '^  vm 0 *web, process'
	tap "$name: a VM has its name" $? "$("$SPELUNK" report -i "$dir/vm.data" 2>&1 | grep 'vm 0')"
	if [ "$3" != 0 ]; then
		holds "$name: guests are sampled" "$(count kvm guest) > 500"
		holds "$name: those of one VM" "$(count vm guest) > 50"
	fi
	while read -r perf f packets found; do
		records=$(decoded "$(ls "$dir/$f.data" 2>/dev/null || echo "$dir/$f")")
		is "$name: $perf reads as many packets of $f" "$packets" "$records"
		is "$name: and makes a sample of each" "$found" "$records"
	done <"$dir/perf.out"
	is "$name: perf read all of them" "$(wc -l <"$dir/perf.out")" 4
	records=$(decoded "$dir/dead.data")
	holds "$name: after kill -9 the file opens, with samples" "$records > 0"
	is "$name: for both perfs, too" "$(tr '\n' ' ' <"$dir/dead.out")" "$records $records "
	outside "$name: samples of kvm" "$dir/kvm.data"
	outside "$name: samples after kill -9" "$dir/dead.data"
	rm -rf "$dir"
}

# A CPU goes offline while it is recorded, and comes back.
cat >"$tap_dir/offline" <<-'END'
	./work hot_load=20 &
	sleep 0.5
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 2
	echo 1 >/sys/devices/system/cpu/cpu1/online
	wait
END
cat >"$tap_dir/two.job" <<-'END'
	./spelunk record -a -o /tmp/offline.data --period 8192 -- sh ./offline 2>/share/said &&
		cp /tmp/offline.data /share/
END
dir=$tap_dir/two
mkdir "$dir"
cp "$program" "$BUILD/lab/guest/work" "$tap_dir/offline" "$tap_dir/two.job" "$dir/"
exits "a CPU goes offline" 0 tests/lab/run --smp 2 --share "$dir" \
	--cpu "spe-log=$dir/truth" -- sh ./two.job
grep -q 'CPUs went offline' "$dir/said"
tap "which is said" $? "$(cat "$dir/said")"
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir/offline.data" >"$dir/compared" 2>&1
sed 's/^/#/' "$dir/compared"
# Data that the driver had not yet reported when the CPU went offline is lost, if there was any.
grep -q 'missing 0,' "$dir/compared" || grep -q 'sample buffer full' "$dir/said"
tap "and if samples were lost" $? "$(cat "$dir/said" "$dir/compared")"
grep -q 'not written 0, different 0' "$dir/compared" && grep -q 'owner wrong 0' "$dir/compared"
tap "what is there is what the CPUs wrote" $? "$(cat "$dir/compared")"
of_cpu_0=$(grep -c '^0,' "$dir/truth")
holds "the other CPU wrote" "$of_cpu_0 > 1000"
is "all that it wrote is there" "$(samples offline | grep -c '^0,')" "$of_cpu_0"

machine_records 6.1 vhe 0x3b
machine_records 6.12 nvhe 0

tap_end
