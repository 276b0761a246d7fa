# SPDX-License-Identifier: GPL-2.0-only
#
# Every path through each function of an aarch64 object, of objdump -dr --no-show-raw-insn:
# a line "FUNCTION INSTRUCTIONS OPERATION...", where an operation is a barrier, a call, or
# an MSR or MRS.  For code without loops: a backward branch to where the path has been
# ends the program.

function op(nr,	i)
{
	i = insn[nr]
	if (i == "isb" || i == "dsb" || i == "psb")
		return " " i
	if (i == "msr")
		return " " args[nr, 1]
	if (i == "mrs")
		return " =" args[nr, 2]
	if (i == "bl" || i == "b" && !(args[nr, 1] in at))
		return " " target[nr] "()"
	return ""
}

function walk(nr, count, ops,	i)
{
	for (;; nr++) {
		if (!(nr in insn) || count > 500) {
			print "a path that does not end" >"/dev/stderr"
			exit 2
		}
		count++
		ops = ops op(nr)
		i = insn[nr]
		# Linux' BUG(): nothing comes back.
		if (i == "brk")
			return
		if (i == "ret" || i == "br" || (i == "b" && !(args[nr, 1] in at))) {
			print name, count ops
			return
		}
		if (i == "b") {
			nr = at[args[nr, 1]] - 1
		} else if (i ~ /^b\./ || i ~ /^cbn?z$/ || i ~ /^tbn?z$/) {
			walk(at[args[nr, i ~ /^b\./ ? 1 : i ~ /^tb/ ? 3 : 2]], count, ops)
		}
	}
}

function finish()
{
	if (name != "")
		walk(1, 0, "")
	split("", insn)
	split("", at)
	split("", args)
	lines = 0
}

/^[0-9a-f]+ <.*>:$/ {
	finish()
	name = substr($2, 2, length($2) - 3)
	next
}

/^ *[0-9a-f]+:\t/ {
	line = $0
	sub(/ *\/\/.*/, "", line)
	gsub(/,/, " ", line)
	n = split(line, f)
	addr = f[1]
	sub(/:$/, "", addr)
	lines++
	at[addr] = lines
	insn[lines] = f[2]
	last = f[n]
	target[lines] = last ~ /^</ ? substr(last, 2, length(last) - 2) : last
	# A call to another function is no branch within this one.
	inner = target[lines] ~ "^" name "\\+0x"
	for (k = 3; k <= n; k++)
		args[lines, k - 2] = f[k]
	if (f[2] == "b" && !inner)
		args[lines, 1] = "-"
}

/R_AARCH64_(CALL|JUMP)26/ {
	target[lines] = $NF
	if (insn[lines] == "b")
		args[lines, 1] = "-"
}

END { finish() }
