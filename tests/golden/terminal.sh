#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The screens on a real terminal, tmux's: every view, sizes, and every way to end; the terminal is
# restored each time.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
command -v tmux >/dev/null || skip_all "no tmux"
unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf,guest.c}.xz
# A path without spaces, wherever the tree is.
ln -s "$SPELUNK" "$tap_dir/spelunk"
ln -s "$(realpath "$BUILD/captures")" "$tap_dir/captures"
SPELUNK=$tap_dir/spelunk
data=$tap_dir/captures/vhe-guest.data
kallsyms=$tap_dir/captures/kallsyms-6.12
export HOME=$tap_dir LC_ALL=C.UTF-8 ASAN_OPTIONS=$ASAN_OPTIONS:handle_segv=0:handle_abort=0
unset DEBUGINFOD_URLS TMUX NO_COLOR COLORFGBG
tm() { tmux -S "$tap_dir/tmux" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$tap_dir"' EXIT

# A shell that prints when a command begins, on an empty screen, when it has ended, and the state of
# the terminal then. A terminal that answers a question has displayed everything written before.
cat >"$tap_dir/shell" <<END
set -m
unset HISTFILE
PS1='ready> '
bind 'set enable-bracketed-paste off'
mode() { stty -a | sed 's/rows.*line/line/'; }
tell() { tmux -S "$tap_dir/tmux" wait-for -S "\$1"; }
all_shown()
{
	local mode answer
	mode=\$(stty -g)
	stty -icanon -echo
	printf '\e[6n'
	read -rd R answer
	stty "\$mode"
}
run()
{
	rm -f "$tap_dir/status"
	clear
	all_shown
	tell begun
	(trap : INT; "\$@" 2>"$tap_dir/said"; echo \$? >"$tap_dir/status")
	mode >"$tap_dir/after"
	all_shown
	tell ended
}
mode >"$tap_dir/before"
END
tm new-session -d -x 100 -y 30 bash --noprofile --rcfile "$tap_dir/shell" -i || skip_all "tmux does not start"

# The bytes that programs write to the terminal: only these show whether bracketed paste is on.
tm pipe-pane "cat >'$tap_dir/bytes'"
pastes_marked() { grep -ao '?2004[hl]' "$tap_dir/bytes" | tail -n 1; }
until_pastes_unmarked()
{
	local end=$((SECONDS + 300))
	while [ "$(pastes_marked)" != "?2004l" ]; do
		[ $SECONDS -lt $end ] || return 1
	done
}

# Wait until TEXT is on the screen, or no longer; not so after 5 minutes: false.  Only a TEXT
# that was not there before says that a key was heard.
shown() { tm capture-pane -p | grep -qF -- "$1"; }
until_shown()
{
	local end=$((SECONDS + 300))
	until shown "$1"; do
		[ $SECONDS -lt $end ] || return 1
	done
}

until_gone()
{
	local end=$((SECONDS + 300))
	while shown "$1"; do
		[ $SECONDS -lt $end ] || return 1
	done
}

told() { timeout 300 tmux -S "$tap_dir/tmux" wait-for "$1"; }

# start COMMAND: clears earlier output from the screen
start()
{
	tm send-keys "run $*" Enter
	told begun
}

# begin COMMAND: wait for its first view, to the last line
begin()
{
	start "$@"
	until_shown "[1 Overview]" && until_shown "? help"
}

pid() { pgrep -s "$(tm display-message -p '#{pane_pid}')" -x spelunk; }

# ended NAME STATUS: the program ends with STATUS and restores the terminal
ended()
{
	told ended
	is "$1: exit status" "$(cat "$tap_dir/status")" "$2"
	is "$1: the terminal's mode is as before" "$(cat "$tap_dir/after")" "$(cat "$tap_dir/before")"
	is "$1: the cursor is seen, and the other screen gone" \
		"$(tm display-message -p '#{cursor_flag} #{alternate_on} #{keypad_cursor_flag}')" "1 0 0"
	is "$1: the mouse is the terminal's" "$(tm display-message -p '#{mouse_any_flag}')" 0
	until_pastes_unmarked
	tap "$1: pasted text is not marked any more" $?
}

until_shown "ready>"
tap "a shell" $?
begin "$SPELUNK" "$data" --kallsyms "$kallsyms"
tap "it starts, by the name of a recording alone" $? "$(tm capture-pane -p; cat "$tap_dir/said")"
n=1
for view in Overview Hot VMs Memory Data Branches Records Quality Time Code; do
	tm send-keys $n
	until_shown "[$n $view]"
	tap "view $n" $?
	n=$(((n + 1) % 10))
done
tm send-keys 2
until_shown "v cost"		# without rows there is nothing to zoom into
tm send-keys Down Down Enter
until_shown "address"
tap "arrows and Enter" $?
tm send-keys BSpace
tm send-keys / s r c u
until_shown "search: srcu"
tap "typing" $?
tm send-keys Escape
until_shown "? help"
tap "Escape alone" $?

tm send-keys D "$data" Enter
until_shown "[D Changes]"
tap "what changed from another recording" $?
until_shown "no significant change"
tap "nothing, from itself" $? "$(tm capture-pane -p)"
tm send-keys BSpace
until_shown "[2 Hot]"
tap "Backspace leaves it" $?
tm send-keys 7
until_shown "[7 Records]"
until_shown "time, ms cpu world"
tm send-keys Enter
until_shown "# stream 0 cpu 0 record at offset 0x0"
tap "a record's packets" $? "$(tm capture-pane -p)"
tm send-keys x 2
until_shown "v cost"

# Alt with a key is not a key of ours: it neither ends input nor runs a command.
tm send-keys f M-q M-2 z
until_shown "filter: z_"
tap "Alt and a letter goes nowhere" $? "$(tm capture-pane -p)"
tm send-keys Escape
until_gone "filter: z_"
tm send-keys C-p q u a l i t Enter
until_shown "[8 Quality]"
tap "a command by its words" $? "$(tm capture-pane -p)"
tm send-keys 2
until_shown "v cost"

# Pasted text is text: tmux marks it if the program requests that.  Since tmux 3.7 only -S leaves its
# control characters alone.
case $(tm list-commands paste-buffer) in
*"[-"*S*"] [-s"*) paste=(tm paste-buffer -S -p) ;;
*) paste=(tm paste-buffer -p) ;;
esac
tm set-buffer -b command $'q\n1\n'
"${paste[@]}" -b command
until_shown "pasted text is ignored here"
tap "a paste is no command" $? "$(tm capture-pane -p)"
tm send-keys f
until_shown "filter: _"
tm set-buffer -b text $'op=load &&\n\eOAvm=0\n'
"${paste[@]}" -b text
until_shown "filter: op=load && vm=0_"
tap "in a prompt it is text, and a newline a blank" $? "$(tm capture-pane -p)"
tm set-buffer -b text "$(printf 'y%.0s' {1..3000})"
"${paste[@]}" -b text
until_shown "does not fit"
tap "more than a prompt holds" $? "$(tm capture-pane -p)"
tm send-keys Escape
until_gone "filter: "

