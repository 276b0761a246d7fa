#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# usage: perf_dump.sh PERF SPELUNK FILE...
#
# Compares, packet for packet, what `PERF report -D` and `SPELUNK dump --packets`
# say about the AUX data of perf.data files: CPU, place, bytes and text.
# Where perf has no word, or a wrong one, a difference is allowed; each kind is
# counted and has its reason in the table at "allowed" below.  Any other
# difference is printed, and the exit status is 1.
#
set -u
LC_ALL=C
export LC_ALL

if [ $# -lt 3 ]; then
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
fi
perf=$1
spelunk=$2
shift 2

tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 2' HUP INT TERM

# Lines of either program to "stream offset bytes text", offsets in the stream.
# perf counts from the start of each AUXTRACE chunk, which has its own offset;
# spelunk counts in the stream.  A stream is a CPU, or without one its index.
cat > "$tmp/lines.awk" <<'AWK'
function hex(s,    i, v) {
	sub(/^0x/, "", s)
	v = 0
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}
# 13 digits are enough for any place awk can count to exactly.
function place(v,    s) {
	s = sprintf("%05x%08x", int(v / 4294967296), v % 4294967296)
	return s
}
function after(word,    i) {
	for (i = 1; i < NF; i++)
		if ($i == word)
			return $(i + 1)
	return ""
}
function stream(cpu, idx) {
	return cpu ~ /^[0-9]+$/ ? "cpu" cpu : "stream" idx
}
/PERF_RECORD_AUXTRACE size:/ {
	key = stream(after("cpu:"), after("idx:"))
	base = hex(after("offset:"))
	next
}
/^\. \.\.\. ARM SPE data:/ { inside = 1; next }
/^# stream / {
	key = stream(after("cpu"), after("stream"))
	base = 0
	inside = 1
	next
}
inside && /^\.  [0-9a-f]+:  / {
	bytes = ""
	for (i = 3; i <= NF && $i ~ /^[0-9a-f][0-9a-f]$/; i++)
		bytes = bytes $i
	text = ""
	for (; i <= NF; i++)
		text = text (text == "" ? "" : " ") $i
	print key, place(base + hex(substr($2, 1, length($2) - 1))), bytes, text
	next
}
{ inside = 0 }
AWK

# One line for a run of PADs however the programs cut it.
cat > "$tmp/join.awk" <<'AWK'
function hex(s,    i, v) {
	v = 0
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}
function flush() {
	if (n)
		print key, from, n, "PAD"
	n = 0
}
$4 == "PAD" && $3 ~ /^0+$/ {
	at = hex($2)
	if (!n || $1 != key || at != end) {
		flush()
		key = $1
		from = $2
		end = at
	}
	n += length($3) / 2
	end += length($3) / 2
	next
}
{ flush(); print }
END { flush() }
AWK

