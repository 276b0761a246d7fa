#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What commands print to a terminal: colours, bars and the pager, and to anything else: none.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
command -v python3 >/dev/null || skip_all "no python3"
unpack tests/demo/{vhe-guest.data,guest.elf}.xz
data=$BUILD/captures/vhe-guest.data
export LC_ALL=C.UTF-8 TERM=xterm-256color HOME=$tap_dir
unset DEBUGINFOD_URLS NO_COLOR COLORTERM COLORFGBG PAGER SPELUNK_PAGER LESS LV TERMINFO COLUMNS LINES
esc=$(printf '\033')

# on SIZE COMMAND...: as on a terminal; its output is in out
on() { python3 tests/on-terminal.py "$@" >"$tap_dir/out" 2>"$tap_dir/err"; }
colored() { grep -q "$esc\[" "$tap_dir/out"; }
summary=("$SPELUNK" report --summary -i "$data")

# Where there are colours, and how many.
on 100x200 "${summary[@]}"
is "a terminal of 256 colours: exit status" $? 0
grep -q "$esc\[38;5;32mhost-kernel$esc\[0m 32 %" "$tap_dir/out"
tap "a world in the colour it has on screens" $? "$(cat -v "$tap_dir/out")"
COLORFGBG='0;15' on 100x200 "${summary[@]}"
grep -q "$esc\[38;5;25mhost-kernel$esc\[0m 32 %" "$tap_dir/out"
tap "on a light ground, likewise" $? "$(cat -v "$tap_dir/out")"
COLORTERM=truecolor on 100x200 "${summary[@]}"
grep -q "$esc\[38;2;0;128;200mhost-kernel$esc\[0m 32 %" "$tap_dir/out"
tap "a terminal of 24 bits" $? "$(cat -v "$tap_dir/out")"
TERM=linux on 100x200 "${summary[@]}"
grep -q "$esc\[34mhost-kernel$esc\[0m 32 %" "$tap_dir/out"
tap "a terminal of 16 colours" $? "$(cat -v "$tap_dir/out")"
for none in NO_COLOR=1 TERM=dumb TERM= TERM=vt100; do
	on 100x200 env $none "${summary[@]}"
	! colored && grep -q 'host-kernel 32 %' "$tap_dir/out"
	tap "$none: no colour" $?
done
on 100x200 env NO_COLOR= "${summary[@]}"
colored
tap "an empty NO_COLOR is none" $?
on 100x200 env -u TERM "${summary[@]}"
! colored
tap "no TERM: no colour" $?
on 100x200 env TERMINFO=/nowhere TERMINFO_DIRS=/nowhere "${summary[@]}"
colored
tap "no terminfo: colours all the same" $?
on 100x200 "${summary[@]}" --color never
! colored
tap "--color never" $?
NO_COLOR=1 "${summary[@]}" --color always >"$tap_dir/out"
colored
tap "--color always: in a pipe, too, and whatever NO_COLOR says" $?
"${summary[@]}" >"$tap_dir/out"
"${summary[@]}" -o "$tap_dir/file"
! colored && cmp -s "$tap_dir/out" "$tap_dir/file"
tap "a pipe and a file: none, and the same" $?

# Bars.
on 120x200 "$SPELUNK" report -i "$data" --color never
grep -qE '^  host-user +3,931 +16\.3% ███▎ ' "$tap_dir/out"
tap "a share has a bar: 16.3 % of 20 columns are 3 and two eighths" $? "$(grep host-user "$tap_dir/out")"
on 120x200 env LC_ALL=C "$SPELUNK" report -i "$data" --color never
grep -qE '^  host-user +3,931 +16\.3% #### ' "$tap_dir/out"
tap "in ASCII where the locale has no UTF-8" $? "$(grep host-user "$tap_dir/out")"
"$SPELUNK" report -i "$data" >"$tap_dir/out"
! grep -q '█' "$tap_dir/out"
tap "none in a pipe" $?
# vm 1 of 88.3 ms: 31.9 % guest, 3.1 % exits, 62.0 % stolen, of 88 columns
on 120x400 env LC_ALL=C "$SPELUNK" kvm -i "$data" --color never
is "the ledger of a vCPU as a stack" "$(grep -A 1 '^ *0 *158 ' "$tap_dir/out" | tail -n 1 | tr -d ' ' |
	sed 's/\(.\)\1*/&\n/g' | awk 'NF { print length($0) substr($0, 1, 1) }' | paste -sd' ')" "28G 3E 54X 1x"

# The pager.
export SPELUNK_PAGER="cat >$tap_dir/paged; echo paged"
on 100x30 "$SPELUNK" report -i "$data"
is "longer than the terminal: the pager has it" "$? $(cat "$tap_dir/out")" "0 paged"
head -n 1 "$tap_dir/paged" | grep -q "$esc\[1mspelunk report$esc\[0m"
tap "with its colours, from the first line on" $? "$(head -n 1 "$tap_dir/paged" | cat -v)"
on 300x30 "$SPELUNK" report -i "$data" --no-pager
lines=$(wc -l <"$tap_dir/out")
on "300x$((lines + 1))" "$SPELUNK" report -i "$data"
is "as many lines as fit, and one to type on: no pager" "$(wc -l <"$tap_dir/out")" "$lines"
on "300x$lines" "$SPELUNK" report -i "$data"
is "one line less: a pager" "$(cat "$tap_dir/out")" paged
on 100x30 "$SPELUNK" report -i "$data"
on 100x30 "$SPELUNK" report -i "$data" --no-pager
cmp -s "$tap_dir/out" "$tap_dir/paged"
tap "--no-pager: the same, on the terminal" $?
on 100x30 env TERM=dumb "$SPELUNK" report -i "$data"
[ "$(wc -l <"$tap_dir/out")" -gt 30 ]
tap "TERM=dumb: no pager" $?
for none in SPELUNK_PAGER= SPELUNK_PAGER=cat SPELUNK_PAGER=no-such-pager; do
	on 100x30 env "$none" "$SPELUNK" report -i "$data"
	cmp -s "$tap_dir/out" "$tap_dir/paged"
	tap "$none: none" $?
