#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Cycles and counters beside SPE's samples, compared with the CPU's own counts: SPE's own events
# exactly, and the distribution of cycles within the sampling error. perf reads such recordings.

. tests/tap.sh

program=$BUILD/lab/arm/spelunk
[ -x "$program" ]
tap "the program is built for the machine" $? "make lab-arm"
command -v python3 >/dev/null || skip_all "no python3 here"

# counters FILE: "cpu what value enabled running", the last reading of each; OWN_COUNTS records are
# found by our marker (collector/perfdata/format.h)
counters()
{
	python3 - "$1" <<-'END'
		import struct, sys
		data, at, last = open(sys.argv[1], "rb").read(), -1, {}
		while (at := data.find(b"\x07knuleps", at + 1)) >= 0:
		    if struct.unpack_from("<I", data, at - 8)[0] != 78:
		        continue
		    body = at + 24
		    time, cpu, nr = struct.unpack_from("<QiI", data, body)
		    for i in range(nr):
		        what, _, *n = struct.unpack_from("<IIQQQ", data, body + 16 + 32 * i)
		        last[cpu, what] = n
		for (cpu, what), n in sorted(last.items()):
		    print(cpu, what, *n)
	END
}

# counted NAME WHAT: the sum over CPUs; nothing if a counter was multiplexed on the PMU
counted()
{
	awk -v what="$2" '$2 == what { n += $3; found = 1; turns += $4 != $5 }
		END { if (found && !turns) printf "%.0f\n", n }' "$dir/$1.counters"
}

# of_truth CONDITION: operations that SPE could sample, counted by the CPU
of_truth()
{
	awk -F, 'NR > 1 && ('"${1:-1}"') { n += $7 } END { printf "%.0f\n", n }' "$dir/counts"
}

# copy: the files that a machine needs
copy()
{
	mkdir "$dir"
	cp "$program" "$BUILD"/lab/guest/{work,vmm} "$dir/"
}

