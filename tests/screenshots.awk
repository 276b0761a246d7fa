# SPDX-License-Identifier: GPL-2.0-only
#
# What `tmux capture-pane -e` prints, as a page: awk -v ground=dark|light -v width= -v height=

function hex(n)
{
	return sprintf("%02x", n)
}

# A colour of 256: xterm's.
function color(n,    i, level)
{
	if (n < 16)
		return base[n]
	if (n >= 232)
		return "#" hex(8 + 10 * (n - 232)) hex(8 + 10 * (n - 232)) hex(8 + 10 * (n - 232))
	n -= 16
	for (i = 2; i >= 0; i--) {
		level[i] = n % 6 ? 55 + 40 * (n % 6) : 0
		n = int(n / 6)
	}
	return "#" hex(level[0]) hex(level[1]) hex(level[2])
}

function reset()
{
	front = back = ""
	bold = dim = reverse = underline = 0
}

function sgr(list,    a, n, i)
{
	n = split(list == "" ? "0" : list, a, ";")
	for (i = 1; i <= n; i++) {
		if (a[i] == 0) reset()
		else if (a[i] == 1) bold = 1
		else if (a[i] == 2) dim = 1
		else if (a[i] == 4) underline = 1
		else if (a[i] == 7) reverse = 1
		else if (a[i] == 22) bold = dim = 0
		else if (a[i] == 24) underline = 0
		else if (a[i] == 27) reverse = 0
		else if (a[i] == 39) front = ""
		else if (a[i] == 49) back = ""
		else if (a[i] >= 30 && a[i] <= 37) front = color(a[i] - 30)
		else if (a[i] >= 40 && a[i] <= 47) back = color(a[i] - 40)
		else if (a[i] >= 90 && a[i] <= 97) front = color(a[i] - 82)
		else if (a[i] >= 100 && a[i] <= 107) back = color(a[i] - 92)
		else if ((a[i] == 38 || a[i] == 48) && a[i + 1] == 5) {
			if (a[i] == 38) front = color(a[i + 2])
			else back = color(a[i + 2])
			i += 2
		} else if ((a[i] == 38 || a[i] == 48) && a[i + 1] == 2) {
			text = "#" hex(a[i + 2]) hex(a[i + 3]) hex(a[i + 4])
			if (a[i] == 38) front = text
			else back = text
			i += 4
		}
	}
}

function put(text,    f, b, style)
{
	if (text == "")
		return
	f = front == "" ? paper_front : front
	b = back == "" ? paper_back : back
	if (reverse) {
		style = f
		f = b
		b = style
	}
	style = "color:" f
	if (b != paper_back)
		style = style ";background:" b
	if (bold)
		style = style ";font-weight:bold"
	if (dim)
		style = style ";opacity:.6"
	if (underline)
		style = style ";text-decoration:underline"
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	printf "<span style=\"%s\">%s</span>", style, text
}

BEGIN {
	split("#1e1e1e #cd3131 #0dbc79 #e5e510 #2472c8 #bc3fbc #11a8cd #e5e5e5 " \
	      "#666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #ffffff", list, " ")
	for (i = 1; i <= 16; i++)
		base[i - 1] = list[i]
	paper_front = ground == "light" ? "#24292f" : "#d4d4d4"
	paper_back = ground == "light" ? "#ffffff" : "#16181d"
	printf "<!doctype html><meta charset=utf-8><style>body{margin:0;background:%s}" \
	       "pre{margin:12px;font:14px/17px 'DejaVu Sans Mono';color:%s}</style><pre>", \
	       paper_back, paper_front
	reset()
}

{
	line = $0
	while (match(line, /\033\[[0-9;]*m/)) {
		put(substr(line, 1, RSTART - 1))
		sgr(substr(line, RSTART + 2, RLENGTH - 3))
		line = substr(line, RSTART + RLENGTH)
	}
	put(line)
	print ""
}

END { print "</pre>" }
