#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The cost of a recorder: the instructions that it and the kernel's threads execute per MiB written
# to the disk, compared with perf record in the same machine, and with itself without cycles and
# counters.

. tests/tap.sh

rounds=${ROUNDS:-1}

# The clock counts instructions (two ns each), so that the time of a task is the number of its
# instructions. Only the middle of a recording is measured: neither its start nor its end. The
# driver's interrupts count for no task, or for the interrupted one: the workload.
cat >"$tap_dir/job" <<-'END'
	# ns executed by all threads of process $1, and by all of the kernel's
	ns()
	{
		cat /proc/$1/task/*/schedstat | awk '{ n += $1 } END { printf "%.0f ", n }'
		for p in /proc/[0-9]*; do
			[ -s $p/cmdline ] || [ -n "$(cat $p/cmdline 2>/dev/null)" ] ||
				cat $p/schedstat 2>/dev/null
		done | awk '{ n += $1 } END { printf "%.0f\n", n }'
	}

	# print name, size of the file, and ns, after all data reached the disk
	look()
	{
		sync
		echo "$1 $(stat -c %s /disk/$1.data) $(ns $2)"
	}

	# wait until the file has that many MiB, or the recorder has ended
	reach()
	{
		while [ -e /proc/$recorder/task ] &&
			[ "$(stat -c %s /disk/$name.data 2>/dev/null || echo 0)" -lt $(($1 << 20)) ]; do
			sleep 0.05
		done
	}

	# measure NAME COMMAND...
	measure()
	{
		name=$1
		shift
		"$@" >/tmp/said 2>&1 &
		recorder=$!
		reach 8
		look $name $recorder
		reach 40
		look $name $recorder
		kill -INT $recorder
		wait $recorder
		cat /tmp/said >&2
		rm /disk/*.data
		sync
	}

	perf=$1
	event=arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=512/
	./work hot_load=100000000 >/dev/null &
	work=$!
	i=0
	while [ $i -lt $2 ]; do
		measure perf $perf record -q -B -a -e $event -o /disk/perf.data
		# every second file on this disk costs a fifth more, for any writer
		for name in spelunk untimed untimed spelunk; do
			[ $name = untimed ] && time=--no-time || time=
			measure $name ./spelunk record -q -a --no-kvm $time --period 512 \
				-o /disk/$name.data
		done
		i=$((i + 1))
	done
	kill $work
END

# KERNEL PERF
cost()
{
	dir=$tap_dir/$1
	mkdir "$dir"
	cp "$BUILD/lab/arm/spelunk" "$BUILD/lab/guest/work" "$tap_dir/job" "$dir/"
	exits "Linux $1: both record" 0 tests/lab/run --kernel "$1" --disk 2048 --count \
		--timeout 900 --share "$dir" -- sh ./job "$2" "$rounds"
	# pairs of lines: the middle of each recording
	awk -v kernel="$1" '
		NR % 2 { size = $2; own = $3; threads = $4; next }
		{
			mib = ($2 - size) / 1048576
			printf "# Linux %s: %s %.1f MiB, of each %.0f instructions of its own and %.0f of the kernel'"'"'s threads\n",
				kernel, $1, mib, ($3 - own) / 2 / mib, ($4 - threads) / 2 / mib > "/dev/stderr"
			n[$1]++
			sum[$1] += ($3 - own + $4 - threads) / 2 / mib
		}
		END {
			printf "%d %.0f %.0f %.0f\n", n["untimed"], sum["perf"] / n["perf"],
				sum["spelunk"] / n["spelunk"], sum["untimed"] / n["untimed"]
		}
		' "$tap_dir/out" >"$dir/sums" 2>"$dir/each"
	cat "$dir/each"
	read -r n perf spelunk untimed <"$dir/sums"
	is "Linux $1: all were measured" "$n" "$((2 * rounds))"
	echo "# Linux $1: instructions for each MiB: $2 $perf, spelunk $spelunk, that is $(
		awk "BEGIN { printf \"%.2f\", $spelunk / $perf }") of it"
	echo "# Linux $1: without cycles and counters $untimed: they are $(
		awk "BEGIN { printf \"%+.1f%%\", ($spelunk / $untimed - 1) * 100 }")"
	# failed measurements must not look like low costs
	[[ $perf$spelunk$untimed =~ ^[0-9]+$ ]] || perf=0 spelunk=1 untimed=0
	holds "Linux $1: at most a quarter of what perf costs" "$spelunk <= 0.25 * $perf"
	holds "Linux $1: cycles and counters cost at most a tenth more" \
		"$spelunk <= 1.1 * $untimed"
}

cost 6.1 perf
cost 6.12 perf-6.12

tap_end
