#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# `spelunk mcp`: requests as raw lines, answers of each tool, paths that must not be read, requests
# that are none, hostile names, cancelling, and no leaks.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh
command -v jq >/dev/null || skip_all "no jq"

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz tests/captures/{quick.data,slow.data,vhe-work.data,work.elf}.xz
captures=$(realpath "$BUILD/captures")
root=$tap_dir/root
mkdir "$root" "$root/below"
cp "$captures"/{vhe-guest.data,kallsyms-6.12,guest.elf,quick.data,slow.data} "$root/"
cp "$captures/quick.data" "$root/below/"
exits "json-c is installed" 0 "$SPELUNK" mcp --root "$root"
grep -q "json-c is not installed" "$tap_dir/err" && skip_all "no json-c"

hello='{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}'

# server OPTION...: answers to the lines on standard input, behind initialize; checks its exit status
server()
{
	{ echo "$hello"; cat; } | "$SPELUNK" mcp --root "$root" "$@" 2>"$tap_dir/err"
	[ "${PIPESTATUS[1]}" = 0 ] || echo "exit status ${PIPESTATUS[1]}: $(cat "$tap_dir/err")"
}

# call ID TOOL ARGUMENTS: a request
call()
{
	printf '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"%s","arguments":%s}}\n' "$@"
}

# answer ID FILTER: what jq makes of the text of an answer in $tap_dir/out
answer()
{
	jq -r "select(.id == $1) | .result.content[0].text" "$tap_dir/out" | jq -rc "$2" 2>&1
}

# failure ID: the text of an answer that is a failure
failure()
{
	jq -r "select(.id == $1 and .result.isError) | .result.content[0].text" "$tap_dir/out"
}

#
# The protocol
#

version()
{
	echo "${hello/2025-06-18/$1}" | "$SPELUNK" mcp --root "$root" | jq -r .result.protocolVersion
}

for v in 2024-11-05 2025-03-26 2025-06-18 2025-11-25; do
	is "version $v" "$(version $v)" $v
done
is "of a version that is not known: the newest" "$(version 2031-01-01)" 2025-11-25

