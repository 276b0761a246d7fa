#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What must never crash, hang or lie: cut files, closed pipes, bad arguments.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/demo/vhe-guest.data.xz tests/captures/vhe-work.data.xz
data=$BUILD/captures/vhe-work.data
guest=$BUILD/captures/vhe-guest.data

# crashed STATUS: by a signal, a sanitizer (which exits with 1 and says so), or never ended
crashed()
{
	[ "$1" -ge 124 ] || grep -qE 'AddressSanitizer|runtime error:|LeakSanitizer' "$tap_dir/err"
}

# survives NAME COMMAND...
survives()
{
	local name=$1 status
	shift
	timeout 60 "$@" >"$tap_dir/out" 2>"$tap_dir/err" </dev/null
	status=$?
	! crashed $status
	tap "$name" $? "exit status $status: $(tail -n 5 "$tap_dir/err")"
}

# Every prefix is a recording whose end was lost, or none at all.
bad=
size=$(stat -c %s "$data")
for cut in 0 1 7 8 15 16 103 104 105 200 300 391 712 800 900 $(seq 1000 $((size / 30)) "$size") \
	$((size - 1)); do
	head -c "$cut" "$data" >"$tap_dir/cut.data"
	timeout 60 "$SPELUNK" report -i "$tap_dir/cut.data" >"$tap_dir/out" 2>"$tap_dir/err"
	status=$?
	crashed $status && bad="$bad $cut"
	[ $status = 0 ] || [ -s "$tap_dir/err" ] || bad="$bad $cut(silent)"
done
is "every prefix of a recording is read or refused" "$bad" ""

# Single bytes changed in the headers and the sideband.
bad=
for at in $(seq 0 13 700) $(seq 712 997 40000); do
	cp "$data" "$tap_dir/flip.data"
	printf '\377' | dd of="$tap_dir/flip.data" bs=1 seek="$at" conv=notrunc 2>/dev/null
	timeout 60 "$SPELUNK" report -i "$tap_dir/flip.data" >"$tap_dir/out" 2>"$tap_dir/err"
	crashed $? && bad="$bad $at"
done
is "a byte changed anywhere does no harm" "$bad" ""

# What is not a recording is refused in one sentence.
head -c 100000 /dev/urandom >"$tap_dir/noise"
printf 'hello\n' >"$tap_dir/text"
: >"$tap_dir/empty"
for f in text empty missing; do
	timeout 60 "$SPELUNK" report -i "$tap_dir/$f" >"$tap_dir/out" 2>"$tap_dir/err"
	status=$?
	[ $status != 0 ] && ! crashed $status && [ "$(wc -l <"$tap_dir/err")" -le 3 ] &&
		[ -s "$tap_dir/err" ]
	tap "$f file: refused, and said why" $? "exit status $status: $(cat "$tap_dir/err")"
done
survives "noise is no crash" "$SPELUNK" report -i "$tap_dir/noise"

# A reader that goes away.
for command in "report -i $data --by symbol --format csv" "dump --records --format csv -i $data"; do
	# shellcheck disable=SC2086 # the words of a command
	timeout 60 "$SPELUNK" $command 2>"$tap_dir/err" | head -n 1 >/dev/null
	status=${PIPESTATUS[0]}
	[ "$status" = 0 ] || [ "$status" = 141 ] || [ "$status" = 1 ]
	tap "${command%% *}: a pipe closed by its reader" $? "exit status $status"
	grep -qE 'Sanitizer|runtime error' "$tap_dir/err"
	[ $? != 0 ]
	tap "${command%% *}: quietly" $? "$(cat "$tap_dir/err")"
done
# shellcheck disable=SC2016
timeout 60 sh -c '"$1" report -i "$2" >&-' sh "$SPELUNK" "$data" 2>"$tap_dir/err"
status=$?
[ $status != 0 ] && ! crashed $status
tap "closed standard output is an error, not a crash" $? "exit status $status"
cp "$data" "$tap_dir/self.data"
exits "a report is not written over its recording" 1 \
	"$SPELUNK" report -i "$tap_dir/self.data" -o "$tap_dir/./self.data"
cmp -s "$data" "$tap_dir/self.data"
tap "and the recording is whole" $?
if [ -w /dev/full ]; then
	"$SPELUNK" report -i "$data" >/dev/full 2>"$tap_dir/err"
	status=$?
	[ $status != 0 ] && [ -s "$tap_dir/err" ]
	tap "a full disk is told" $? "exit status $status: $(cat "$tap_dir/err")"
fi

# A pipe is as good as a file, where the recording is in pipe format.
gen=$BUILD/tests/tools/gen
if [ -x "$gen" ]; then
	"$gen" -o "$tap_dir/file" --records 20000 2>/dev/null
	"$gen" -o "$tap_dir/pipe" --records 20000 --pipe 2>/dev/null
	"$SPELUNK" report -i "$tap_dir/file" --by world,comm --format csv >"$tap_dir/a" 2>/dev/null
	"$SPELUNK" report -i - --by world,comm --format csv <"$tap_dir/pipe" >"$tap_dir/b" 2>/dev/null
	cmp -s "$tap_dir/a" "$tap_dir/b" && [ -s "$tap_dir/a" ]
	tap "from a pipe, the same rows" $? "$(diff "$tap_dir/a" "$tap_dir/b" | head -n 6)"
fi

# Arguments.
exits "no command" 2 "$SPELUNK"
exits "an unknown command" 2 "$SPELUNK" conquer
exits "an unknown option" 2 "$SPELUNK" report --conquer
exits "an unknown key" 2 "$SPELUNK" report -i "$data" --by nonsense
exits "an unknown format" 2 "$SPELUNK" report -i "$data" --format morse
exits "a filter that is none" 2 "$SPELUNK" report -i "$data" --filter 'pc ='
# A library that is not one stands for a library that is not there.
mkdir "$tap_dir/lib"
: >"$tap_dir/lib/libdebuginfod.so.1"
exits "--debuginfod without its library" 0 env LD_LIBRARY_PATH="$tap_dir/lib" DEBUGINFOD_URLS=file:///nowhere \
	"$SPELUNK" report --debuginfod -i "$data"
is "says so once, and what to do" "$(cat "$tap_dir/err")" \
	"spelunk report: --debuginfod: libdebuginfod is not installed: install the package libdebuginfod1 (Debian, Ubuntu) or elfutils-debuginfod-client (Amazon Linux, Fedora, RHEL)"
exits "without a server" 0 env -u DEBUGINFOD_URLS "$SPELUNK" report --debuginfod -i "$data"
is "too" "$(cat "$tap_dir/err")" "spelunk report: --debuginfod: no server is named: set DEBUGINFOD_URLS"
exits "help" 0 "$SPELUNK" --help
[ -s "$tap_dir/out" ]
tap "help goes to standard output" $?
exits "version" 0 "$SPELUNK" --version

# Nothing of a recording reaches a terminal raw: names with escapes in them.
python=$(command -v python3 || true)
if [ -n "$python" ]; then
	"$python" - "$guest" "$tap_dir/esc.data" <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
open(sys.argv[2], "wb").write(data.replace(b"vcpu0\0", b"\x1b[31m\0"))
PY
	"$SPELUNK" report -i "$tap_dir/esc.data" --by comm >"$tap_dir/out" 2>"$tap_dir/err"
	"$SPELUNK" report -i "$tap_dir/esc.data" >>"$tap_dir/out" 2>>"$tap_dir/err"
	! grep -q $'\033' "$tap_dir/out" "$tap_dir/err"
	tap "a name's escape sequence is printed escaped" $?
fi

tap_end
