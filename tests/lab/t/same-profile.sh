#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Recordings of the same work by perf and by spelunk, in the same boot, have the same profile,
# within the sampling error.

. tests/tap.sh

# Two-sided, 1 in 1,000 for all functions together: the bound of |z| is that of 0.0005 / functions
# (Bonferroni). Given the sum of both tools' samples of a function, the number of one tool's is
# binomial with p = 1/2; jitter makes it vary less, not more.
same='
	function bound(k,    p, t) {
		# Abramowitz and Stegun 26.2.23: the normal quantile, to 0.00045
		p = 0.0005 / k
		t = sqrt(-2 * log(p))
		return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / \
			(1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
	}
	{ n[FILENAME, $1] = $2; seen[$1] }
	END {
		for (f in seen)
			if (n[ARGV[1], f] + n[ARGV[2], f] >= 40)
				k++
		for (f in seen) {
			a = n[ARGV[1], f] + 0
			b = n[ARGV[2], f] + 0
			if (a + b < 40)
				continue
			z = (a - b) / sqrt(a + b)
			far = z > bound(k) || z < -bound(k)
			printf "%s %d %d, z %.2f of %.2f%s\n", f, a, b, z, bound(k), far ? " FAR" : ""
		}
	}'

# functions FILE: the program's functions and their numbers of samples
functions()
{
	"$SPELUNK" report -i "$1" --symfs "$dir/symfs" --by symbol --format csv 2>/dev/null |
		awk -F, '$1 ~ /^(hot_|atomics|exclusives|chase|fault)/ { print $1, $2 }'
}

# kernel NR
kernel()
{
	local name="Linux $1"
	dir=$tap_dir/$1
	mkdir -p "$dir/symfs/share"
	cp "$BUILD/lab/guest/work" "$BUILD/lab/arm/spelunk" "$dir/"
	cp "$dir/work" "$dir/symfs/share/"
	exits "$name: makes the recordings" 0 tests/lab/run --kernel "$1" --timeout 900 --share "$dir" \
		--cpu "spe-log=$dir/truth" -- sh -c '
		run="./work hot_load=200 hot_store=200 hot_branch=100 hot_call=100 atomics=100 chase=20 fault=20"
		perf record -q -o /tmp/perf.data -e \
			arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=1024/u \
			-- $run >/dev/null &&
		./spelunk record -q -u --period 1024 -o /tmp/spelunk.data -- $run >/dev/null &&
		cp /tmp/*.data /share/'
	for tool in perf spelunk; do
		functions "$dir/$tool.data" >"$dir/$tool"
	done
	awk "$same" "$dir/perf" "$dir/spelunk" >"$dir/table"
	sed 's/^/# /' "$dir/table"
	holds "$name: there are functions to compare" "$(wc -l <"$dir/table") >= 6"
	is "$name: none is far off" "$(grep FAR "$dir/table")" ""
	# The bound works: half or twice the samples of one function are detected.
	for factor in 0.5 2; do
		awk -v x=$factor '{ print $1, $1 == "hot_load" ? int($2 * x) : $2 }' "$dir/spelunk" >"$dir/wrong"
		is "$name: $factor times one function's is seen" \
			"$(awk "$same" "$dir/perf" "$dir/wrong" | awk '/FAR/ { print $1 }')" hot_load
	done
	tests/lab/compare "$dir/truth" "$SPELUNK" "$dir"/{perf,spelunk}.data >"$dir/compared" 2>&1
	tap "$name: and each record is what the CPU wrote" $? "$(cat "$dir/compared")"
}

kernel 6.1
kernel 6.12

tap_end
