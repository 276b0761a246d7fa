#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# HTML pages in headless Chromium: no error on the console, tables, lanes and stacks do what they
# should, hostile names run nothing, and without JavaScript all is there to be read.  `make
# check-exports` installs the browser.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh
command -v chromium >/dev/null || skip_all "no chromium: make check-exports installs it"

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz tests/captures/calls.data.xz
captures=$BUILD/captures
demo=(-q -i "$captures/vhe-guest.data" --kallsyms "$captures/kallsyms-6.12" --guest "$captures/guest.elf")
page=$tap_dir/page.html

# browse FILE [OPTION...]: the document after its scripts, in $tap_dir/dom; what the console said,
# in $tap_dir/console
browse()
{
	local file=$1
	shift
	HOME=$tap_dir timeout 120 chromium --headless --no-sandbox --disable-gpu --enable-logging=stderr \
		--user-data-dir="$tap_dir/chromium" "$@" --dump-dom "file://$file" \
		>"$tap_dir/dom" 2>"$tap_dir/log"
	grep -a CONSOLE "$tap_dir/log" >"$tap_dir/console"
}

# hash FILE: as a policy names it
hash()
{
	sha256sum "$1" | cut -c-64 | tr a-f A-F | basenc --base16 -d | base64
}

# What hostile names would call.
printf 'window.hostile = window.x = () => { window.ran = true; };' >"$tap_dir/first.js"
first=$(hash "$tap_dir/first.js")
last=$(hash tests/golden/html_browser.js)

# with_tests FILE: the page with the test's scripts before all and behind all; the policy allows them
with_tests()
{
	sed "s|script-src '|script-src 'sha256-$first' 'sha256-$last' '|; /^<\/body>$/d; /^<\/html>$/d
		s|^<style>|<script>$(cat "$tap_dir/first.js")</script><style>|" "$1"
	printf '<script>'
	cat tests/golden/html_browser.js
	printf '</script></body></html>\n'
}

# runs NAME FILE WIDTH: the page's own checks
runs()
{
	local line
	with_tests "$2" >"$tap_dir/tested.html"
	browse "$tap_dir/tested.html" --window-size="$3",900
	is "$1: the console is silent" "$(head -n 3 "$tap_dir/console")" ""
	sed -n '/<pre id="results">/,/<\/pre>/p' "$tap_dir/dom" | sed 's/.*<pre id="results">//; s/<\/pre>.*//' \
		>"$tap_dir/results"
	holds "$1: the checks ran" "$(wc -l <"$tap_dir/results") > 4"
	while read -r line; do
		[[ $line == ok* ]]
		tap "$1: ${line#*ok }" $?
	done <"$tap_dir/results"
}

"$SPELUNK" report "${demo[@]}" --format html -o "$page"
runs report "$page" 1200
# JavaScript that is off is a script that is not there.
awk '/<script>/ { sub(/<script>.*/, ""); print; off = 1 } !off
	/<\/script>/ { off = 0; sub(/.*<\/script>/, ""); print }' "$page" >"$tap_dir/still.html"
runs "without JavaScript" "$tap_dir/still.html" 500
"$SPELUNK" report -q -i "$captures/calls.data" --format html -o "$tap_dir/calls.html"
runs "call stacks" "$tap_dir/calls.html" 1200
hostile "$tap_dir"
"$SPELUNK" report "${hostile_options[@]}" --symfs "$tap_dir/symfs" --format html -o "$page"
runs "hostile names" "$page" 1200

tap_end