is "the mouse is ours" "$(tm display-message -p '#{mouse_any_flag}')" 1
tm send-keys 1
until_shown "[1 Overview]"
# The button goes down and up in column 15 of line 1, and both are read at once.
tm send-keys -l $'\e[M /!\e[M#/!'
until_shown "[2 Hot]"
tap "a click on a view's name" $?
until_shown "v cost"
tm send-keys -l $'\e[Ma.*\e[Ma.*'	# the wheel, two steps down
until_shown " 7/77"
tap "steps of the wheel that come together are all counted" $?
# Copied text is in the buffer of tmux, which is the terminal here.
tm set-option -s set-clipboard on
tm send-keys 2 y
until_shown "OSC 52"
is "y copies the command line" "$(tm show-buffer 2>&1)" \
	"spelunk report --by world,vm,symbol,object --sort cost -i $data --kallsyms $kallsyms"
tm send-keys F2
until_shown "|>Enter"
tap "F2 is the menu" $?
tm send-keys Escape
until_gone "|>Enter"
tm send-keys 8 F1
until_shown "go one row up"
tap "F1 is help" $?
tm send-keys Escape
until_gone "go one row up"
tm send-keys -l $'\e[M\".*\e[M#.*'	# the right button
until_shown "|>Enter"
tap "the right button is the menu" $?
tm send-keys Escape
until_gone "|>Enter"
tm send-keys M
until_shown "the terminal handles the mouse: select text; M ends that"
is "M gives it back" "$(tm display-message -p '#{mouse_any_flag}')" 0
tm send-keys M

# A source line in an editor, which owns the terminal meanwhile.
tm send-keys 1 q
ended "q before the editor" 0
cat >"$tap_dir/editor" <<-'END'
	#!/bin/bash
	printf '%s\n' "$@" >"$HOME/edited"
	stty -a | sed 's/rows.*line/line/' >"$HOME/mode"
	echo "editing now"
	read -r line
	trap 'exit 3' INT
	[ "$line" != wait ] || { echo "waiting now" && read -r line; }
	clear	# who comes after it finds no word of it