# SPE's own events of user programs: these alone are counted, and neither SPE nor the PMU stops
# while they run. Interval 256: a miss of all caches is still in flight.
cat >"$tap_dir/exact" <<-'END'
	./spelunk record -u --period 256 --no-jitter -o /tmp/plain.data -- sh -c '
		./work --inner 4000 hot_load=100 hot_branch=100 &
		./work --inner 20000 chase=10; wait' 2>/share/plain.said >/dev/null &&
	./spelunk record -q -u --period 256 --only loads --min-latency 20 -o /tmp/filtered.data \
		-- ./work --inner 2000 hot_load=100 hot_store=100 >/dev/null &&
	cp /tmp/*.data /share/
END

# exact KERNEL MODE
exact()
{
	local name="Linux $1, $2"
	dir=$tap_dir/exact-$1
	copy
	cp "$tap_dir/exact" "$dir/"
	exits "$name: records programs" 0 tests/lab/run --kernel "$1" --mode "$2" --share "$dir" \
		--cpu "spe-log=$dir/truth,spe-count=$dir/counts" -- sh ./exact
	for f in plain filtered; do
		counters "$dir/$f.data" >"$dir/$f.counters"
		sed "s/^/# $f /" "$dir/$f.counters"
	done
	sed 's/^/# /' "$dir/plain.said"
	holds "$name: there were collisions" "$(grep -c ' collision$' "$dir/truth") > 10"
	is "$name: SAMPLE_POP is what was executed" \
		"$(($(counted plain 5) + $(counted filtered 5)))" "$(of_truth)"
	is "$name: SAMPLE_COLLISION are the collisions" \
		"$(($(counted plain 8) + $(counted filtered 8)))" \
		"$(grep -c ' collision$' "$dir/truth")"
	is "$name: SAMPLE_FEED, and behind a filter SAMPLE_FILTRATE, are the samples taken" \
		"$(($(counted plain 6) + $(counted filtered 7)))" \
		"$(tail -n +2 "$dir/truth" | grep -vc ' collision$')"
	holds "$name: the filter let few through" "$(counted filtered 7) * 3 < $(counted filtered 6)"
	is "$name: without one there is no SAMPLE_FILTRATE" "$(counted plain 7)" ""
	rm -rf "$dir"
}


# The distribution of cycles: the clock counts instructions, and a cycle is a nanosecond of it.
# PMSCR_EL1's reset value allows sampling guests, so that the CPU counts their operations, too.
cat >"$tap_dir/where" <<-'END'
	./spelunk record -a --cycles-freq 4000 --period 8192 -o /tmp/where.data -- sh -c '
		./work --inner 20000 hot_load=60 hot_store=60 hot_branch=60 &
		./vmm --name web --rounds 60 --inner 20000 --mmio --el0; wait' 2>/share/said >/dev/null &&
	cp /tmp/where.data /share/
END

# functions: "name first last" of the two programs, addresses in hex
functions()
{
	for f in work guest.elf; do
		aarch64-linux-gnu-nm -S --defined-only "$BUILD/lab/guest/$f"
	done | awk '$3 ~ /[tT]/ && $4 ~ /^(guest_(hot|user)_|guest_(chase|main)|hot_)/ { print $4, $1, $2 }'
}

# shares: "world function expected share bound" for the cycles of a world's functions. Samples come
# after a fixed number of cycles, and are at worst n independent draws. Cycles are the periods of
# the samples: guest_main runs first, while perf raises the period of a new event from 1, and has
# several times its share of the samples.
shares()
{
	awk -F'[ ,]' '
		function hex(s,    i, n) {
			for (i = 1; i <= length(s); i++)
				n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
			return n
		}
		FILENAME ~ /functions$/ { first[$1] = hex($2); last[$1] = first[$1] + hex($3); next }
		FILENAME ~ /counts$/ && FNR > 1 {
			pc = hex(substr($6, 3))
			for (f in first)
				if (pc >= first[f] && pc < last[f])
					ops[f] += $7
		}
		FILENAME ~ /rows$/ && FNR == 1 { for (i = 1; i <= NF; i++) c[$i] = i }
		FILENAME ~ /rows$/ && FNR > 1 && $2 in ops {
			world[$2] = $1
			cycles[$2] = $c["cycles"]
			of[$1] += $c["cycles"]
			n[$1] += $c["cycle_samples"]
			executed[$1] += ops[$2]
		}
		END {
			for (f in world) {
				w = world[f]
				want = ops[f] / executed[w]
				printf "%s %s %.4f %.4f %.4f\n", w, f, want, cycles[f] / of[w],
					4 * sqrt(want * (1 - want) / n[w])
			}
		}' "$dir/functions" "$dir/counts" "$dir/rows" | sort
}

# where KERNEL MODE
where()
{
	local name="Linux $1, $2: where cycles went" world f want got bound
	dir=$tap_dir/where-$1
	copy
	mkdir -p "$dir/symfs/share"
	cp "$BUILD/lab/guest/work" "$dir/symfs/share/"
	cp "$tap_dir/where" "$dir/"
	exits "$name: records all CPUs" 0 tests/lab/run --kernel "$1" --mode "$2" --count \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-count=$dir/counts,spe-reset=0x3b" \
		-- sh ./where
	sed 's/^/# /' "$dir/said"
	"$SPELUNK" report -i "$dir/where.data" --symfs "$dir/symfs" --by world,symbol --format csv \
		--guest "0=$BUILD/lab/guest/guest.elf" >"$dir/rows" 2>"$dir/err"
	tap "$name: is reported" $? "$(cat "$dir/err")"
	functions >"$dir/functions"
	shares >"$dir/shares"
	sed 's/^/# /' "$dir/shares"
	is "$name: functions of the host and of both levels of the guest" \
		"$(cut -d' ' -f1 "$dir/shares" | uniq -c | awk '{ printf "%s %s ", $1, $2 }')" \
		"5 guest-kernel 2 guest-user 3 host-user "
	holds "$name: what ran first has more samples than cycles, and the right cycles" \
		"$(awk -F, '
			NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			$1 == "guest-kernel" { n += $c["cycle_samples"]; cycles += $c["cycles"] }
			$2 == "guest_main" { own = $c["cycle_samples"]; its = $c["cycles"] }
			END { print own / n, "> 2 *", its / cycles }' "$dir/rows")"
	while read -r world f want got bound; do
		holds "$name: $world $f" "$got - $want < $bound && $want - $got < $bound"
	done <"$dir/shares"
	counters "$dir/where.data" >"$dir/where.counters"
	sed 's/^/# /' "$dir/where.counters"
	# a cycle is 1 ns, an instruction 2 ns; the host also waits
	holds "$name: guests' cycles are their instructions" \
		"$(counted where 2) > 1.8 * $(counted where 4) && $(counted where 2) < 2.2 * $(counted where 4)"
	# the PMU stops while its interrupt is handled, but SPE does not
	holds "$name: SAMPLE_POP lacks a little of what was executed" \
		"$(counted where 5) <= $(of_truth) && $(counted where 5) > 0.95 * $(of_truth)"
	rm -rf "$dir"
}

# Time and latencies that differ by design: the clock counts instructions, so that chain() has 93 %
# of the program's (30,000 steps of 5 or 6, beside 2,000 loads of 8), while stream() has the loads
# that miss.
overlaps()
{
	local name="Linux $1: latencies that overlap"
	dir=$tap_dir/overlap-$1
	mkdir -p "$dir/symfs/share"
	cp "$program" "$BUILD/lab/guest/overlap" "$dir/"
	cp "$BUILD/lab/guest/overlap" "$dir/symfs/share/"
	exits "$name: records" 0 tests/lab/run --kernel "$1" --count --share "$dir" -- sh -c '
		./spelunk record -q --period 16384 --cycles-freq 4000 -o /tmp/overlap.data -- ./overlap 300 &&
		cp /tmp/overlap.data /share/'
	"$SPELUNK" report -q -i "$dir/overlap.data" --symfs "$dir/symfs" --by symbol \
		--filter world=host-user --format csv --columns time_share,cost >"$dir/rows"
	sed 's/^/# /' "$dir/rows" | head -n 5
	share() { awk -F, -v f="$1" -v c="$2" '$1 == f { print $c }' "$dir/rows"; }
	holds "$name: chain takes the time" "$(share chain 2) > 85 && $(share stream 2) < 15"
	holds "$name: stream takes the latency cycles" "$(share stream 3) > 55 && $(share chain 3) < 45"
	"$SPELUNK" report -q -i "$dir/overlap.data" --symfs "$dir/symfs" --summary | tr -s ' \n' ' ' \
		>"$dir/found"
	grep -qE "stream takes [0-9.]+ % of the host's time [^:]*% of the latency cycles: its latencies overlap[^:]*\. Most time is in chain: [0-9.]+ %" \
		"$dir/found"
	tap "$name: the finding says which is which" $? "$(cat "$dir/found")"
	rm -rf "$dir"
}

# Ways to record, and what perf says of the files.
cat >"$tap_dir/modes" <<-'END'
	record() {
		name=$1
		shift
		./spelunk record -o /tmp/$name.data --period 16384 "$@" >/dev/null 2>/share/$name.said || {
			cat /share/$name.said
			exit 1
		}
		cp /tmp/$name.data* /share/
	}
	record none -a --no-time -- ./work hot_load
	./work hot_load=1000000 >/dev/null &
	busy=$!
	record last -a --overwrite --last 2s --duration 3s
	record turned -a --rotate 700ms --duration 2s
	kill $busy
	record called -- ./work --inner 20000 hot_branch=60
	for perf in perf perf-6.12; do
		echo "$perf"
		$perf report --stdio --no-itrace -i /tmp/called.data 2>/share/perf.errors >/tmp/report
		echo "status $?"
		grep -c "Samples: .* of event 'cycles:H'" /tmp/report
		$perf script --no-itrace -F event,ip,sym -i /tmp/called.data 2>>/share/perf.errors |
			tr -s '\n\t ' ' ' | grep -c 'cycles:H: [0-9a-f]* hot_branch [0-9a-f]* .*main'
		$perf report --stdio --itrace=i1i -i /tmp/called.data 2>>/share/perf.errors |
			grep -c "Samples: .* of event 'instructions"
	done >/share/perfs
END

modes()
{
	local name="Linux $1"
	dir=$tap_dir/modes-$1
	copy
	cp "$tap_dir/modes" "$dir/"
	exits "$name: records in all ways" 0 tests/lab/run --kernel "$1" --share "$dir" -- sh ./modes
	is "$name: --no-time leaves all of it out" "$(counters "$dir/none.data" | wc -l)
$(grep -c cycles "$dir/none.said")" "0
0"
	for f in last.data turned.data turned.data.1; do
		# without a clock that counts instructions, this PMU does not count them
		is "$name: $f has counters" "$(counters "$dir/$f" | cut -d' ' -f1,2 | tr '\n' ',')" \
			"0 1,0 2,0 5,0 6,0 8,"
		"$SPELUNK" report -i "$dir/$f" --by world --format csv 2>/dev/null >"$dir/rows"
		holds "$name: and samples of cycles" "$(awk -F, '
			NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
			{ n += $c["cycle_samples"] }
			END { print n + 0 }' "$dir/rows") > 20"
	done
	is "$name: perfs open it, and find samples of cycles, callers and records of SPE" \
		"$(tr '\n' ' ' <"$dir/perfs")" "perf status 0 1 1 1 perf-6.12 status 0 1 1 1 "
	rm -rf "$dir"
}

exact 6.1 vhe
exact 6.12 nvhe
where 6.1 vhe
where 6.12 vhe
overlaps 6.12
modes 6.12

tap_end