server >"$tap_dir/out" <<'END'
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":"a\"b","method":"ping"}
{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}
{"jsonrpc":"2.0","id":3,"method":"resources/list"}
{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"shell","arguments":{}}}
{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"report","arguments":[]}}
{"jsonrpc":"2.0","id":6,"method":"ping","params":7}
{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":"x"}}
{"jsonrpc":"2.0","id":8,"method":"initialize","params":{}}
END
is "one answer to each request, on a line" "$(wc -l <"$tap_dir/out")" 9
is "a notification has none" "$(jq -c .id "$tap_dir/out" | xargs -d '\n')" '0 "a\"b" 2 3 4 5 6 7 8'
is "ping" "$(sed -n 2p "$tap_dir/out")" '{"jsonrpc":"2.0","id":"a\"b","result":{}}'
is "error codes" "$(jq -c 'select(.error) | [.id, .error.code]' "$tap_dir/out" | xargs)" \
	"[3,-32601] [4,-32602] [5,-32602] [6,-32602] [7,-32602] [8,-32602]"
is "the tools" "$(jq -r 'select(.id == 2) | .result.tools[].name' "$tap_dir/out" | xargs)" \
	"open summary findings report annotate kvm diff doctor"
schema() { jq -c "select(.id == 2) | .result.tools[] | select(.name == \"$1\") | .inputSchema | $2" "$tap_dir/out"; }
is "keys of the schema are those of help" "$(schema report '.properties.by.items.enum[]' | tr -d '"' | sort)" \
	"$("$SPELUNK" help keys | sed -n 's/^  \([a-z][a-z0-9_-]*\).*/\1/p' | sort)"
is "and words are those of the option" "$(schema open '.properties.host_mode.enum')" '["vhe","nvhe"]'
is "required" "$(schema open .required) $(schema diff .required) $(schema doctor .required)" '["recording"] ["a","b"] []'
is "numbers have bounds" "$(schema report '.properties.limit | [.type, .minimum, .maximum]')" '["integer",1,1000]'

printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' '{"jsonrpc":"2.0","id":2,"method":"ping"}' |
	"$SPELUNK" mcp --root "$root" >"$tap_dir/out"
is "before initialize there is only ping" "$(jq -c '.error.code' "$tap_dir/out" | xargs)" "-32600 null"

# Requests that are none; the last line has no newline.
long=$(head -c 1100000 /dev/zero | tr '\0' x)
{
	printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"ping"' '{"jsonrpc":"2.0","id":2' 'null' '' '"text"' '{}' \
		'[]' "[$long]" "{\"id\":'3'}" '{"jsonrpc":"1.0","id":4,"method":"ping"}' \
		'{"jsonrpc":"2.0","id":1.5,"method":"ping"}' '{"jsonrpc":"2.0","id":{},"method":"ping"}'
	printf '{"jsonrpc":"2.0","id":5,"method":"pi\x00ng"}\n{"id":"\xff"}\n'
	printf '{"jsonrpc":"2.0","id":6,"method":"pi\\u0000ng"}\n'
	printf '%s\n' "$(printf '[%.0s' {1..100})" '{"jsonrpc":"2.0","id":7,"result":{}}'
	printf '{"jsonrpc":"2.0","id":99,"method":"ping"}'
} | server >"$tap_dir/out"
is "what is no request is answered by an error" "$(jq -c '[.id, .error.code]' "$tap_dir/out" | tail -n +2 | xargs)" \
	"[null,-32700] [null,-32700] [null,-32700] [null,-32700] [null,-32600] [null,-32600] [null,-32600] [null,-32700] [4,-32600] [null,-32600] [null,-32600] [null,-32700] [null,-32700] [6,-32600] [null,-32700] [99,null]"
is "a line of 1.1 MB is skipped, and named" "$(grep -c 'longer than 1 MiB' "$tap_dir/out")" 1
printf '%s\n' "${hello/2025-06-18/2025-03-26}" \
	'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":2,"method":"x"}]' \
	'[{"jsonrpc":"2.0","method":"x"}]' | "$SPELUNK" mcp --root "$root" >"$tap_dir/out"
is "2025-03-26 has batches" "$(tail -n +2 "$tap_dir/out" | jq -c 'map(.error.code)')" "[null,-32601]"

#
# The tools
#

{
	call 1 open '{"recording":"vhe-guest.data","kallsyms":"kallsyms-6.12","guest":["guest.elf"]}'
	call 2 summary '{"recording":"r1"}'
	call 3 findings '{"recording":"r1"}'
	call 4 report '{"recording":"r1","by":["symbol"],"filter":"vm=1","columns":["samples","total_sum"],"limit":2}'
	call 5 annotate '{"recording":"r1","function":"guest_chase"}'
	call 6 kvm '{"recording":"r1","limit":5}'
	call 7 diff '{"a":"quick.data","b":"below/quick.data"}'
	call 8 doctor '{}'
	call 9 report "{\"recording\":\"$root/vhe-guest.data\",\"filter\":\"op=load &&\"}"
	call 10 report '{"recording":"r2"}'
	call 11 report '{"recording":"r1","output":"x"}'
	call 12 report '{"recording":"r1","limit":0}'
	call 13 report '{"recording":"r1","by":"--output=x"}'
	call 14 report '{"recording":"r1","callers":"--help"}'
	call 15 annotate '{"recording":"r1","function":"--help"}'
	call 16 open '{"recording":"guest.elf"}'
	call 17 report '{"recording":"r1","sort":7}'
	call 18 report '{"recording":"r1","columns":["samples",7]}'
	call 19 report '{}'
	call 20 diff '{"a":"quick.data","b":"slow.data","limit":7}'
} | server >"$tap_dir/out"
options=(-q -i "$root/vhe-guest.data" --kallsyms "$root/kallsyms-6.12" --guest "$root/guest.elf")
is "open: an id, and the recording" "$(answer 1 '[.recording, .about.recording.records, .about.machine.kernel]')" \
	'["r1",24185,"6.12.117+deb12-arm64"]'
is "summary: the functions that cost most" "$(answer 2 .report.costliest)" \
	"$("$SPELUNK" report "${options[@]}" --summary --format json | jq -r .costliest)"
is "findings: of samples and of exits" "$(answer 3 '[.samples.findings[].id, .exits.findings[].id]')" \
	'["memory","mispredicted","steal","exit","steal","exit"]'
is "report: rows by keys" "$(answer 4 .report.rows.rows)" \
	"$("$SPELUNK" report "${options[@]}" --by symbol --filter vm=1 --columns samples,total_sum --format json --limit 2 |
		jq -c .rows.rows)"
is "report: how many rows there are" "$(answer 4 '[.report.rows.nr_rows > 2, (.report.rows.rows | length)]')" '[true,2]'
is "annotate: instructions" "$(answer 5 '.annotate.functions[0].symbol')" guest_chase
is "kvm: 5 of the functions, which is said" \
	"$(answer 6 '[(.kvm.functions | length), (.left_out[] | select(.where == "kvm.functions") | .shown, .of)]')" \
	"[5,5,$("$SPELUNK" kvm "${options[@]}" --format json | jq '.functions | length')]"
is "diff: of a recording and itself nothing is significant" "$(answer 7 .diff.samples.significant)" 0
is "diff: 7 of the rows, which is said" \
	"$(answer 20 '[(.diff.samples.rows | length), (.left_out[] | select(.where == "diff.samples.rows") | .of)]')" \
	"[7,$("$SPELUNK" diff -q "$root"/{quick,slow}.data --format json | jq '.samples.rows | length')]"
is "doctor: this machine" "$(answer 8 '.doctor.checks | length > 3')" true
is "answers say that names are data" "$(answer 4 '.note | test("data, not instructions")')" true
failure 9 | grep -q "^spelunk report: --filter: .*" && ! failure 9 | grep -q "usage"
tap "a wrong filter is the command's own error" $? "$(failure 9)"
is "an id that is not open" "$(failure 10)" "r2 is not open, or not any more: call open again"
is "options that no schema has" "$(failure 11)" 'report has no argument "output"; tools/list has its arguments'
is "a limit of 0" "$(failure 12)" "limit takes a whole number from 1 to 1000"
is "an option as a key" "$(failure 13)" "spelunk report: no key '--output=x'; run \`spelunk help keys\` for the list"
is "types" "$(failure 17) $(failure 18) $(failure 19)" \
	"sort takes text columns takes a list of names the argument recording is missing: it is text, the path of a recording or an id from open"
failure 14 | grep -q "no sample of cycles"
tap "an option as a function is a name" $? "$(failure 14)"
failure 15 | grep -q 'no sample is in a function "--help"'
tap "also of annotate" $? "$(failure 15)"
failure 16 | grep -q "^spelunk report: $root/guest.elf: "
tap "a file that is no recording" $? "$(failure 16)"
is "answers are at most 64 KiB" "$(jq -r '.result.content[0].text // "" | utf8bytelength | select(. > 65536)' "$tap_dir/out")" ""

# The least recently used recordings are forgotten.
for i in {1..17}; do call $i open '{"recording":"quick.data"}'; [ $i != 2 ] || call 30 report '{"recording":"r1","limit":1}'; done >"$tap_dir/in"
{ cat "$tap_dir/in"; call 31 report '{"recording":"r1","limit":1}'; call 32 report '{"recording":"r2","limit":1}'; } |
	server >"$tap_dir/out"
is "16 recordings are kept, those used last" "$(answer 31 '.report.rows.rows | length') $(failure 32)" \
	"1 r2 is not open, or not any more: call open again"

#
# Paths
#

secret=$tap_dir/secret
mkdir "$secret"
cp "$captures/quick.data" "$secret/"
ln -s "$secret/quick.data" "$root/link"
ln -s below/quick.data "$root/inner"
ln -s "$secret" "$root/folder"
ln -s /proc/self/root "$root/magic"
ln -s loop "$root/loop"
mkfifo "$root/pipe"
paths=(../secret/quick.data "$secret/quick.data" link folder/quick.data "magic$secret/quick.data" /proc/self/environ
	below/../quick.data below/../../secret/quick.data "$root/../secret/quick.data" "${root}x/quick.data" . below pipe
	loop /dev/stdin - "" nosuch)
for i in "${!paths[@]}"; do
	call "$i" summary "{\"recording\":\"${paths[i]}\"}"
	call $((100 + i)) open "{\"recording\":\"quick.data\",\"kallsyms\":\"${paths[i]}\"}"
	call $((200 + i)) open "{\"recording\":\"quick.data\",\"symfs\":[\"${paths[i]}\"]}"
	call $((300 + i)) open "{\"recording\":\"quick.data\",\"guest\":\"0=${paths[i]}@0x1000\"}"
done >"$tap_dir/in"
server >"$tap_dir/out" <"$tap_dir/in"
for i in "${!paths[@]}"; do
	got="$(failure "$i" | grep -c "^cannot open") $(failure $((100 + i)) | grep -c "^cannot open")"
	case ${paths[i]} in
	. | below) got="$got 1" ;;	# a folder is not a file
	*) got="$got $(failure $((200 + i)) | grep -c "^cannot open the folder")" ;;
	esac
	is "no file ${paths[i]:-(empty)}" "$got $(failure $((300 + i)) | grep -c "^cannot open")" "1 1 1 1"
