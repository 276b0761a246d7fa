#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Exports in the tools that read them have the report's figures. `make check-exports` installs these
# tools.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh
npm=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/npm/node_modules

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz tests/captures/calls.data.xz
captures=$BUILD/captures
demo=(-q -i "$captures/vhe-guest.data" --kallsyms "$captures/kallsyms-6.12" --guest "$captures/guest.elf")
calls=(-q -i "$captures/calls.data" --kallsyms "$captures/kallsyms-6.12")

skip()
{
	echo "ok $((++tap_nr)) - $1 # SKIP $2: make check-exports installs it"
}

# by_symbol COLUMN OPTION...: "SUM SYMBOL" of each symbol with a sum above 0
by_symbol()
{
	"$SPELUNK" report --by symbol --columns "$1" --format csv "${@:2}" |
		awk -F, 'NR > 1 && $NF > 0 { n = $NF; sub(/,[^,]*$/, ""); print n, $0 }' | sort
}

#
# speedscope, in a browser
#

# speedscope FILE: "SUM SYMBOL" of each frame with weight of its own, from its table; speedscope
# recognizes files by content and suffix
speedscope()
{
	{
		printf 'speedscope.loadFileFromBase64("%s", "%s");' "${1##*/}" "$(base64 -w0 "$1")"
		# rows are drawn once their table has a size
		echo 'setInterval(() => window.dispatchEvent(new Event("resize")), 100);'
	} >"$tap_dir/load.js"
	HOME=$tap_dir timeout 120 chromium --headless --no-sandbox --virtual-time-budget=5000 \
		--user-data-dir="$(mktemp -d -p "$tap_dir")" --window-size=1400,20000 --dump-dom \
		"file://$npm/speedscope/dist/release/index.html#view=sandwich&localProfilePath=$tap_dir/load.js" \
		2>"$tap_dir/log" | sed 's/<style.*<\/style>//; s/<[^>]*>/\n/g' | grep -v '^ *$' >"$tap_dir/dom"
	awk '/^Symbol Name$/ { rows = 1; next }
		!rows { next }
		/^[0-9.,]+ \([<0-9.]*%\)$/ || /&lt;/ && /%\)$/ { self = $1; next }
		self != "" { gsub(/,/, "", self); if (self > 0) sum[$0] += self; self = "" }
		END { for (name in sum) printf "%d %s\n", sum[name], name }' "$tap_dir/dom" | sort
}

if ! [ -d "$npm/speedscope" ]; then
	skip "speedscope" "no speedscope"
elif ! command -v chromium >/dev/null; then
	skip "speedscope" "no chromium"
else
	"$SPELUNK" export --to speedscope --weight cost "${demo[@]}" -o "$tap_dir/a.json"
	is "speedscope: cost by symbol" "$(speedscope "$tap_dir/a.json")" "$(by_symbol total_sum "${demo[@]}")"
	is "speedscope: the name of the weight" "$(grep -cx "latency, cycles" "$tap_dir/dom")" 1
	"$SPELUNK" export --to speedscope "${calls[@]}" -o "$tap_dir/a.json"
	is "speedscope: time by symbol" "$(speedscope "$tap_dir/a.json")" "$(by_symbol cycles "${calls[@]}")"
	"$SPELUNK" export --to folded "${calls[@]}" -o "$tap_dir/a.txt"
	is "speedscope: folded stacks are time by symbol" "$(speedscope "$tap_dir/a.txt")" \
		"$(by_symbol cycles "${calls[@]}")"
fi

#
# pprof: Go's own, and another decoder
#

# go_pprof FILE TYPE: "SUM SYMBOL", as by_symbol
go_pprof()
{
	HOME=$tap_dir go tool pprof -top -nodecount=1000000 -nodefraction=0 -edgefraction=0 -unit=minimum \
		-sample_index="$2" "$1" 2>"$tap_dir/log" | awk '
			/flat%/ { rows = 1; next }
			!rows || $1 + 0 == 0 { next }
			{ n = $1 + 0; for (i = 0; i < 5; i++) sub(/^ *[^ ]+ +/, ""); sum[$0] += n }
			END { for (name in sum) printf "%d %s\n", sum[name], name }' | sort
}

"$SPELUNK" export --to pprof "${demo[@]}" -o "$tap_dir/demo.pb.gz"
"$SPELUNK" export --to pprof "${calls[@]}" -o "$tap_dir/calls.pb.gz"
if ! command -v go >/dev/null; then
	skip "go tool pprof" "no go"
else
	is "go tool pprof: samples" "$(go_pprof "$tap_dir/demo.pb.gz" samples)" "$(by_symbol samples "${demo[@]}")"
	is "go tool pprof: operations" "$(go_pprof "$tap_dir/demo.pb.gz" operations)" "$(by_symbol operations "${demo[@]}")"
	is "go tool pprof: latency" "$(go_pprof "$tap_dir/demo.pb.gz" latency)" "$(by_symbol total_sum "${demo[@]}")"
	is "go tool pprof: CPU cycles" "$(go_pprof "$tap_dir/calls.pb.gz" cpu)" "$(by_symbol cycles "${calls[@]}")"
	is "go tool pprof: samples of a VM" \
		"$(go tool pprof -top -sample_index=samples -tagfocus=vm=^1$ "$tap_dir/demo.pb.gz" 2>/dev/null |
			sed -n 's/^Showing nodes accounting for \([0-9]*\),.*/\1/p')" \
		"$("$SPELUNK" report --by vm --columns samples --filter vm=1 --format csv "${demo[@]}" | sed -n 's/^1,//p')"
fi
if ! [ -d "$npm/pprof-format" ] || ! command -v node >/dev/null; then
	skip "pprof-format" "no pprof-format"
