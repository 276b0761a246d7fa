# SPDX-License-Identifier: GPL-2.0-only
#
# Fill the tables of a manual page: awk -f doc/defs.awk -f doc/tables.awk doc/PAGE.1.in
#
# A line "@name@" of the page becomes the list that the function below makes of
# the rows of a .def file.

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
			print ".It Ic " (a[2] ~ /^[][?,]( |$)/ ? "\\&" : "") roff(a[2])
			print roff(line ~ /^VIEW/ ? a[4] : a[5])
		}
	}
	print ".El"
	groups = 0
}

function options(name,    i, o, title)
{
	if (!nr_commands)
		read_commands()
	if (!(name in id_of)) {
		print "tables.awk: no command " name > "/dev/stderr"
		exit failed = 1
	}
	read_options(name)
	for (i = 1; i <= nr_options; i++) {
		o = option[i]
		if (group_of[o] != title)
			group(title = group_of[o])
		print ".It " (o in letter_of ? "Fl " letter_of[o] " , " : "") \
			"Fl -" o (argument_of[o] == "" ? "" : " Ar " argument_of[o])
		print roff(text_of[o])
	}
	print ".El"
	groups = 0
}

function commands(    i)
{
	read_commands()
	for (i = 1; i <= nr_commands; i++) {
		if (command[i] == "help")
			continue
		item(command[i], "", toupper(substr(what_of[command[i]], 1, 1)) \
		     substr(what_of[command[i]], 2) ":")
		print ".Xr spelunk-" command[i] " 1 ."
	}
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

function findings()
{
	open_file("report/findings/findings.def")
	while (next_row("FINDING"))
		item(a[2], a[3] "%, " a[4] " samples", a[5])
}

function record_fields()
{
	open_file("cmd/dump/record_fields.def")
	while (next_row("FIELD"))
		item(a[1], a[3] == "DEC" ? "" : "hex", a[4])
}

# The columns of a table of samples, and their types.
function samples(    type)
{
	type["TEXT"] = "string"
	type["FLAG"] = "boolean"
	type["INT"] = type["MANY_INT"] = "int64"
	type["UINT"] = type["MANY_UINT"] = "uint64"
	open_file("export/parquet/samples.def")
	while (next_row("COLUMN"))
		item(a[3], type[a[2]], a[6])
	open_file("decoder/events.def")
	while (next_row("EVENT")) {
		gsub(/-/, "_", a[3])
		item("event_" a[3], type["FLAG"], "event " a[1] ": " a[5])
	}
}

$0 == "@commands@" { commands(); next }
/^@options [a-z-]+@$/ { options(substr($2, 1, length($2) - 1)); next }
$0 == "@kvm-tracepoints@" { simple("collector/live/kvm_tracepoints.def", "KVM_TRACEPOINT", 2, 3, 1); next }
$0 == "@counters@" { simple("collector/counters.def", "COUNTER", 4, 6, 3); next }
$0 == "@keys@" { keys(); next }
$0 == "@fields@" { simple("profile/fields.def", "FIELD", 4, 5, 2); next }
$0 == "@columns@" { simple("profile/columns.def", "COLUMN", 4, 6, 2); events("event:"); next }
$0 == "@events@" { events(""); next }
$0 == "@ops@" { simple("decoder/ops.def", "OP", 0, 6, 5); next }
$0 == "@accounts@" { simple("kvm/exits.def", "ACCOUNT", 0, 3, 2); next }
$0 == "@reasons@" { simple("kvm/exits.def", "REASON", 4, 5, 3); next }
$0 == "@sources@" { sources(); next }
$0 == "@export-kinds@" { simple("export/kinds.def", "KIND", 0, 3, 2); next }
$0 == "@export-ledger@" { simple("export/parquet/kvm.def", "LEDGER", 0, 5, 2); next }
$0 == "@export-exits@" { simple("export/parquet/kvm.def", "EXITS", 0, 5, 2); next }
$0 == "@export-samples@" { samples(); next }
$0 == "@findings@" { findings(); next }
$0 == "@record-fields@" { record_fields(); next }
$0 == "@checks@" { simple("cmd/doctor/checks.def", "CHECK", 0, 3, 2); next }
$0 == "@questions@" { simple("cmd/doctor/probe/questions.def", "QUESTION", 0, 3, 2); next }
$0 == "@runs@" { simple("cmd/doctor/probe/runs.def", "RUN", 0, 5, 2); next }
/^@/ { print "tables.awk: no table " $0 > "/dev/stderr"; exit failed = 1 }
{ print }
END { exit failed }
