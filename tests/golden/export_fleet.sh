#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The SQL in doc/howto-fleet.md, asked of 200 generated hosts in DuckDB, and in ClickHouse on two
# servers: answers are sums of their reports. `make check-exports` installs both.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk
npm=$cache/npm/node_modules
server=$cache/clickhouse/usr/sbin/clickhouse-server

duckdb=
clickhouse=
[ ! -d "$npm/@duckdb" ] || ! command -v node >/dev/null || duckdb=yes
[ ! -x "$server" ] || ! command -v clickhouse-client jq >/dev/null || clickhouse=yes
[ -n "$duckdb$clickhouse" ] || skip_all "no DuckDB and no ClickHouse: make check-exports installs them"
old=6.12.57-arm64 new=6.12.63-arm64
before=2026-11-23 today=2026-11-30

# host DIR NUMBER KERNEL DATE: the tables and the reports of a host; gen makes samples or exits, but
# not both, so that a host has two recordings
host()
{
	local name=h$2-$4 at=(--host "h$2" --kernel "$3" --cpus 2 --vms 1 --seed "$2") s e

	s=$1/samples/$name.data
	e=$1/exits/$name.data
	"$BUILD/tests/tools/gen" -o "$s" --records 1000 --places 1000 "${at[@]}"
	"$BUILD/tests/tools/gen" -o "$e" --exits $((100 + $2)) "${at[@]}"
	touch -d "$4T12:00:00Z" "$s" "$e"
	"$SPELUNK" export -q -j1 --to parquet --partition -o "$1/fleet/functions" --by world,vm,symbol,object "$s"
	"$SPELUNK" export -q -j1 --to parquet --partition -o "$1/fleet/ledger" --table ledger "$e"
	"$SPELUNK" export -q -j1 --to parquet --partition -o "$1/fleet/exits" --table exits "$e"
	"$SPELUNK" report -q -j1 --by symbol --filter world=guest --columns samples,total_sum --format csv "$s" |
		sed "1d; s/^/$4,h$2,$3,/" >"$1/functions-$name.csv"
	"$SPELUNK" kvm -q -j1 --table ledger --format csv "$e" | sed "1d; s/^/$4,h$2,$3,/" >"$1/ledger-$name.csv"
	"$SPELUNK" kvm -q -j1 --table exits --format csv "$e" | sed "1d; s/^/$4,h$2,$3,/" >"$1/exits-$name.csv"
} 2>/dev/null
export -f host
export BUILD SPELUNK
mkdir "$tap_dir/samples" "$tap_dir/exits"
for i in {101..300}; do
	echo "$i $new $today"
	[ "$i" -gt 140 ] || echo "$i $old $before"
done | xargs -P "$(nproc)" -L 1 bash -c 'host "$0" "$@"' "$tap_dir"
is "a file of each host and day" "$(find "$tap_dir/fleet/functions" -name '*.parquet' | awk -F/ '{ print $(NF - 2) }' | sort | uniq -c | xargs)" \
	"40 date=$before 200 date=$today"

cost=$(cat "$tap_dir"/functions-*-$today.csv | awk -F, '
	{ hosts[$4]++; samples[$4] += $5; cycles[$4] += $6; all += $6 }
	END { for (s in hosts) printf "%s|%d|%d|%s\n", s, hosts[s], samples[s], int(1e4 * cycles[s] / all + 0.5) / 100 }' |
	sort -t'|' -k4,4rn -k1,1 | head -n 10)
grew=$(cat "$tap_dir"/ledger-*.csv "$tap_dir"/exits-*.csv | awk -F, -v old=$old -v new=$new '
	NF == 20 && $5 ~ /^[0-9]+$/ { time[$3] += $7; next }
	{ exits[$3, $5] += $8; seen[$5] }
	function rate(kernel, r) { return exits[kernel, r] * 1e9 / time[kernel] }
	END { for (r in seen)
		printf "%.6f %s|%s|%s\n", rate(new, r) - rate(old, r), r, int(10 * rate(old, r) + 0.5) / 10, int(10 * rate(new, r) + 0.5) / 10 }' |
	sort -k1,1rn -k2,2 | cut -d' ' -f2)
steal=$(cat "$tap_dir"/ledger-*-$today.csv | awk -F, '
	{ vcpus[$2]++; stolen[$2] += $12; busy[$2] += $8 + $9 + $10 + $12 }
	END { for (h in vcpus) printf "%s|%d|%s\n", h, vcpus[h], int(1e4 * stolen[h] / busy[h] + 0.5) / 100 }' |
	sort -t'|' -k3,3rn -k1,1 | head -n 10)
is "there is something to ask" "$(wc -l <<<"$cost") $(wc -l <<<"$grew") $(wc -l <<<"$steal")" "10 5 10"

# page LANGUAGE NUMBER: the page's block of that number in that language
page()
{
	awk -v n="$2" -v begin="\`\`\`$1" '$0 == begin { on = ++nr == n; next } /^```/ { on = 0 } on' doc/howto-fleet.md
}

#
# DuckDB
#