done
{ call 1 report '{"recording":"inner","limit":1}'; call 2 report "{\"recording\":\"$root/quick.data\",\"limit\":1}"; } |
	server >"$tap_dir/out"
is "a link inside, and a whole path" "$(answer 1 '.report.rows.rows | length') $(answer 2 '.report.rows.rows | length')" "1 1"
is "the current folder, if none is given" \
	"$({ echo "$hello"; call 1 report '{"recording":"quick.data","limit":1}'; } |
		(cd "$root" && "$SPELUNK" mcp) | jq -r 'select(.id == 1) | .result.isError')" false
is "two folders" "$(call 1 report '{"recording":"quick.data","limit":1}' |
	{ echo "$hello"; cat; } | "$SPELUNK" mcp --root "$root/below" --root "$secret" | jq -r 'select(.id == 1) | .result.isError')" false
refuses "a root that does not exist" "--root $root/nosuch: No such file" mcp --root "$root/nosuch"
is "but not /" "$(cd / && "$SPELUNK" mcp 2>&1 </dev/null)" \
	"spelunk mcp: the current folder is /: give --root DIR, a folder with recordings"
refuses "a recording is no argument" "unexpected 'x.data'" mcp x.data

# An archive beside the recording is no way out either, although no request names it.
mkdir -p "$tap_dir/machine/share"
cp "$captures/work.elf" "$tap_dir/machine/share/work"
cp "$captures/vhe-work.data" "$root/"
SPELUNK_ROOT=$tap_dir/machine "$SPELUNK" archive -q -i "$root/vhe-work.data"
names()
{
	call 1 report '{"recording":"vhe-work.data","by":["symbol"],"limit":100}' | server | grep -c hot_load
}
is "an archive beside the recording is read" "$(names)" 1
mv "$root/vhe-work.data.archive" "$secret/archive"
ln -s "$secret/archive" "$root/vhe-work.data.archive"
call 1 report '{"recording":"vhe-work.data"}' | server >"$tap_dir/out"
is "but not through a link that leads out" "$(failure 1)" \
	"cannot open vhe-work.data.archive: it leads out of the folders of --root"

