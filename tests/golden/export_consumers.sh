#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Exports in the tools that they are for: what these read has the report's figures.  `make
# check-exports` installs them.

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

# by_symbol COLUMN OPTION...: "SUM SYMBOL" of each symbol that has any
by_symbol()
{
	"$SPELUNK" report --by symbol --columns "$1" --format csv "${@:2}" |
		awk -F, 'NR > 1 && $NF > 0 { n = $NF; sub(/,[^,]*$/, ""); print n, $0 }' | sort
}

#
# speedscope, in a browser
#

# speedscope FILE: "SUM SYMBOL" of each frame that has weight of its own, as its table has them; it
# tells kinds of files by their content and their suffix
speedscope()
{
	printf 'speedscope.loadFileFromBase64("%s", "%s")' "${1##*/}" "$(base64 -w0 "$1")" >"$tap_dir/load.js"
	HOME=$tap_dir timeout 120 chromium --headless --no-sandbox --user-data-dir="$(mktemp -d -p "$tap_dir")" \
		--virtual-time-budget=5000 --window-size=1400,20000 --dump-dom \
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

tap_end
