# SPDX-License-Identifier: GPL-2.0-only
#
# What kvm/world executes in an entry and an exit, from QEMU's log of each instruction:
#
#   awk -f world_log.awk REGS.DEF DISASSEMBLY OUTPUT LOG
#
# kvm/world/regs.def; objdump -d of kvm/bare/trace.elf; what that printed; and QEMU's -d
# exec,cpu,nochain with one-insn-per-tb=on of the addresses of kvm/world.  Prints what
# "model accesses" prints; with COUNT=1, for each kind instead: its name, how many
# instructions the entry and the exit have, and of spe.c's the number, and MRS, MSR and
# barriers among them.

function digit(c)
{
	return index("0123456789abcdef", c) - 1
}

# S3_4_C1_C1_0 of an MSR or MRS: d5 3o 0c nn mm ..., see [C5.1.2]
function register(word,	last)
{
	last = digit(substr(word, 7, 1))
	return name[2 + int(digit(substr(word, 4, 1)) / 8) "," digit(substr(word, 4, 1)) % 8 "," \
		digit(substr(word, 5, 1)) "," digit(substr(word, 6, 1)) "," int(last / 2)]
}

function rt(word)
{
	return digit(substr(word, 7, 1)) % 2 * 16 + digit(substr(word, 8, 1))
}

# Without 0x and leading zeros
function short(hex)
{
	sub(/^(0x)?0*/, "", hex)
	return hex
}

# The host's, the guest's, or a number; PMBLIMITR_EL1.E apart
function meaning(reg, val,	bit, h, g)
{
	if (reg == "PMBLIMITR_EL1" && val ~ /1$/)
		bit = sub(/1$/, "0", val)
	h = (kind, "host", reg, val) in known
	g = (kind, "guest", reg, val) in known
	if (h != g && reg !~ /^(HCR_EL2|MDCR_EL2|PMSCR_EL(1|2|12)|PMBSR_EL1)$/)
		return (h ? "host\047s" : "guest\047s") (bit ? "+1" : "")
	if (bit)
		sub(/0$/, "1", val)
	return val == "" ? "0" : "0x" val
}

function say(text)
{
	if (!COUNT)
		print text
}

# An MRS is told when its result is seen: at the next instruction.
function finish_read()
{
	if (reading != "")
		say("read " reading " " meaning(reading, short(x[into])))
	reading = ""
}

function execute(pc,	w)
{
	w = word[pc]
	if (function_of[pc] == "world_enter" && pc == start["world_enter"]) {
		kind = kinds[++nr]
		within = 1
		say(kind)
	} else if (pc == start["world_leave"]) {
		within = 1
	}
	if (!within)
		return
	executed++
	if (function_of[pc] ~ /^(spe|pmscr|profile|save_rest|load_rest|guest_owns)/) {
		in_spe++
		reads += w ~ /^d53/
		writes += w ~ /^d51/
		barriers += w ~ /^d503(3fdf|379f|223f)$/
	}
	if (w ~ /^d53/) {
		reading = register(w)
		into = rt(w)
	} else if (w ~ /^d51/) {
		say("write " register(w) " " \
			meaning(register(w), rt(w) == 31 ? "" : short(x[rt(w)])))
	} else if (w == "d5033fdf") {
		say("isb")
	} else if (w == "d503379f") {
		say("dsb nsh")
	} else if (w == "d503223f") {
		say("psb csync")
	} else if (w == "d65f03c0" && function_of[pc] ~ /^world_(enter|leave)$/) {
		within = 0
		if (function_of[pc] == "world_leave") {
			if (COUNT)
				print kind ": " executed " " in_spe " " reads + 0 " " writes + 0 \
					" " barriers + 0
			executed = in_spe = reads = writes = barriers = 0
		}
	}
}

FNR == 1 { file++ }

file == 1 && /^(REG|EL12)\(/ {
	gsub(/[(),]/, " ")
	name[$3 "," $4 "," $5 "," $6 "," $7] = $2
}

file == 2 && /^[0-9a-f]+ <.*>:$/ {
	current = substr($2, 2, length($2) - 3)
	start[current] = short($1)
}
file == 2 && /^ *[0-9a-f]+:\t[0-9a-f]+ / {
	sub(/:/, "", $1)
	sub(/,$/, "", $4)
	word[short($1)] = $2
	# What binutils call a register is what regs.def calls it.
	other = toupper($3 == "mrs" ? $5 : $4)
	if (current ~ /^(world|spe|save|load)_/ && $3 ~ /^m(rs|sr)$/ && other !~ /^S[0-9]_/ &&
	    register($2) != other)
		say("regs.def: " register($2) " is " other)
	function_of[short($1)] = current
}

file == 3 && /^kind / {
	sub(/\r$/, "")
	kinds[++told] = substr($0, 6)
	kind = kinds[told]
}
file == 3 && /^(host|guest) / {
	sub(/\r$/, "")
	known[kind, $1, $2, short($3)] = 1
}

# The registers of one instruction, before it executes
file == 4 && /^ PC=/ {
	pc = short(substr($1, 4))
	sub(/^ PC=[0-9a-f]+ /, "")
}
file == 4 && /X[0-9][0-9]=/ {
	n = split($0, field)
	for (i = 1; i <= n; i++)
		if (field[i] ~ /^X[0-9][0-9]=/)
			x[substr(field[i], 2, 2) + 0] = substr(field[i], 5)
	if ($0 ~ /X30=/ || $0 ~ / SP=/) {
		finish_read()
		execute(pc)
	}
}

END {
	finish_read()
	if (nr != told) {
		print nr + 0 " entries in the log, not " told + 0
		exit 1
	}
}
