#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Are samples a fair share of the executed operations? The CPU counts all of these.

. tests/tap.sh

# Operations between samples: the interval, the mean of a random byte, and the one at which the
# counter is loaded [Arm ARM D17.3.4].
interval=$((1024 + 1))
jitter=127.5

dir=$tap_dir/share
mkdir -p "$dir/symfs/share"
cp "$BUILD/lab/guest/work" "$dir/"
cp "$dir/work" "$dir/symfs/share/"
exits "the machine makes its recording" 0 tests/lab/run --share "$dir" \
	--cpu "spe-log=$dir/truth,spe-count=$dir/counts" -- sh -c '
	record() {
		name=$1; shift
		perf record -q -o /tmp/$name.data -e arm_spe_0/ts_enable=1,jitter=1,period=1024/u \
			-- ./work "$@" && cp /tmp/$name.data /share/
	}
	record work hot_load=300 hot_store=300 hot_branch=100 hot_call=100 atomics=100 chase=20 &&
	record near --inner 400 hot_load=20000 &&
	record far --inner 400000 chase=3'

# Operations by function: its address, size and number of 64-byte lines.
aarch64-linux-gnu-nm -S --defined-only "$dir/work" |
	awk '$3 ~ /[tT]/ && $4 ~ /^(hot_|atomics|chase)/ { print $1, $2, $4 }' >"$dir/functions"
for f in work near far; do
	"$SPELUNK" report -i "$dir/$f.data" --symfs "$dir/symfs" --by symbol --format csv \
		2>/dev/null | tail -n +2 | cut -d, -f1,2
done >"$dir/sampled"
awk -v interval="$interval" -v jitter="$jitter" -F'[ ,]' '
	function hex(s,    i, n) {
		for (i = 1; i <= length(s); i++)
			n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
		return n
	}
	FILENAME ~ /functions$/ { first[$3] = hex($1); last[$3] = first[$3] + hex($2); next }
	FILENAME ~ /sampled$/ { sampled[$1] += $2; next }
	FNR > 1 && $2 == 0 && $3 == 1 {
		pc = hex(substr($6, 3))
		for (f in first)
			if (pc >= first[f] && pc < last[f])
				executed[f] += $7
		all += $7
	}
	END {
		for (f in executed) {
			expected = executed[f] / (interval + jitter)
			if (expected < 50)
				continue
			off = (sampled[f] - expected) / sqrt(expected)
			printf "%s executed %d, expected %.1f, sampled %d, off by %.2f sigma\n", f,
				executed[f], expected, sampled[f], off
		}
	}' "$dir/functions" "$dir/sampled" "$dir/counts" >"$dir/table"
sed 's/^/# /' "$dir/table"
holds "several functions are hot" "$(wc -l <"$dir/table") >= 5"
while read -r name _ _ _ _ _ _ _ _ sigma _; do
	holds "$name has its share of samples" "$sigma > -4 && $sigma < 4"
done <"$dir/table"
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir"/{work,near,far}.data >"$dir/compared" 2>&1
tap "every record is what the CPU wrote" $? "$(cat "$dir/compared")"
# share NAME FUNCTION SOURCE: share of the function's loads with this data source
share()
{
	"$SPELUNK" report -i "$dir/$1.data" --symfs "$dir/symfs" --by symbol,source \
		--format csv 2>/dev/null | awk -F, -v f="$2" -v source="$3" '
		$1 == f && $2 != "" { all += $3; n += $2 == source ? $3 : 0 }
		END { print all ? n / all : -1 }'
}
holds "the loads of a hot loop come from L1D" "$(share near hot_load L1D) > 0.95"
holds "those of a chase through 64 MiB from DRAM" "$(share far chase DRAM) > 0.8"
"$SPELUNK" report -i "$dir/far.data" --symfs "$dir/symfs" --by symbol --format csv \
	--filter 'op=load' 2>/dev/null >"$dir/far"
holds "and take long" "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
	$1 == "chase" { print $c["total_p50"] }' "$dir/far") > 150"

tap_end
