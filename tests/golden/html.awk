# SPDX-License-Identifier: GPL-2.0-only
#
# Reads an HTML page of spelunk.  Each fault is a line "fault: ..."; then, of each row of a table
# with values, a line: section, table, heading, what the row is marked with (world, thread or
# reason), and name=value of its cells, with tabs between them.  Another reader than the program's writer: it knows HTML, and no section.

BEGIN {
	RS = "<"
	void = " meta link br hr img input "
	# Elements that a page may have, and attributes of them.
	may = " html head meta title style body nav div a button main header p h1 h2 h3 h4 b span section ol ul" \
		" li code small i svg rect text path g table thead tbody tr th td details summary em dl dt dd pre" \
		" input footer script "
	attributes = " lang charset http-equiv content name class id href title type hidden aria-label" \
		" open aria-sort role width height viewBox preserveAspectRatio x y d scope colspan placeholder "
}

function fault(what) { print "fault: " what " near tag " NR }

# The value of an attribute; "" if it is not there.
function value(tag, name,    at)
{
	at = index(tag, " " name "=\"")
	if (!at)
		return ""
	tag = substr(tag, at + length(name) + 3)
	return substr(tag, 1, index(tag, "\"") - 1)
}

function check_attributes(tag, name,    rest, a)
{
	rest = tag
	sub(/^[^ ]+/, "", rest)
	sub(/\/$/, "", rest)
	while (match(rest, /^ +[a-zA-Z-]+(="[^"<>]*")?/)) {
		a = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		gsub(/^ +|=.*/, "", a)
		if (a !~ /^data-/ && !index(attributes, " " a " "))
			fault("attribute " a " of " name)
	}
	if (rest != "")
		fault("no attribute: " rest)
}

# A & that is not one of the five.
function check_text(text)
{
	gsub(/&(amp|lt|gt|quot|#39|middot|rarr|emsp|ensp);/, "", text)
	if (text ~ /&/)
		fault("& in " text)
	if (text ~ /[\001-\010\013-\037\177]/)
		fault("control byte in text")
}

NR == 1 { next }
{
	end = index($0, ">")
	tag = substr($0, 1, end - 1)
	text = substr($0, end + 1)
	name = tag
	sub(/[ \/\n].*/, "", name)
}
raw != "" {
	if (tag != "/" raw)
		next
	raw = ""
}
!end { fault("< without >"); next }
NR == 2 && tag == "!DOCTYPE html" { next }
tag ~ /^\// {
	name = substr(tag, 2)
	if (depth < 1 || stack[depth] != name)
		fault("</" name "> closes " stack[depth])
	depth--
	if (name == "section")
		section = ""
	if (name == "tr") {
		if (cells != "")
			rows[++nr_rows] = section "\t" table[tables] "\t" title "\t" mark "\t" cells
		cells = ""
	}
	if (name == "table")
		tables--
	check_text(text)
	next
}
{
	if (!index(may, " " name " "))
		fault("element " name)
	check_attributes(tag, name)
	if (name != "script" && name != "style")
		check_text(text)
	if (tag !~ /\/$/ && !index(void, " " name " "))
		stack[++depth] = name
	if (name == "script" || name == "style")
		raw = name
	if (name == "section") {
		section = value(tag, "id")
		title = ""
	}
	if (name == "table")
		table[++tables] = value(tag, "class")
	if (name == "tbody")
		body = value(tag, "data-reason")
	if (name == "h3")
		title = text
	sub(/ +$/, "", title)
	if (name == "tr") {
		mark = value(tag, "data-world") value(tag, "data-tid") body
		cells = ""
	}
	if (value(tag, "data-k") != "")
		cells = cells " " value(tag, "data-k") "=" (value(tag, "data-v") == "" ? "-" : value(tag, "data-v"))
}

END {
	if (depth)
		fault(stack[depth] " is not closed")
	for (i = 1; i <= nr_rows; i++)
		print rows[i]
}