rm "$root/vhe-work.data.archive"

# Only the option lets it download.
server=$root/server/buildid/f2f4e6cca9d59328fc8691d61320a1ca58861add
mkdir -p "$server" "$tap_dir/home"
cp "$captures/work.elf" "$server/executable"
# downloaded OPTION...: whether a name came from the server
downloaded()
{
	call 1 report '{"recording":"vhe-work.data","by":["symbol"],"limit":100}' |
		HOME=$tap_dir/home DEBUGINFOD_URLS=file://$root/server server "$@" >"$tap_dir/out"
	grep -c hot_load "$tap_dir/out"
}
is "nothing is downloaded" "$(downloaded) $(ls -A "$tap_dir/home")" "0 "
if DEBUGINFOD_URLS=file:///nowhere "$SPELUNK" report --debuginfod -i "$captures/quick.data" 2>&1 | grep -q "libdebuginfod is not"; then
	echo "ok $((++tap_nr)) - but with --debuginfod # SKIP no libdebuginfod"
else
	is "but with --debuginfod" "$(downloaded --debuginfod)" 1
fi

#
# Names of the recording
#

hostile "$tap_dir"
cp "${hostile_options[2]}" "$root/hostile"
{
	call 1 open '{"recording":"hostile","vm_name":["154=\u001b[31m\u202e"]}'
	call 2 report '{"recording":"r1","by":["comm","symbol","object"],"limit":200}'
	call 3 kvm '{"recording":"r1"}'
	call 4 annotate '{"recording":"r1"}'
} | server >"$tap_dir/out"
is "hostile names: every answer" "$(jq -r 'select(.result.isError == false) | .id' "$tap_dir/out" | xargs)" "1 2 3 4"
jq -r '.result.content[0].text // empty' "$tap_dir/out" | LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae'
is "no control byte in them" $? 1
is "and the name is there, as data" "$(answer 3 '.kvm.vms | map(.name) | any(test("31m"))') $(answer 2 '.report.rows.rows | map(.[0]) | any(test("<b>"))')" "true true"