cat > "$tmp/compare.awk" <<'AWK'
function split_line(line, part,    i) {
	i = index(line, " ")
	part["key"] = substr(line, 1, i - 1)
	line = substr(line, i + 1)
	i = index(line, " ")
	part["at"] = substr(line, 1, i - 1)
	line = substr(line, i + 1)
	i = index(line, " ")
	part["bytes"] = i ? substr(line, 1, i - 1) : line
	part["text"] = i ? substr(line, i + 1) : ""
	part["place"] = part["key"] " " part["at"]
}
function next_perf() {
	have_perf = (getline line < perf_lines) > 0
	if (have_perf)
		split_line(line, p)
}
function next_ours() {
	have_ours = (getline line < our_lines) > 0
	if (have_ours)
		split_line(line, o)
}
function allow(reason) {
	allowed[reason]++
	return 1
}
function complain(what) {
	if (failures++ < 20)
		print what
}
# Without what perf 6.12 has no word for.
function plain_events(s) {
	gsub(/ EV[0-9]+/, "", s)
	gsub(/ (TXN|L2D-ACCESS|L2D-MISS|HITM|LFB|SNOOPED|STREAMING-SVE|SMCU|LATE-PREFETCH)/, "", s)
	sub(/ IMPDEF:[0-9,]*/, "", s)
	return s
}
function same_op(ours, theirs) {
	sub(/ SVE-SME-REG/, "", ours)
	sub(/ SVE-SME-REG/, "", theirs)
	sub(/>2048/, "4096", ours)
	sub(/^OTHER( ASE)?( FP)? /, "OTHER ", ours)
	sub(/^SME-OTHER ETS .*/, "OTHER INSN-OTHER", ours)
	sub(/^(LD|ST) (GCS( COMM)?|MTE-TAG|MEMCPY|MEMSET)$/, substr(ours, 1, 2), ours)
	if (gsub(/ (GCS|CR-[A-Z-]+)/, "", ours) && gsub(/ (GCS|CR-[A-Z-]+)/, "", theirs) == 0) {
		sub(/ IND/, "", ours)
		sub(/ IND/, "", theirs)
	}
	return ours == theirs
}
function word(s) {
	sub(/ .*/, "", s)
	return s
}
function plain(s) {
	sub(/ nse=1$/, "", s)
	sub(/ (\([0-9]+\)|ALT-ISSUE)$/, "", s)
	return s
}
# allowed: same place, another text or other bytes.
function excuse() {
	# perf knows no header of this kind, or gives a reserved one a type
	# (OPERATION TYPE 4b, CONTEXT 66 and 67, DATA SOURCE 63 and 73), or calls
	# extended + 00 an alignment packet, which the architecture has not.
	if (o["text"] ~ /^UNKNOWN 0x/)
		return allow("header that D18.2 does not list")
	if (o["bytes"] != p["bytes"])
		return 0
	# perf before 6.19 has no words for these bits, later ones print IMPDEF.
	if (o["text"] ~ /^EV/ && plain_events(o["text"]) == plain_events(p["text"]))
		return allow("event bit without a word in perf")
	# perf reads the bits of reserved payloads as if they were defined.
	if (o["text"] ~ / op 0x[0-9a-f]+$/ && word(o["text"]) == word(p["text"]))
		return allow("operation that D18.2.7 reserves")
	# perf before 6.19 has no words for SME, GCS and FPF operations and leaves
	# SVE-SME-REG out (before 6.3 also for tags, memory copies, GCS and kinds of
	# branches, with which it drops IND); EVL 7 means more than 2048, not perf's 4096.
	if (o["bytes"] ~ /^4[89a]/ && same_op(o["text"], p["text"]))
		return allow("operation without a word in perf")
	if (o["bytes"] ~ /^(20)?b4/ && p["text"] ~ /^ADDR 0x[0-9a-f]+ \(4\)$/)
		return allow("previous branch target, an address 4 to perf before 6.3")
	# perf leaves NSE out, and the index of a counter it does not know.
	if (plain(o["text"]) == plain(p["text"]))
		return allow("NSE bit or counter index that perf leaves out")
	return 0
}
# Both are behind a packet that perf did not know: it reads on at that packet's
# second byte, and what it says means nothing until both are at one place again.
function resync() {
	while (have_perf && have_ours && o["place"] != p["place"]) {
		if (p["place"] < o["place"]) {
			allowed["perf inside or after a packet it does not know"]++
			next_perf()
		} else {
			allowed["ours, where perf is out of step"]++
			next_ours()
		}
	}
}
# The last packet of a chunk, cut: perf shows its bytes one by one.
function cut() {
	return p["text"] ~ /^Bad packet/
}
BEGIN {
	next_perf()
	next_ours()
	while (have_perf || have_ours) {
		if (have_perf && have_ours && o["place"] == p["place"]) {
			compared++
			if (o["bytes"] == p["bytes"] && o["text"] == p["text"])
				same++
			else if (!excuse())
				complain("perf: " p["place"] " " p["bytes"] " " p["text"] \
					 "\nours: " o["place"] " " o["bytes"] " " o["text"])
			lost = o["bytes"] != p["bytes"]
			next_perf()
			next_ours()
			if (lost)
				resync()
		} else if (have_perf && (!have_ours || p["place"] < o["place"])) {
			if (cut())
				allow("packet cut by the end of a chunk")
			else
				complain("perf only: " p["place"] " " p["bytes"] " " p["text"])
			next_perf()
		} else {
			complain("ours only: " o["place"] " " o["bytes"] " " o["text"])
			next_ours()
		}
	}
	printf "%d packets compared, %d the same\n", compared, same
	for (reason in allowed)
		printf "  %d allowed: %s\n", allowed[reason], reason
	if (failures)
		printf "  %d not allowed\n", failures
	exit failures > 0
}
AWK

# lines OUT COMMAND...: what the command says, sorted, one line per packet.
lines()
{
	out=$1
	shift
	rm -f "$tmp/failed"
	{ "$@" 2> "$tmp/err" || echo "$?" > "$tmp/failed"; } |
		awk -f "$tmp/lines.awk" | sort | awk -f "$tmp/join.awk" > "$out"
	[ ! -e "$tmp/failed" ] && return 0
	echo "  $1 failed:"
	tail -n 3 "$tmp/err"
	return 1
}

status=0
for file in "$@"; do
	echo "$file"
	lines "$tmp/perf" "$perf" report -D -i "$file" || { status=1; continue; }
	if [ ! -s "$tmp/perf" ]; then
		echo "  no SPE data in it, says perf: nothing compared"
		continue
	fi
	lines "$tmp/ours" "$spelunk" dump --packets "$file" || { status=1; continue; }
	awk -v perf_lines="$tmp/perf" -v our_lines="$tmp/ours" \
		-f "$tmp/compare.awk" || status=1
done
exit $status