END
chmod +x "$tap_dir/editor"
mkdir -p "$tap_dir/symfs/tests/lab/guest"
cp "$BUILD/captures/guest.c" "$tap_dir/symfs/tests/lab/guest/"
begin env EDITOR="'$tap_dir/editor -x'" "$SPELUNK" tui "$data" --guest "$tap_dir/captures/guest.elf" \
	--symfs "$tap_dir/symfs"
tm send-keys e
until_shown "only in Code"
tap "e is for code" $?
tm send-keys 2
until_shown "guest_hot_branch"
tm send-keys / guest_hot_branch Enter a
until_shown "[0 Code]"
until_shown "guest.c:"
tm send-keys H e
until_shown "editing now"
tap "e: the editor has the terminal" $? "$(tm capture-pane -p)"
is "its words, the line and the file are its arguments" \
	"$(sed 's/^+[0-9]*$/+N/' "$tap_dir/edited" | paste -sd' ')" \
	"-x +N $tap_dir/symfs/tests/lab/guest/guest.c"
is "the line is of the function" "$(sed -n "$(sed -n 's/^+//p' "$tap_dir/edited")p" \
	"$BUILD/captures/guest.c" | grep -c .)" 1
is "the terminal's mode is the editor's" "$(cat "$tap_dir/mode")" "$(cat "$tap_dir/before")"
tm send-keys go Enter
until_shown "[0 Code]"
tap "and the screens are back" $?
tm send-keys e
until_shown "editing now"
tm send-keys C-z
until_shown "ready>"
tap "Ctrl-Z in the editor gives the shell back" $?
told ended
tm send-keys "clear; fg >/dev/null" Enter
until_gone "ready>"		# the shell's line editor would read Enter as another byte
tm send-keys wait Enter
until_shown "waiting now"
tm send-keys C-c
until_shown "ended with status 3"
tap "Ctrl-C there is the editor's" $? "$(tm capture-pane -p)"
tm send-keys q
until_shown "ready>"
start true
ended "q after the editor" 0
begin env VISUAL=no-such-editor "$SPELUNK" tui "$data" --guest "$tap_dir/captures/guest.elf" \
	--symfs "$tap_dir/symfs"
tm send-keys 0
until_shown "guest.c:"
tm send-keys / guest.c: Enter e
until_shown "set EDITOR to an installed one"
tap "no such editor" $? "$(tm capture-pane -p)"
tm send-keys q
ended "no such editor" 0
begin "$SPELUNK" "$data" --kallsyms "$kallsyms"