else
	cat >"$tap_dir/read.cjs" <<'END'
const { Profile } = require(process.argv[2] + '/pprof-format');
const p = Profile.decode(require('zlib').gunzipSync(require('fs').readFileSync(process.argv[3])));
const text = n => p.stringTable.strings[Number(n)];
const sums = p.sampleType.map(() => 0n), deepest = Math.max(...p.sample.map(s => s.locationId.length));
for (const s of p.sample)
	s.value.forEach((v, i) => { sums[i] += BigInt(v); });
p.sampleType.forEach((t, i) => console.log(text(t.type), text(t.unit), String(sums[i])));
console.log('frames', deepest);
END
	is "pprof-format: totals" "$(node "$tap_dir/read.cjs" "$npm" "$tap_dir/demo.pb.gz" | head -n 3 | cut -d' ' -f3 | xargs)" \
		"$("$SPELUNK" report --by world --columns samples,operations,total_sum --format csv "${demo[@]}" |
			awk -F, 'NR > 1 { s += $2; o += $3; c += $4 } END { printf "%d %d %d", s, o, c }')"
	is "pprof-format: the deepest chain" "$(node "$tap_dir/read.cjs" "$npm" "$tap_dir/calls.pb.gz" | sed -n 's/^frames //p')" \
		"$("$SPELUNK" report --by stack "${calls[@]}" | sed 's/ [0-9]*$//' | awk -F';' 'NF > n { n = NF } END { print n - 3 }')"
fi

#
# Parquet: DuckDB, and another reader
#

# sql QUERY...: the rows of each, with | between values
sql()
{
	node tests/golden/duckdb.mjs "$npm" "$@"
}

# rows OPTION...: of report, with | between values
rows()
{
	"$SPELUNK" report --format csv "$@" | tail -n +2 | tr , '|' | sort
}

if ! [ -d "$npm/@duckdb" ] || ! command -v node >/dev/null; then
	skip "DuckDB" "no DuckDB"
else
	table=$tap_dir/demo.parquet
	"$SPELUNK" export --to parquet "${demo[@]}" -o "$table"
	is "DuckDB: samples by world and VM" "$(sql "select world, vm, count(*), sum(period), sum(total * period)
		from '$table' group by all" | sort)" \
		"$(rows --by world,vm --columns samples,operations,total_sum "${demo[@]}")"
	is "DuckDB: cost of functions" "$(sql "select symbol, object, sum(total * period), sum(xlat * period)
		from '$table' group by all" | sort)" \
		"$(rows --by symbol,object --columns total_sum,xlat_sum "${demo[@]}")"
	is "DuckDB: a range of time" "$(sql "select world, count(*) from '$table'
		where time >= 7700000000 and time < 7750000000 group by all" | sort)" \
		"$(rows --by world --columns samples "${demo[@]}" --filter 'time>=7700000000 && time<7750000000')"
	is "DuckDB: events are flags" "$(sql "select vm, count(*) from '$table' where event_l1d_miss and op = 'load' group by all" | sort)" \
		"$(rows --by vm --columns samples "${demo[@]}" --filter 'l1d-miss && op=load')"
	"$SPELUNK" export --to parquet --by vm,symbol "${demo[@]}" -o "$tap_dir/rows.parquet"
	is "DuckDB: rows by keys" "$(sql "select vm, symbol, samples, loads, event_l1d_miss, total_p99 from '$tap_dir/rows.parquet'" | sort)" \
		"$(rows --by vm,symbol --columns samples,loads,event:l1d-miss,total_p99 "${demo[@]}")"
	"$BUILD/tests/tools/gen" -o "$tap_dir/long.data" --bytes 40M --cpus 2 2>"$tap_dir/log"
	"$SPELUNK" export --to parquet -q -i "$tap_dir/long.data" -o "$tap_dir/long.parquet"
	is "DuckDB: row groups of the second half of the time" "$(sql "select count(*) from parquet_metadata('$tap_dir/long.parquet')
		where path_in_schema = 'time' and stats_max_value::bigint >= 100500000000")" 3
	hostile "$tap_dir"
	"$SPELUNK" export --to parquet "${hostile_options[@]}" --partition -o "$tap_dir/hostile-fleet"
	is "DuckDB: hostile names" "$(sql "select distinct host, vm_name from read_parquet('$tap_dir/hostile-fleet/**/*.parquet',
		hive_partitioning = true) where vm = 0")" "<img/>|<script>hostile(7)</script>"
fi
if ! [ -d "$npm/hyparquet" ] || ! command -v node >/dev/null; then
	skip "hyparquet" "no hyparquet"
else
	cat >"$tap_dir/read.mjs" <<'END'
const [npm, file, ...columns] = process.argv.slice(2);
const { asyncBufferFromFile, parquetReadObjects } = await import(npm + '/hyparquet/src/node.js');
const { compressors } = await import(npm + '/hyparquet-compressors/src/index.js');
const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors, columns });
const sum = new Map();
for (const row of rows) {
	const key = columns.map(c => row[c] ?? '').join('|');
	sum.set(key, (sum.get(key) ?? 0) + 1);
}
for (const [key, n] of sum)
	console.log(key + '|' + n);
END
	for columns in world,vm,symbol,object total,issue,xlat,source event_l1d_miss,event_mispredicted,build_id time,va,pa; do
		is "hyparquet: ${columns//,/, }, as in DuckDB" "$(node "$tap_dir/read.mjs" "$npm" "$table" ${columns//,/ } | sort | md5sum)" \
			"$(sql "select $columns, count(*) from '$table' group by all" | sort | md5sum)"
	done
fi

tap_end
