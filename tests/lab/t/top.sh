#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Screens of `spelunk top` equal reports on the data recorded meanwhile.

. tests/tap.sh

dir=$tap_dir/share
mkdir "$dir"
cp "$BUILD/lab/arm/spelunk" "$BUILD"/lab/guest/{work,vmm,pty} "$dir/"
mkdir -p "$dir/terminfo/x"
cp "$(find /lib/terminfo /usr/share/terminfo /etc/terminfo -name xterm 2>/dev/null | head -n 1)" \
	"$dir/terminfo/x/"
exits "the machine runs top" 0 tests/lab/run --kernel 6.12 --timeout 500 --share "$dir" \
	--cpu "spe-log=$dir/truth,spe-reset=0x3b" -- sh -c '
	cd /tmp
	/share/vmm --name web --rounds 1000000 --inner 2000 --mmio --el0 >/dev/null 2>&1 &
	guest=$!
	/share/work hot_load=100000 >/dev/null 2>&1 &
	work=$!
	sleep 2
	# These loads leave CPU time for drawing the screen.
	renice 10 $(ls /proc/$guest/task) $work
	/share/spelunk top -a -d 2 -n 3 --period 8192 --keep kept --limit 60 --format csv \
		>/share/screens 2>/share/errors
	echo $? >/share/status
	kill $guest $work
	for f in kept/top.data kept/top.data.1 kept/top.data.2; do
		/share/spelunk report -q -i $f --no-progress --local-files --limit 60 \
			--kallsyms /proc/kallsyms --by world,vm,comm,symbol --format csv
	done >/share/reports
	cp kept/top.data* /share/
	/share/spelunk top -d 0.5 -n 1 --period 8192 -- /share/work hot_branch=20 >/share/text
	# On a terminal: hold, continue, change the interval, change the view, end.
	export TERM=xterm TERMINFO=/share/terminfo
	/share/work hot_load=100000 >/dev/null 2>&1 &
	work=$!
	renice 10 $work
	/share/pty /share/terminal hot_load z "paused: z" "$(printf "z\014")" \
		"shown again" "$(printf "]]\014")" "of 4 s from now on" "" \
		"$(printf "\033[2;1")" "" "$(printf "\033[2;1")" 3 \
		"No virtual machine" q -- \
		/share/spelunk top -a -d 1 --period 8192 --no-kvm --keep /tmp/kept2 \
			2>/share/pty.errors
	echo $? >/share/pty.status
	for f in kept2/top.data*; do
		/share/spelunk report -q -i $f --no-progress --local-files --format json |
			sed -n "s/.*\"\(first\|last\)_sample_ns\":\([0-9]*\),.*/\2/p"
	done >/share/spans
	# The recorder ends when the screens are killed.
	/share/pty /share/killed -- timeout -s TERM 30 /share/spelunk top -a -d 1 2>>/share/pty.errors
	echo $? >/share/killed.status
	sleep 1
	pidof spelunk >/share/running
	kill $work
	ls -A ~/.cache/spelunk >/share/left'
is "it ends well" "$(cat "$dir/status")" 0
is "without a word" "$(cat "$dir/errors")" ""
cmp "$dir/screens" "$dir/reports" >"$tap_dir/differ" 2>&1
tap "each screen is the report of its file" $? "$(cat "$tap_dir/differ")"
is "there are three" "$(grep -c '^world,' "$dir/screens")" 3
for who in 'host-user,,work,hot_load' 'guest-user,0,CPU 0/KVM,'; do
	is "all three have $who" "$(awk -v RS= 1 "$dir/screens" | grep -c "^$who")" 3
done
is "one screen for a person" "$(grep -c '^spelunk top  ' "$dir/text")" 1
grep -q hot_branch "$dir/text"
tap "with names" $?
span=$(sed -n 's/^spelunk top  .*, the last \([0-9.]*\) s.*/\1/p' "$dir/text")
holds "it says how long it recorded" "$span > 0"
is "on a terminal it is screens, with the rows of what runs now, until q" \
	"$(cat "$dir/pty.status" "$dir/pty.errors")" 0
# Two numbers each: ns of the first and of the last sample.
span=$(paste - - <"$dir/spans" | awk '{ s = ($2 - $1) / 1e9; if (s > most) most = s } END { print most }')
holds "] makes intervals longer while it records" "$span >= 3"
printf '\033[?1049l' >"$tap_dir/restored"
grep -qaF "$(cat "$tap_dir/restored")" "$dir/terminal"
tap "the terminal is as it was" $?
is "SIGTERM ends it" "$(cat "$dir/killed.status")" 143
is "nothing is left running" "$(cat "$dir/running")" ""
is "nothing is left behind" "$(cat "$dir/left")" ""
# The recordings follow one another; records between them are not written.
tests/lab/compare "$dir/truth" "$SPELUNK" "$dir"/top.data{,.1,.2} >"$dir/compared" 2>&1
sed 's/^/#/' "$dir/compared"
grep -q 'different 0' "$dir/compared" && grep -q 'owner wrong 0' "$dir/compared"
tap "every record is what the CPU wrote, and its owner whose it was" $? "$(cat "$dir/compared")"

tap_end
