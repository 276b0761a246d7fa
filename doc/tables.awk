# SPDX-License-Identifier: GPL-2.0-only
#
# Fill the tables of a manual page: awk -f doc/tables.awk doc/PAGE.1.in
#
# A line "@name@" of the page becomes the list that the function below makes of
# the rows of a .def file.  Rows are MACRO(argument, "text", ...), one per line.

# The arguments of the macro call in line, into a[1..]; 0: it is no such call.
function arguments(line, macro,    c, i, n, quoted)
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

# Text that roff would take for something else.
function roff(text)
{
	gsub(/\\/, "\\e", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	return text
}

function item(name, unit, what)
{
	print ".It Cm " name (unit == "" ? "" : " Pq " unit)
	print roff(what)
}

function open_file(name)
{
	file = name
	close(file)
	lines++
}

function next_row(macro,    line)
{
	while ((status = (getline line < file)) > 0)
		if (arguments(line, macro))
			return 1
	if (status < 0) {
		print "tables.awk: cannot read " file > "/dev/stderr"
		exit failed = 1
	}
	return 0
}

function group(title)
{
	if (groups++)
		print ".El"
	print ".Ss " title
	print ".Bl -tag -width Ds"
}

function keys(    line)
{
	open_file("tui/keys.def")
	while ((getline line < file) > 0) {
		if (arguments(line, "GROUP"))
			group(a[1])
		else if (arguments(line, "KEY") || arguments(line, "VIEW")) {
			gsub(/, /, " , ", a[2])
			# alone it would be punctuation
			print ".It Ic " (a[2] ~ /^[][?]( |$)/ ? "\\&" : "") roff(a[2])
			print roff(a[4])
		}
	}
	print ".El"
	groups = 0
}

# without: names of options that are left out, each between spaces
function options(name, without,    line, title)
{
	open_file(name)
	while ((getline line < file) > 0) {
		if (arguments(line, "GROUP")) {
			title = a[1]
		} else if (arguments(line, "OPTION") && !index(without, " " a[3] " ")) {
			if (title != "") {
				group(title)
				title = ""
			}
			print ".It " (a[2] == "0" ? "" : "Fl " substr(a[2], 2, 1) " , ") \
				"Fl -" a[3] (a[4] == "NULL" ? "" : " Ar " a[4])
			print roff(a[5])
		}
	}
	print ".El"
}

function events(prefix,    what)
{
	open_file("decoder/events.def")
	while (next_row("EVENT"))
		item(prefix a[3], prefix == "" ? "event " a[1] : "samples", \
		     prefix == "" ? a[5] : "samples with event " a[1] ": " a[5])
}

function simple(name, macro, unit, what, by_name)
{
	open_file(name)
	while (next_row(macro))
		if (a[by_name] !~ /^event:/)
			item(a[by_name], unit ? a[unit] : "", a[what])
}

function sources(    table)
{
	open_file("decoder/sources.def")
	while (next_row("SOURCE"))
		item(a[3], a[1] " " a[2], a[4])
}

function record_fields()
{
	open_file("cmd/record_fields.def")
	while (next_row("FIELD"))
		item(a[1], a[3] == "DEC" ? "" : "hex", a[4])
}

$0 == "@options@" { options("cmd/report_options.def", ""); next }
$0 == "@record-options@" { options("cmd/record_options.def", ""); next }
$0 == "@kvm-tracepoints@" { simple("collector/live/kvm_tracepoints.def", "KVM_TRACEPOINT", 2, 3, 1); next }
$0 == "@screen-options@" {
	options("cmd/report_options.def", " limit format output color quiet ")
	next
}
$0 == "@annotate-options@" { options("cmd/report_options.def", " by sort limit columns max-rows "); next }
$0 == "@kvm-options@" { options("cmd/report_options.def", " filter by slice sort columns limit max-rows "); next }
$0 == "@archive-options@" { options("cmd/report_options.def", " host-mode vm-name by slice sort columns limit max-rows format output color kallsyms guest guest-symfs clock-offset no-demangle "); next }
$0 == "@sharing-options@" { options("cmd/report_options.def", " by slice sort columns limit "); next }
$0 == "@diff-options@" { options("cmd/report_options.def", " input columns vm-name slice max-rows "); next }
$0 == "@keys@" { keys(); next }
$0 == "@fields@" { simple("profile/fields.def", "FIELD", 4, 5, 2); next }
$0 == "@columns@" { simple("profile/columns.def", "COLUMN", 4, 6, 2); events("event:"); next }
$0 == "@events@" { events(""); next }
$0 == "@ops@" { simple("decoder/ops.def", "OP", 0, 6, 5); next }
$0 == "@accounts@" { simple("kvm/exits.def", "ACCOUNT", 0, 3, 2); next }
$0 == "@reasons@" { simple("kvm/exits.def", "REASON", 4, 5, 3); next }
$0 == "@sources@" { sources(); next }
$0 == "@record-fields@" { record_fields(); next }
$0 == "@checks@" { simple("cmd/doctor_checks.def", "CHECK", 0, 3, 2); next }
/^@/ { print "tables.awk: no table " $0 > "/dev/stderr"; exit failed = 1 }
{ print }
END { exit failed }
