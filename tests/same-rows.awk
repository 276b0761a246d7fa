# SPDX-License-Identifier: GPL-2.0-only
#
# awk -f same-rows.awk PERF SPELUNK: how many rows are equal in a report of perf (report --stdio
# -n -t, of samples of SPE instructions, --sort comm,dso,sym or dso,sym) and in one of spelunk
# (--format csv, --by comm,object,symbol or object,symbol).  Prints the number of rows that are
# the same, with as many samples; of those that differ; and of all samples in either.
#
# perf calls code without a symbol by its address, spelunk by a block of 256 bytes: such code is
# one row by comm and object here. With --kallsyms perf has no module without symbols: its code
# is the kernel's.

function row(comm, object, symbol)
{
	sub(/.*\//, "", object)
	if (object == "[unknown]" && symbol ~ /^0x0000/)
		object = ""
	if (object ~ /^\[(kernel|kernel\.kallsyms|nf_tables|unknown)\]$/)
		object = "[kernel]"
	if (symbol ~ /^0x|\+0x[0-9a-f]+xx$|^\[unknown\]$/)
		symbol = "-"
	return comm "\t" object "\t" symbol
}

{ sub(/ +$/, "") }

# The columns of a header.
function columns(line,	nf, f, i)
{
	split("", at)
	nf = split(line, f, / *, */)
	for (i = 1; i <= nf; i++)
		at[f[i]] = i
}

FILENAME == ARGV[1] {
	if (/^# Samples:/)
		wanted = /'instructions/
	if (/^# Overhead/)
		columns($0)
	split($0, f, / *, */)
	if (!wanted || f[1] !~ /%$/)
		next
	symbol = f[at["Symbol"]]
	sub(/^\[.\] /, "", symbol)
	n = f[at["Samples"]]
	perf[row("Command" in at ? f[at["Command"]] : "", f[at["Shared Object"]], symbol)] += n
	samples[1] += n
	next
}

FNR == 1 {
	columns($0)
	next
}

{
	split($0, f, ",")
	n = f[at["samples"]]
	ours[row("comm" in at ? f[at["comm"]] : "", f[at["object"]], f[at["symbol"]])] += n
	samples[2] += n
}

END {
	for (r in perf) {
		same += perf[r] == ours[r]
		differ += perf[r] != ours[r]
	}
	for (r in ours)
		differ += !(r in perf)
	print same + 0, differ + 0, samples[1] + 0, samples[2] + 0
}