for size in 40x8 200x50 20x5 80x24 100x30; do
	tm resize-window -x ${size%x*} -y ${size#*x}
done
tm send-keys 1
until_shown "[1 Overview]"
tap "a storm of sizes" $?
tm resize-window -x 130 -y 80
until_shown "records     24,185 decoded"
tap "a larger screen shows more" $?
is "nothing is on standard error" "$(cat "$tap_dir/said")" ""

tm send-keys C-z
until_shown "ready>"
tap "Ctrl-Z gives the shell back" $?
until_pastes_unmarked
tap "where pasted text is not marked" $?
told ended	# bash ends run() there and then
is "stopped: the cursor is seen, and the other screen gone" \
	"$(tm display-message -p '#{cursor_flag} #{alternate_on} #{mouse_any_flag}')" "1 0 0"
tm send-keys "clear; fg >/dev/null" Enter
until_shown "[1 Overview]"
tap "fg goes on" $?
tm send-keys 2
until_shown "v cost"
"${paste[@]}" -b command
until_shown "pasted text is ignored here"
tap "and pasted text is none of the keys" $?
tm send-keys q
until_shown "ready>"
start true
ended "q after that" 0

begin "$SPELUNK" tui -i "$data"
tm send-keys q
ended "q" 0
begin "$SPELUNK" tui "$data"
tm send-keys C-c
ended "Ctrl-C" 130
for signal in TERM HUP QUIT; do
	begin "$SPELUNK" tui "$data"
	kill -$signal "$(pid)"
	ended "kill -$signal" $((128 + $(kill -l $signal)))
done
ulimit -c 0
for signal in SEGV ABRT; do
	begin "$SPELUNK" tui "$data"
	kill -$signal "$(pid)"
	ended "a crash, SIG$signal" $((128 + $(kill -l $signal)))
done

begin env NO_COLOR=1 "$SPELUNK" tui "$data"
is "NO_COLOR: no colour" "$(tm capture-pane -p -e | grep -cE $'\033\\[[0-9;]*[34]8;')" 0
tm send-keys q
ended "NO_COLOR" 0
begin "$SPELUNK" tui "$data"
holds "there are colours otherwise" \
	"$(tm capture-pane -p -e | grep -cE $'\033\\[[0-9;]*([34]8;|3[1-7])') > 0"
tm send-keys q
ended "with colours" 0
begin env LC_ALL=C "$SPELUNK" tui "$data"
is "no UTF-8: ASCII alone" "$(tm capture-pane -p | LC_ALL=C grep -c '[^ -~]')" 0
tm send-keys q
ended "without UTF-8" 0

begin env TERM=vt100 "$SPELUNK" tui "$data"
is "TERM=vt100: no colour" "$(tm capture-pane -p -e | grep -cE $'\033\\[[0-9;]*([34]8;|3[1-7])')" 0
tm send-keys q
ended "TERM=vt100" 0
begin env TERM=screen-256color COLORFGBG="0\;15" "$SPELUNK" tui "$data"
holds "a light ground: its own colours" "$(tm capture-pane -p -e | grep -cE $'\033\\[[0-9;]*48;5;254') > 0"
tm send-keys q
ended "a light ground" 0

# Choices are saved; other settings and unknown lines stay.
settings=$tap_dir/.config/spelunk/screens
is "nothing was chosen, and nothing is written" "$(ls "$settings" 2>&1 | grep -c 'No such')" 1
begin "$SPELUNK" tui "$data" --sort total_mean
tm send-keys 2 C C-u samples,issue_p99 Enter M
until_shown "the terminal handles the mouse: select text; M ends that"
tm send-keys q
ended "columns and the mouse were chosen" 0
is "both are remembered, and no more" "$(cat "$settings")" "hot columns samples,issue_p99
mouse off"
is "by nobody else" "$(stat -c %a "$settings")" 600
printf 'of another version, and long\nhot sort issue_p99 ascending\nhot columns samples,none\nx\n' >>"$settings"
begin "$SPELUNK" tui "$data"
tm send-keys 2
until_shown "^ p99"
tap "columns and the order are as they were" $? "$(tm capture-pane -p)"
is "the mouse is the terminal's" "$(tm display-message -p '#{mouse_any_flag}')" 0
tm send-keys i
until_shown "v p99"
tm send-keys T
until_shown "+ host-user"
tm send-keys q
ended "another order was chosen" 0
is "a line is replaced, the others stay" "$(cat "$settings")" "hot columns samples,issue_p99
mouse off
of another version, and long
hot columns samples,none
x
hot sort issue_p99
tree on"
begin "$SPELUNK" tui "$data" --columns share,xlat_mean --sort share
tm send-keys 2
until_shown "xlat"
tap "the command line goes before" $?
tm send-keys q
ended "the command line" 0
head -c 70000 /dev/urandom >"$settings"
begin "$SPELUNK" tui "$data"
tm send-keys q
ended "settings that are none" 0
rm -r "$tap_dir/.config"
: >"$tap_dir/.config"
begin "$SPELUNK" tui "$data"
tm send-keys M
until_shown "the terminal handles the mouse: select text; M ends that"
tm send-keys q
ended "no place for settings" 0
grep -q "cannot write the settings to .*/.config/spelunk/screens" "$tap_dir/said"
tap "is told" $? "$(cat "$tap_dir/said")"

for term in dumb "" no-such-terminal; do
	start env "TERM=$term" "$SPELUNK" tui "$data"
	ended "TERM='$term'" $([ "$term" = no-such-terminal ] && echo 1 || echo 2)
	grep -q "spelunk report" "$tap_dir/said"
	tap "TERM='$term': says what to do" $? "$(cat "$tap_dir/said")"
done
# Without SPE, live screens do not start; the lab tests them.
if [ "$(uname -m)" = x86_64 ]; then
	start env XDG_CACHE_HOME="$tap_dir/cache" "$SPELUNK" top -a
	ended "top without SPE" 1
	grep -q "has no SPE" "$tap_dir/said"
	tap "is told, too" $? "$(cat "$tap_dir/said")"
	is "and leaves nothing" "$(ls -A "$tap_dir/cache/spelunk")" ""
fi
start "$SPELUNK" "$data" "$data"
until_shown "[D Changes]"
tap "two recordings: it begins with what changed" $? "$(tm capture-pane -p; cat "$tap_dir/said")"
tm send-keys q
ended "two recordings" 0
start "$SPELUNK" tui "$tap_dir/none" "$data"
ended "one of two that is not there" 1
grep -q "$tap_dir/none: No such file" "$tap_dir/said"
tap "it is named" $? "$(cat "$tap_dir/said")"
exits "three recordings" 2 "$SPELUNK" tui "$data" "$data" "$data"
exits "no terminal" 2 "$SPELUNK" tui "$data"
exits "the recording from standard input" 2 "$SPELUNK" tui -
exits "an option that is report's" 2 "$SPELUNK" tui --format csv "$data"

tap_end
