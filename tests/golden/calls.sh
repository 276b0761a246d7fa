#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Call stacks: of a program with known callers (tests/lab/guest/calls.c), compared with perf's
# reading of the same chains, and of a generated recording, compared with its ground truth.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
unpack tests/captures/calls.{data,elf}.xz tests/demo/kallsyms-6.12.xz
captures=$BUILD/captures
mkdir -p "$tap_dir/symfs/share"
cp "$captures/calls.elf" "$tap_dir/symfs/share/calls"
export HOME=$tap_dir LC_ALL=C.UTF-8
unset DEBUGINFOD_URLS

# report ARGUMENT...: of the program
report()
{
	"$SPELUNK" report -q -i "$captures/calls.data" --symfs "$tap_dir/symfs" \
		--kallsyms "$captures/kallsyms-6.12" "$@"
}

#
# slow() is called 60 times by often(), 30 by seldom() and 10 by nest()
#

report --callers slow --format csv >"$tap_dir/slow.csv"
chains=$(awk -F, '$3 == 1 { print $7 }' "$tap_dir/slow.csv")
holds "slow has some hundred chains" "$chains > 150"
for caller in often:60 seldom:30 nest:10; do
	got=$(awk -F, -v name="${caller%:*}" '$3 == 2 && $5 == name { print $7 }' "$tap_dir/slow.csv")
	# three standard deviations of a binomial distribution
	holds "${caller%:*} has its share of slow, within the sampling bound" \
		"($got / $chains - ${caller#*:} / 100) ^ 2 < 9 * ${caller#*:} / 100 * (1 - ${caller#*:} / 100) / $chains"
	holds "SPE's samples of slow by ${caller%:*} are estimated by its chains" \
		"$(awk -F, -v name="${caller%:*}" '
			$3 == 1 { spe = $11; cycles = $8; exact = $13 }
			$3 == 2 && $5 == name {
				d = $11 - spe * $8 / cycles
				print (exact == "no" && $13 == "yes" && d * d < 0.01)
			}' "$tap_dir/slow.csv") == 1"
done
is "nothing else calls slow" "$(awk -F, '$3 == 2 { print $5 }' "$tap_dir/slow.csv" | paste -sd' ')" \
	"often seldom nest"
is "a recursion is five frames deep" "$(awk -F, '$5 == "nest" { n++ } END { print n }' "$tap_dir/slow.csv")" 5
is "each of these callers is called by main" \
	"$(awk -F, 'NR > 1 { name[$1] = $5; if ($5 == "main") print name[$2] }' "$tap_dir/slow.csv" | paste -sd' ')" \
	"often seldom nest"

# Frame pointers alone do not show this, but the code does.
"$SPELUNK" report -q -i "$captures/calls.data" --kallsyms "$captures/kallsyms-6.12" --callers calls+0x9xx \
	>"$tap_dir/out"
grep -q '^ *direct  *in [0-9]* chains no code proves the innermost caller' "$tap_dir/out"
tap "without the program's code its direct callers are not proven, and that is said" $? "$(cat "$tap_dir/out")"

report --callers slow | sed -n '/^Callers/,/^How/p' >"$tap_dir/out"
[ -z "$UPDATE" ] || cp "$tap_dir/out" tests/golden/callers.txt
is "the text" "$(cat "$tap_dir/out")" "$(cat tests/golden/callers.txt)"

#
# One set of chains, three reports
#

report --by stack >"$tap_dir/folded"
is "folded stacks are world;vm;comm;frames and a number" \
	"$(grep -vE '^(host-user|host-kernel|unknown);-;[^;]+(;[^;]+)* [0-9]+$' "$tap_dir/folded")" ""
is "each stack stands there once" "$(sed 's/ [0-9]*$//' "$tap_dir/folded" | sort | uniq -d)" ""
is "an entry of the PLT is no caller" "$(grep -c @plt "$tap_dir/folded")" 0
is "user space called the kernel" \
	"$(grep -cE ';reads;.*;el0_svc;.*;__arm64_sys_read;' "$tap_dir/folded" | awk '{ print ($1 > 0) }')" 1
