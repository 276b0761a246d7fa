#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# terminals.sh: rows TERMINAL(name, entry) for static/terminal.c, of the terminfo that is
# installed here.  Debian has the first line's in ncurses-base, the others' in ncurses-term.

terminals="xterm xterm-256color xterm-color screen screen-256color tmux tmux-256color linux vt100 vt220 rxvt
	alacritty foot iterm2 konsole konsole-256color gnome gnome-256color
	putty putty-256color rxvt-unicode rxvt-unicode-256color screen.xterm-256color st st-256color
	vte vte-256color xterm-direct xterm-ghostty xterm-kitty xterm-16color wezterm contour"

for name in $terminals; do
	# An older ncurses does not have the newest.
	entry=$(infocmp -0 -x -q -Q2 "$name" 2>/dev/null) || continue
	echo "TERMINAL(\"$name\", \"$entry\")"
done
