# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by tests/lab/t/*.sh after tests/tap.sh.  Boots a machine, which makes the recordings of
# inside.sh, and compares them with the log of its CPU.

recordings="work user filter kvm small"

# samples NAME: a recording's samples as CSV
samples()
{
	"$SPELUNK" dump --samples --format csv -i "$dir/$1.data" 2>/dev/null
}

# count NAME CONDITION: samples that meet this condition
count()
{
	samples "$1" | awk -F, -v want="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{
			ev = $c["events"]
			ev = substr("0000" substr(ev, 3), length(ev) - 1)
			low = index("0123456789abcdef", substr(ev, 4, 1)) - 1
			high = index("0123456789abcdef", substr(ev, 3, 1)) - 1
			fault = low % 2
			retired = int(low / 2) % 2
			not_taken = int(high / 4) % 2
			op = $c["op"]
			conditional = $c["op_class"] == 2 && op ~ /[13579bdf]$/
			target = $c["target"] != ""
			load = $c["op_class"] == 1 && op ~ /[02468ace]$/
			total = $c["total"] + 0
			guest = $c["world"] ~ /guest/
		}
		want == "not a load" && !load ||
		want == "under 30 cycles" && total < 30 ||
		want == "faulted" && fault && retired && $c["op_class"] == 1 ||
		want == "taken without a target" && conditional && !fault && !not_taken && !target ||
		want == "not taken with a target" && conditional && not_taken && target ||
		want == "not taken" && conditional && not_taken ||
		want == "guest" && guest { n++ }
		END { print n + 0 }'
}

# machine KERNEL MODE RESET: RESET is the value of PMSCR_EL1 at reset, which is UNKNOWN
machine()
{
	local name="Linux $1, $2, PMSCR_EL1 reset to $3" f data=()
	dir=$tap_dir/$1-$2-$3
	mkdir "$dir"
	cp tests/lab/inside.sh "$BUILD"/lab/guest/{work,vmm} "$dir/"
	exits "$name: makes its recordings" 0 tests/lab/run --kernel "$1" --mode "$2" \
		--share "$dir" --cpu "spe-log=$dir/truth,spe-reset=$3" -- sh ./inside.sh
	for f in $recordings; do
		data+=("$dir/$f.data")
	done
	tests/lab/compare "$dir/truth" "$SPELUNK" "${data[@]}" >"$dir/compared" 2>&1
	tap "$name: every record is what the CPU wrote, and its owner whose it was" $? \
		"$(cat "$dir/compared")"
	sed 's/^/#/' "$dir/compared"
	is "$name: the load filter lets loads through" "$(count filter "not a load")" 0
	is "$name: the latency filter long ones" "$(count filter "under 30 cycles")" 0
	holds "$name: what faulted says so" "$(count user faulted) > 0"
	holds "$name: branches are not always taken" "$(count user "not taken") > 0"
	is "$name: a branch taken has a target" "$(count user "taken without a target")" 0
	is "$name: one not taken has none" "$(count user "not taken with a target")" 0
	"$SPELUNK" report -i "$dir/small.data" 2>/dev/null | grep -q 'losses.*truncated'
	tap "$name: a buffer that is too small is said to be" $?
	tests/golden/perf_dump.sh perf "$SPELUNK" "$dir/kvm.data" >"$dir/packets" 2>&1
	tap "$name: perf report -D says the same of every packet" $? "$(tail "$dir/packets")"
	# Kernels with the series write the register.
	if [ "${1#6}" != "$1" ] && [ "$2" = vhe ] && [ "$3" != 0 ]; then
		holds "$name: guests are sampled" "$(count kvm guest) > 1000"
	else
		is "$name: no guest is sampled" "$(count kvm guest)" 0
	fi
	rm -rf "$dir"
}