cycles=$(awk '{ sum += $NF } END { printf "%d", sum }' "$tap_dir/folded")
is "they have all cycles: 306 samples of 200,000" "$cycles" 61200000

# split NAME: lines "caller cycles" of slow's are its 60, 30 and 10 percent, within three standard
# deviations of a binomial distribution and the width of a cell
split()
{
	holds "$1" "$(awk -v chains="$chains" '
		{ n[$1] = $2; sum += $2 }
		function near(caller, p,    d) {
			d = n[caller] / sum - p
			return (d < 0 ? -d : d) < 3 * sqrt(p * (1 - p) / chains) + 1 / sum
		}
		END { print (NR == 3 && near("often", 0.6) && near("seldom", 0.3) && near("nest", 0.1)) }')"
}
sed -nE 's/.*;(often|seldom|nest);slow ([0-9]+)$/\1 \2/p' "$tap_dir/folded" >"$tap_dir/split"
split "folded stacks split slow by caller" <"$tap_dir/split"
# A frame is as wide as its share; marks between frames take three bytes.
"$BUILD/tests/tools/screens" 200x40 U --symfs "$tap_dir/symfs" "$captures/calls.data" |
	sed 's/▏/|/g; s/─/-/g' | grep '|often' | tr '|' '\n' |
	awk '/^(often|seldom|nest) / { print $1, length($0) + 1 }' >"$tap_dir/split"
split "so does the flame graph" <"$tap_dir/split"
"$BUILD/tests/tools/screens" 120x60 'U / Text:^slow$ Enter u' --symfs "$tap_dir/symfs" \
	"$captures/calls.data" | sed -n '/Callers of slow/,/Callees of slow/p' |
	grep -E '[├└]─ ' | tr -d '~%' | awk '{ print $(NF - 1), 10 * $1 }' | sed 's/^.*─ //' >"$tap_dir/split"
split "and the screen of its callers" <"$tap_dir/split"

report --children --format csv >"$tap_dir/children.csv"
# A function's total is the sum of the stacks that contain it.
awk -F, -v out="$tap_dir/sums" 'NR > 1 && $1 == "host-user" && $3 == "/share/calls" { print $2 "," $7 }' \
	"$tap_dir/children.csv" | sort >"$tap_dir/got"
awk '{
	cycles = $NF
	sub(/ [0-9]+$/, "")
	n = split($0, frame, ";")
	split("", seen)
	for (i = 4; i <= n; i++)
		if (frame[i] ~ /^(main|often|seldom|nest|slow|reads|_start)$/ && !(frame[i] in seen)) {
			seen[frame[i]] = 1
			sum[frame[i]] += cycles
		}
}
END { for (f in sum) printf "%s,%d\n", f, sum[f] }' "$tap_dir/folded" | sort >"$tap_dir/want"
is "--children has the sums of --by stack, a recursion once" \
	"$(grep -E '^(main|often|seldom|nest|slow|reads|_start),' "$tap_dir/got")" "$(cat "$tap_dir/want")"

report --callers slow --format json >"$tap_dir/slow.json"
is "JSON has the same callers" \
	"$(grep -oE '"function":"(often|seldom|nest|main|slow)"' "$tap_dir/slow.json" | sort | uniq -c | tr -s ' ' | paste -sd,)" \
	' 3 "function":"main", 5 "function":"nest", 1 "function":"often", 1 "function":"seldom", 2 "function":"slow"'

is "a filter holds for chains, too" \
	"$(report --by stack --filter 'world=host-kernel && comm="calls"' |
		awk -F';' '{ print $1, $3 }' | sort -u)" "host-kernel calls"

