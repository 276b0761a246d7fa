#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Code that runtimes make: names from the files that they write, compared with perf's on the same
# recordings. `make check-exports` installs the runtimes.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

perf=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf
skip()
{
	echo "ok $((++tap_nr)) - $1 # SKIP $2"
}

export HOME=$tap_dir	# perf inject fills ~/.debug
"$perf" record -q -e cpu-clock -o "$tap_dir/none.data" true 2>/dev/null ||
	skip_all "perf cannot record here"
unpack tests/demo/vhe-guest.data.xz

cat >"$tap_dir/hot.js" <<'END'
function hotAlpha(n) { let s = 0; for (let i = 0; i < n; i++) s = (s * 31 + i) | 0; return s; }
const end = Date.now() + 700;
let x = 0;
while (Date.now() < end) x ^= hotAlpha(20000);
console.log(x);
END
cat >"$tap_dir/Hot.java" <<'END'
public class Hot {
	static int hotGamma(int n) { int s = 0; for (int i = 0; i < n; i++) s = s * 31 + (i ^ (s >>> 3)); return s; }
	public static void main(String[] a) {
		long end = System.currentTimeMillis() + 1000;
		int x = 0;
		while (System.currentTimeMillis() < end) x ^= hotGamma(100000);
		System.out.println(x);
	}
}
END

# ours FILE OPTION...: "SAMPLES SYMBOL" of the code made at run time, by a recording without chains
ours()
{
	"$SPELUNK" export --to folded -i "$1" "${@:2}" 2>/dev/null | sed -n 's/.*;\[JIT\];//p' |
		sed -E 's/^(.*) ([0-9]+)$/\2 \1/' | sort -k2
}

# theirs FILE: likewise from perf, of all symbols
theirs()
{
	"$perf" script -i "$1" -F ip,sym 2>/dev/null |
		sed -E 's/^ *[0-9a-f]+ //' | sort | uniq -c | sed -E 's/^ +//'
}

# compare NAME FUNCTION PERIOD OURS THEIRS: most samples are in the hot function; never another name
# than perf's, and the hot function as often, but for where its memory was reused
compare()
{
	holds "$1: $2 has most samples" "$(awk -v function_="$2" '
		{ all += $1; if (index($0, function_)) got += $1 }
		END { print got + 0 " > 100 && " got + 0 " > " all / 2 }' "$4")"
	# perf looks for the map of a process that has ended by way of whoever has its number now
	if ! grep -qF "$2" "$5"; then
		skip "$1: as perf names them" "perf found no names"
		return
	fi
	awk -v function_="$2" -v period="$3" '
		FILENAME == ARGV[1] { n = $1; sub(/^[0-9]+ /, ""); them[$0] = n; if (index($0, function_)) hot += n; next }
		{ n = $1 / period; sub(/^[0-9]+ /, ""); if (index($0, function_)) got += n
		  if (n > them[$0]) { print "more samples than perf has of: " $0; bad = 1 } }
		END { printf "%d of %d samples in %s\n", got, hot, function_
		      exit bad || got < 0.9 * hot }' "$5" "$4" >"$tap_dir/said"
	tap "$1: every name is perf's, and $2 has its samples" $? "$(cat "$tap_dir/said")"
}

# record NAME COMMAND...: NAME.data, and its process's number in pid; a jitdump has the clock
# CLOCK_MONOTONIC, which perf inject needs
record()
{
	"$perf" record -q -B -N -k mono -e cpu-clock -F 4000 -o "$1.data" \
		sh -c 'echo $$ >pid; exec "$@"' - "${@:2}" >/dev/null
	pid=$(cat pid)
}

# the samples' period in ns
period=250000
cd "$tap_dir" || exit 1

if command -v node >/dev/null; then
	record node node --perf-basic-prof hot.js
	theirs node.data >theirs
	mkdir node
	mv "/tmp/perf-$pid.map" node/
	[ -z "$(ours node.data)" ]
	tap "Node: no name without its file" $?
	ours node.data --jit node >ours
	compare "Node, perf map" hotAlpha $period ours theirs

	record dump node --perf-prof hot.js
	"$perf" inject -j -i dump.data -o injected.data 2>/dev/null
	theirs injected.data >theirs
	ours dump.data --jit . >ours
	compare "Node, jitdump" hotAlpha $period ours theirs
else
	skip "Node" "node is not installed"
fi

if command -v javac >/dev/null; then
	javac Hot.java
	record java java -XX:+UnlockDiagnosticVMOptions -XX:+DumpPerfMapAtExit Hot
	theirs java.data >theirs
	mkdir java
	mv "/tmp/perf-$pid.map" java/
	ours java.data --jit java >ours
	compare "Java, perf map" hotGamma $period ours theirs
else
	skip "Java" "javac is not installed"
fi

#
# What does not fit
#

data=$OLDPWD/$BUILD/captures/vhe-guest.data
mkdir "$tap_dir/others"
echo '1000 10 f' >"$tap_dir/others/perf-999999.map"
"$SPELUNK" report -q -i "$data" --jit "$tap_dir/others" 2>&1 >/dev/null | grep -q "no process of this recording"
tap "a folder with nobody's files is said" $?
refuses "a folder that is not there" "cannot use --jit $tap_dir/none: No such file" \
	report -i "$data" --jit "$tap_dir/none"

tap_end