done
on 100x30 env -u SPELUNK_PAGER PAGER="$SPELUNK_PAGER" "$SPELUNK" report -i "$data"
is "PAGER, where SPELUNK_PAGER is not set" "$(cat "$tap_dir/out")" paged
# shellcheck disable=SC2016
on 100x30 env SPELUNK_PAGER='cat >/dev/null; echo $LESS,$LV' "$SPELUNK" report -i "$data"
is "what less and lv are set to" "$(cat "$tap_dir/out")" "FRX,-c"
# shellcheck disable=SC2016
on 100x30 env LESS=M SPELUNK_PAGER='cat >/dev/null; echo $LESS' "$SPELUNK" report -i "$data"
is "less passes colours on, whatever else is wanted of it" "$(cat "$tap_dir/out")" "-R M"
for command in "kvm -i $data" "sharing -i $data" "annotate guest_chase --guest $BUILD/captures/guest.elf -i $data" \
	"diff $data $data" "dump -i $data" "dump --samples -i $data" "report --by symbol -i $data" \
	"report --format csv -i $data" doctor "help keys" "report --help"; do
	rm -f "$tap_dir/paged"
	# shellcheck disable=SC2086 # words
	on 100x5 "$SPELUNK" $command
	status=$?
	# shellcheck disable=SC2086
	"$SPELUNK" $command >/dev/null 2>&1
	want=$?
	is "$command: paged, and its exit status" "$status $(tail -n 1 "$tap_dir/out")" "$want paged"
done

# A pager that is left early.
export SPELUNK_PAGER='head -n 2 >/dev/null'
on 100x30 "$SPELUNK" dump --records -i "$data"
is "left early: no error" "$? $(cat "$tap_dir/out")" "0 "
on 100x10 "$SPELUNK" diff "$data" "$data" --fail-above 5%
status=$?
"$SPELUNK" diff "$data" "$data" --fail-above 5% >/dev/null 2>&1
is "and the exit status is the command's: 4, too small to tell" "$status $?" "4 4"
if command -v less >/dev/null; then
	unset SPELUNK_PAGER
	KEYS=q on 100x30 "$SPELUNK" dump -i "$data"
	is "less, left by q" "$?" 0
	tail -c 200 "$tap_dir/out" | grep -q "error\|cannot"
	[ $? != 0 ]
	tap "quietly" $? "$(tail -c 200 "$tap_dir/out" | cat -v)"
fi

# Nothing of a recording reaches the terminal but as text, with our own colours around it.
python3 - "$data" "$tap_dir/esc.data" <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
open(sys.argv[2], "wb").write(data.replace(b"CPU 0/KVM\0", b"\x1b[31mX\x9b1\0"))
PY
for command in "report" "report --by comm" "kvm" "sharing" "diff $tap_dir/esc.data" \
	"dump --samples" "dump -F comm,symbol,events" "report --by comm --format csv" "report --format json" "annotate"; do
	# shellcheck disable=SC2086
	case $command in
	diff*) "$SPELUNK" $command "$tap_dir/esc.data" --color always ;;
	*) "$SPELUNK" $command -i "$tap_dir/esc.data" --color always ;;
	esac >"$tap_dir/out" 2>"$tap_dir/err"
	! cat "$tap_dir/out" "$tap_dir/err" | sed "s/$esc\[[0-9;]*m//g" | LC_ALL=C grep -q "[$esc"$'\x9b]' &&
		! grep -q "$esc\[31mX" "$tap_dir/out"
	tap "${command%% /*} --color always: no escape sequence but ours" $?
done

# No command at all: the recording that is here, or what to type.
top=$PWD
mkdir "$tap_dir/here"
alone() { (cd "$tap_dir/here" && python3 "$top/tests/on-terminal.py" 80x24 "$SPELUNK" >"$tap_dir/out"); }
alone
is "spelunk without a perf.data: exit status" $? 2
grep -q '^usage: spelunk COMMAND' "$tap_dir/out" && tail -n 2 "$tap_dir/out" | tr '\n' ' ' |
	grep -q 'spelunk record -a --duration 10. makes a recording, and .spelunk report. reads it'
tap "it says what to type" $? "$(cat "$tap_dir/out")"
cp "$data" "$tap_dir/here/perf.data"
KEYS=q alone
is "spelunk beside a perf.data: exit status" $? 0
grep -q '1 Overview.*perf.data' "$tap_dir/out"
tap "it shows the recording on screens" $? "$(cat -v "$tap_dir/out")"
is "where there is no terminal it does not" \
	"$(cd "$tap_dir/here" && "$SPELUNK" 2>&1 | head -n 1)" \
	"spelunk: profiles Arm servers and their KVM guests with SPE"
: >"$tap_dir/here/perf.data"
alone
is "spelunk beside an empty one: exit status" $? 1
is "it says why not" "$(cat "$tap_dir/out")" "spelunk tui: perf.data: it is empty; record again"

tap_end