# perf reads the same chains: compare how many of them contain these functions of the kernel.
if command -v perf >/dev/null; then
	perf script -i "$captures/calls.data" --kallsyms "$captures/kallsyms-6.12" -F event,ip,sym \
		2>/dev/null | awk '
		/cycles/ { inside = 1; split("", seen); next }
		/:/ || !NF { inside = 0; next }
		inside && !($2 in seen) { seen[$2] = 1; n[$2]++ }
		END { for (f in n) print f, n[f] }' | sort >"$tap_dir/perf"
	for function in vfs_read el0_svc do_el0_svc; do
		is "perf has as many chains through $function" \
			"$(awk -F, -v f=$function '$2 == f { print $6 }' "$tap_dir/children.csv")" \
			"$(awk -v f=$function '$1 == f { print $2 }' "$tap_dir/perf")"
	done
fi

#
# Of a guest that was recorded from inside: here, of this machine, whose clock and processes have
# nothing to do with the host's.  tests/unit/guest_chains.c and tests/lab/t/callers.sh have guests
# whose callers are known.
#

unpack tests/demo/vhe-guest.data.xz
"$SPELUNK" guest-agent -o "$tap_dir/guest.data" --cycles-freq 500 --duration 500ms 2>"$tap_dir/err"
"$BUILD/tests/tools/cycles" "$tap_dir/guest.data" >"$tap_dir/samples"
if grep -q 'samples per second' "$tap_dir/err" && [ -s "$tap_dir/samples" ]; then
	"$SPELUNK" merge -q -o "$tap_dir/merged.data" "$captures/vhe-guest.data" "0=$tap_dir/guest.data"
	"$SPELUNK" report -q -i "$tap_dir/merged.data" --children --format json >"$tap_dir/json"
	is "all chains of a guest's own recording are in its host's, once" \
		"$(jq -c '.chains | [.samples, .chainless_samples, .guests.own_vms, .guests.own_chains]' "$tap_dir/json")" \
		"[$(wc -l <"$tap_dir/samples"),0,1,$(wc -l <"$tap_dir/samples")]"
	is "with as much time as the guest counted, because the host counted none" \
		"$(jq -c '.chains | [.cycles, .unit, .guests.unweighed_vms]' "$tap_dir/json")" \
		"[$(awk '{ n += $9 } END { printf "%.0f", n }' "$tap_dir/samples"),$(
		grep -q "no PMU" "$tap_dir/err" && echo '"ns"' || echo '"cycles"'),1]"
	is "in the guest's worlds" \
		"$(jq -r '.functions[].world // empty' "$tap_dir/json" | grep -v guest-)" ""
else
	echo "ok $((++tap_nr)) - callers of a guest's own recording # SKIP nothing can be sampled here"
fi

#
# Missing data
#

exits "a function of a program without symbols, too" 1 "$SPELUNK" report -q -i "$captures/calls.data" \
	--callers slow
grep -q 'function "slow": .*list functions; not all have names: no symbols for .*--symfs DIR' "$tap_dir/err"
tap "that says what is missing" $? "$(cat "$tap_dir/err")"
unpack tests/captures/vhe-work.data.xz
exits "a recording without chains is one" 1 "$SPELUNK" report --children -i "$captures/vhe-work.data"
grep -q 'no sample of cycles has a call chain: record with .spelunk record. without --no-time' "$tap_dir/err"
tap "that says how to record them" $? "$(cat "$tap_dir/err")"
exits "a filter by what only SPE records is one" 1 report --children --filter 'total>100'
grep -q 'the filter uses a field that only SPE records' "$tap_dir/err"
tap "that says so" $? "$(cat "$tap_dir/err")"

# Broken chains in a recording do no harm: no wrong names, no crash, no hang.
bad=
size=$(stat -c %s "$captures/calls.data")
for at in $(seq 700 $((size / 120)) $((size - 8))); do
	cp "$captures/calls.data" "$tap_dir/flip.data"
	printf '\377\376\375\374\177' | dd of="$tap_dir/flip.data" bs=1 seek="$at" conv=notrunc 2>/dev/null
	timeout 60 "$SPELUNK" report -q -i "$tap_dir/flip.data" --symfs "$tap_dir/symfs" --by stack \
		>"$tap_dir/out" 2>"$tap_dir/err"
	status=$?
	if [ $status -ge 124 ] || grep -qE 'Sanitizer|runtime error:' "$tap_dir/err"; then
		bad="$bad $at"
	fi