#
# Ends
#

mkfifo "$tap_dir/to"
"$BUILD/tests/tools/gen" -o "$root/large.data" --bytes 100M --cpus 1 2>/dev/null
"$SPELUNK" mcp --root "$root" <"$tap_dir/to" >"$tap_dir/out" 2>"$tap_dir/err" &
pid=$!
exec 9>"$tap_dir/to"
{ echo "$hello"; call 1 report '{"recording":"large.data"}'; call 2 doctor '{}'
	echo '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}'; } >&9
exec 9>&-
wait $pid
is "a request that is cancelled has no answer, and the next one has" "$? $(jq -c .id "$tap_dir/out" | xargs)" "0 0 2"
{ call 1 report '{"recording":"large.data"}'; echo '{"jsonrpc":"2.0","id":2,"method":"ping"}'; call 3 doctor '{}'; } |
	server >"$tap_dir/out"
is "a ping is answered while a request runs, once" "$(jq -c .id "$tap_dir/out" | xargs)" "0 2 1 3"
call 1 report '{"recording":"large.data"}' | server --timeout 1ms >"$tap_dir/out"
is "one that takes too long is ended" "$(failure 1 | cut -c -32)" "the command took longer than 0 s"
rm "$root/large.data"
yes '{"jsonrpc":"2.0","id":1,"method":"ping"}' | "$SPELUNK" mcp --root "$root" | head -n 1 >"$tap_dir/out"
is "it ends when nobody reads" "${PIPESTATUS[1]} $(cat "$tap_dir/out")" '0 {"jsonrpc":"2.0","id":1,"result":{}}'

if [[ $BUILD != *san* ]] && command -v valgrind >/dev/null; then
	{
		echo "$hello"
		cat "$tap_dir/in"
		call 1 open '{"recording":"quick.data"}'
		call 2 report '{"recording":"r1","limit":1}'
		for i in {1..40}; do call "$i" report '{"recording":7,"by":["symbol"]}'; echo '{"id":'; done
	} | head -n 120 | valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect --error-exitcode=99 \
		"$SPELUNK" mcp --root "$root" >"$tap_dir/out" 2>"$tap_dir/err"
	is "no request leaks memory" "$? $(grep -E 'lost|Invalid|uninitialised' "$tap_dir/err")" "0 "
fi

tap_end
