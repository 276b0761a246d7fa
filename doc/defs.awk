# SPDX-License-Identifier: GPL-2.0-only
#
# Rows of .def files, for tables.awk and completion.awk.  Rows are
# MACRO(argument, "text", ...), one per line.

# The arguments of the macro call in line, into a[1..]; 0: it is no such call.
function arguments(line, macro,    c, i, n, quoted, depth)
{
	if (index(line, macro "(") != 1)
		return 0
	split("", a)
	n = 1
	for (i = length(macro) + 2; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quoted && c == "\\") {
			i++
			a[n] = a[n] (substr(line, i, 1) == "n" ? " " : substr(line, i, 1))
		} else if (c == "\"") {
			quoted = !quoted
		} else if (!quoted && c == "," && !depth) {
			n++
		} else if (!quoted && c == ")" && !depth) {
			return n
		} else {
			depth += !quoted && c == "("
			depth -= !quoted && c == ")"
			if (quoted || c !~ /[ \t]/)
				a[n] = a[n] c
		}
	}
	return 0
}

function open_file(name)
{
	file = name
	close(file)
}

function next_row(macro,    line)
{
	while ((status = (getline line < file)) > 0)
		if (arguments(line, macro))
			return 1
	if (status < 0) {
		print "awk: cannot read " file > "/dev/stderr"
		exit failed = 1
	}
	return 0
}

# The commands, into command[1..nr_commands]; id_of[] has their ids, what_of[] what they do.
function read_commands()
{
	open_file("cmd/options/commands.def")
	while (next_row("COMMAND")) {
		command[++nr_commands] = a[2]
		id_of[a[2]] = a[1]
		what_of[a[2]] = a[3]
	}
}

# Ids of a row's commands, such as RECORD | NAMERS, each between spaces.
function expand(list,    i, n, part, all)
{
	n = split(list, part, "|")
	all = " "
	for (i = 1; i <= n; i++)
		all = all (part[i] in set_of ? set_of[part[i]] : part[i]) " "
	return all
}

# Options of the command, into option[1..nr_options] of names, with letter_of[], argument_of[],
# text_of[], value_of[] and group_of[] by name.
function read_options(name,    line, title)
{
	nr_options = 0
	split("", letter_of)
	open_file("cmd/options/options.def")
	while ((getline line < file) > 0) {
		if (arguments(line, "COMMANDS"))
			set_of[a[1]] = expand(a[2])
		else if (arguments(line, "GROUP"))
			title = a[1]
		else if (arguments(line, "OPTION") &&
			 (a[4] == "~0" || index(expand(a[4]), " " id_of[name] " "))) {
			option[++nr_options] = a[2]
			if (a[1] != "0")
				letter_of[a[2]] = substr(a[1], 2, 1)
			argument_of[a[2]] = a[3] == "NULL" ? "" : a[3]
			value_of[a[2]] = a[5]
			text_of[a[2]] = a[6]
			group_of[a[2]] = title
		}
	}
}