done
is "bytes changed anywhere do no harm" "$bad" ""

#
# A generated recording with known chains
#

"$BUILD/tests/tools/gen" -o "$tap_dir/gen.data" --kallsyms "$tap_dir/kallsyms" --bytes 8M --cpus 2 \
	--places 200 --cycles 20 --cycles-truth "$tap_dir/truth" >/dev/null 2>&1
tap "a recording is generated" $?

# name ADDRESS: in awk, by kallsyms; callers are named by their calls, which end before ADDRESS
awk '
	function name(hex, back,   low, high, mid) {
		hex = sprintf("%16s", hex)
		low = 1
		high = nr + 1
		while (low + 1 < high) {
			mid = int((low + high) / 2)
			if (at[mid] < hex || (at[mid] == hex && !back))
				low = mid
			else
				high = mid
		}
		return symbol[low]
	}
	FNR == NR { if (tolower($2) == "t" && NF == 3) { at[++nr] = $1; symbol[nr] = $3 } ; next }
	$5 == "host-kernel" && $8 != "0" && $10 ~ /^k:/ && $11 ~ /^k:/ {
		leaf = name(substr($10, 3), 0)
		n[leaf " " name(substr($11, 3), 1)]++
		all[leaf]++
	}
	END { for (pair in n) print pair, n[pair] }' \
	<(sort "$tap_dir/kallsyms") "$tap_dir/truth" | sort >"$tap_dir/want"
slow=kernel_function_0	# the first place is the hottest
"$SPELUNK" report -q -i "$tap_dir/gen.data" --kallsyms "$tap_dir/kallsyms" --callers $slow --format csv |
	awk -F, -v slow=$slow '
		$3 == 1 { root[$1] = $4 == "host-kernel" }
		$3 == 2 && root[$2] && $7 { print slow, $5, $7 }' | sort >"$tap_dir/got"
is "its chains are split by caller as they were made" "$(cat "$tap_dir/got")" \
	"$(grep "^$slow " "$tap_dir/want")"
is "there are two callers" "$(wc -l <"$tap_dir/got")" 2
# gen takes the first of the two in seven of ten cases
holds "and each has its share, within the sampling bound" \
	"$(sort -k3,3nr "$tap_dir/got" | awk '{ n[NR] = $3 } END {
		d = n[1] / (n[1] + n[2]) - 0.7
		print (n[1] + n[2] > 300 && d * d < 9 * 0.21 / (n[1] + n[2])) }') == 1"

exits "a function in no chain is an error" 1 "$SPELUNK" report -q -i "$tap_dir/gen.data" \
	--kallsyms "$tap_dir/kallsyms" --filter world=host-kernel --callers nosuch
grep -q 'no call chain contains the function "nosuch": run .spelunk report --children. to list' "$tap_dir/err"
tap "that says where there are some" $? "$(cat "$tap_dir/err")"

# The screens have the same chains: the flame graph zooms into the function below its callers.
"$BUILD/tests/tools/screens" 100x200 "U / Text:^$slow\$ Enter u" --kallsyms "$tap_dir/kallsyms" \
	"$tap_dir/gen.data" >"$tap_dir/out" 2>&1
holds "callers on the screen are those of the report" \
	"$(awk '{ print $2 }' "$tap_dir/got" | while read -r caller; do grep -c "├─ $caller \|└─ $caller " "$tap_dir/out"; done |
		awk '$1 >= 1 { n++ } END { print n }') == 2"

# Options that perf's users type.
for command in report annotate kvm diff dump tui record top; do
	exits "$command -g" 2 "$SPELUNK" $command -g
	grep -q 'SPE records no call chains' "$tap_dir/err"
	tap "says that SPE has no call chains" $? "$(cat "$tap_dir/err")"
done

tap_end
