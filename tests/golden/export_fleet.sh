#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The SQL in doc/howto-fleet.md, asked of 200 generated hosts in DuckDB: answers are sums of their
# reports. `make check-exports` installs DuckDB.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
npm=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/npm/node_modules

[ -d "$npm/@duckdb" ] && command -v node >/dev/null ||
	skip_all "no DuckDB: make check-exports installs it"
old=6.12.57-arm64 new=6.12.63-arm64
before=2026-11-23 today=2026-11-30

# host DIR NUMBER KERNEL DATE: the tables and the reports of a host; gen makes samples or exits, but
# not both, so that a host has two recordings
host()
{
	local name=h$2-$4 at=(--host "h$2" --kernel "$3" --cpus 2 --vms 1 --seed "$2")

	"$BUILD/tests/tools/gen" -o "$1/s-$name.data" --records 1000 --places 1000 "${at[@]}"
	"$BUILD/tests/tools/gen" -o "$1/e-$name.data" --exits $((100 + $2)) "${at[@]}"
	touch -d "$4T12:00:00Z" "$1"/[se]-$name.data
	"$SPELUNK" export -q -j1 --to parquet --partition -o "$1/fleet/functions" --by world,vm,symbol,object "$1/s-$name.data"
	"$SPELUNK" export -q -j1 --to parquet --partition -o "$1/fleet/ledger" --table ledger "$1/e-$name.data"
	"$SPELUNK" export -q -j1 --to parquet --partition -o "$1/fleet/exits" --table exits "$1/e-$name.data"
	"$SPELUNK" report -q -j1 --by symbol --filter world=guest --columns samples,total_sum --format csv "$1/s-$name.data" |
		sed "1d; s/^/$4,h$2,$3,/" >"$1/functions-$name.csv"
	"$SPELUNK" kvm -q -j1 --table ledger --format csv "$1/e-$name.data" | sed "1d; s/^/$4,h$2,$3,/" >"$1/ledger-$name.csv"
	"$SPELUNK" kvm -q -j1 --table exits --format csv "$1/e-$name.data" | sed "1d; s/^/$4,h$2,$3,/" >"$1/exits-$name.csv"
	rm "$1"/[se]-$name.data
} 2>/dev/null
export -f host
export BUILD SPELUNK
for i in {101..300}; do
	echo "$i $new $today"
	[ "$i" -gt 140 ] || echo "$i $old $before"
done | xargs -P "$(nproc)" -L 1 bash -c 'host "$0" "$@"' "$tap_dir"
is "a file of each host and day" "$(find "$tap_dir/fleet/functions" -name '*.parquet' | awk -F/ '{ print $(NF - 2) }' | sort | uniq -c | xargs)" \
	"40 date=$before 200 date=$today"

# answer NUMBER: rows that the page's query of that number has
answer()
{
	awk -v n="$1" '/^```sql/ { on = ++nr == n; next } /^```/ { on = 0 } on' doc/howto-fleet.md >"$tap_dir/query"
	(root=$PWD; cd "$tap_dir" && node "$root/tests/golden/duckdb.mjs" "$npm" "$(cat query)")
}

is "each answer has rows" "$(for n in 1 2 3; do answer $n | wc -l; done | xargs)" "10 5 10"
is "the functions of guests that cost most" "$(answer 1)" "$(cat "$tap_dir"/functions-*-$today.csv | awk -F, '
	{ hosts[$4]++; samples[$4] += $5; cycles[$4] += $6; all += $6 }
	END { for (s in hosts) printf "%s|%d|%d|%s\n", s, hosts[s], samples[s], int(1e4 * cycles[s] / all + 0.5) / 100 }' |
	sort -t'|' -k4,4rn -k1,1 | head -n 10)"
is "exits that grew" "$(answer 2)" "$(cat "$tap_dir"/ledger-*.csv "$tap_dir"/exits-*.csv | awk -F, -v old=$old -v new=$new '
	NF == 20 && $5 ~ /^[0-9]+$/ { time[$3] += $7; next }
	{ exits[$3, $5] += $8; seen[$5] }
	function rate(kernel, r) { return exits[kernel, r] * 1e9 / time[kernel] }
	END { for (r in seen)
		printf "%.6f %s|%s|%s\n", rate(new, r) - rate(old, r), r, int(10 * rate(old, r) + 0.5) / 10, int(10 * rate(new, r) + 0.5) / 10 }' |
	sort -k1,1rn -k2,2 | cut -d' ' -f2)"
is "steal by host" "$(answer 3)" "$(cat "$tap_dir"/ledger-*-$today.csv | awk -F, '
	{ vcpus[$2]++; stolen[$2] += $12; busy[$2] += $8 + $9 + $10 + $12 }
	END { for (h in vcpus) printf "%s|%d|%s\n", h, vcpus[h], int(1e4 * stolen[h] / busy[h] + 0.5) / 100 }' |
	sort -t'|' -k3,3rn -k1,1 | head -n 10)"

tap_end