# answer NUMBER: rows that the page's query of that number has
duck()
{
	(root=$PWD; query=$(page sql "$1"); cd "$tap_dir" && node "$root/tests/golden/duckdb.mjs" "$npm" "$query")
}

if [ -n "$duckdb" ]; then
	is "DuckDB: the functions of guests that cost most" "$(duck 1)" "$cost"
	is "DuckDB: exits that grew" "$(duck 2)" "$grew"
	is "DuckDB: steal by host" "$(duck 3)" "$steal"
else
	echo "ok $((++tap_nr)) - DuckDB # SKIP make check-exports installs it"
fi

#
# ClickHouse: two servers, and tables over both
#

if [ -z "$clickhouse" ]; then
	echo "ok $((++tap_nr)) - ClickHouse # SKIP make check-exports installs it"
	tap_end
fi

# is_free PORT: nobody listens there
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

ports=()
for port in $(shuf -i 20000-32000 -n 40); do
	is_free "$port" && ports+=("$port")
done
shards=
for i in 0 1; do
	shards="$shards<shard><replica><host>127.0.0.1</host><port>${ports[i]}</port></replica></shard>"
done
cat >"$tap_dir/users.xml" <<'END'
<yandex>
	<profiles><default><insert_distributed_sync>1</insert_distributed_sync></default></profiles>
	<users><default>
		<password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
	</default></users>
	<quotas><default/></quotas>
</yandex>
END
servers=()
for i in 0 1; do
	mkdir "$tap_dir/server$i"
	cat >"$tap_dir/server$i.xml" <<-END
	<yandex>
		<logger><level>error</level><console>1</console></logger>
		<listen_host>127.0.0.1</listen_host><tcp_port>${ports[i]}</tcp_port><http_port>${ports[i + 2]}</http_port>
		<path>$tap_dir/server$i/</path><tmp_path>$tap_dir/server$i/tmp/</tmp_path>
		<users_config>$tap_dir/users.xml</users_config>
		<default_profile>default</default_profile><default_database>default</default_database>
		<mark_cache_size>67108864</mark_cache_size>
		<remote_servers><fleet>$shards</fleet></remote_servers>
	</yandex>
	END
	"$server" --config-file="$tap_dir/server$i.xml" >"$tap_dir/server$i.log" 2>&1 &
	servers+=($!)
done
trap 'kill "${servers[@]}" 2>/dev/null; wait; rm -rf "$tap_dir"' EXIT
for i in 0 1; do
	while kill -0 "${servers[i]}" 2>/dev/null && is_free "${ports[i]}"; do
		sleep 0.1
	done
	kill -0 "${servers[i]}" 2>/dev/null
	tap "ClickHouse: server $i runs" $? "$(tail -n 5 "$tap_dir/server$i.log")"
done

# The page's commands find this client, of the first server.
mkdir "$tap_dir/bin"
client=$(command -v clickhouse-client)
printf '#!/bin/sh\nexec %s --port %d "$@"\n' "$client" "${ports[0]}" >"$tap_dir/bin/clickhouse-client"
ln -s "$SPELUNK" "$tap_dir/bin/spelunk"
chmod +x "$tap_dir/bin/clickhouse-client"
export PATH=$tap_dir/bin:$PATH

page sql 4 | sed -E 's/^CREATE TABLE [a-z]+/&_local/' >"$tap_dir/local"
for i in 0 1; do
	"$client" --port "${ports[i]}" --multiquery <"$tap_dir/local" 2>"$tap_dir/err"
	tap "ClickHouse: tables on server $i" $? "$(cat "$tap_dir/err")"
done
page sql 5 | clickhouse-client --multiquery 2>"$tap_dir/err"
tap "ClickHouse: tables over both" $? "$(cat "$tap_dir/err")"

# The page loads recordings with samples and exits: functions are in the first folder, times in the other.
page sh 5 | awk -v RS= -v ORS='\n\n' 'NR < 3' >"$tap_dir/functions"
page sh 5 | awk -v RS= -v ORS='\n\n' 'NR != 2' >"$tap_dir/times"
(cd "$tap_dir/samples" && sh ../functions) 2>"$tap_dir/err" && (cd "$tap_dir/exits" && sh ../times) 2>>"$tap_dir/err"
is "ClickHouse: the hosts are loaded" "$? $(cat "$tap_dir/err")" "0 "
for t in functions ledger exits; do
	is "ClickHouse: all rows of $t" \
		"$(clickhouse-client --query "SELECT count(DISTINCT host, date), min(date), max(date) FROM $t" | tr '\t' ' ')" \
		"240 $before $today"
	[ "$(clickhouse-client --query "SELECT count() FROM ${t}_local")" -lt "$(clickhouse-client --query "SELECT count() FROM $t")" ]
	tap "ClickHouse: on two servers" $?
done

# house NUMBER: likewise
house() { page sql "$1" | clickhouse-client --multiquery 2>&1 | tr '\t' '|'; }

is "ClickHouse: the functions of guests that cost most" "$(house 6)" "$cost"
is "ClickHouse: exits that grew" "$(house 7)" "$grew"
is "ClickHouse: steal by host" "$(house 8)" "$steal"

tap_end
