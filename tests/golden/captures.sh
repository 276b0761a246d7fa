#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Known facts about the bundled recordings.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/demo/*.xz tests/captures/*.xz
dir=$BUILD/captures
mkdir -p "$dir/symfs/share"
cp "$dir/work.elf" "$dir/symfs/share/work"
cp "$dir/vmm.elf" "$dir/symfs/share/vmm"

# report NAME ARGUMENTS...: print a capture's CSV rows without the header
report()
{
	local name=$1 kallsyms=kallsyms-6.1
	shift
	[ "$name" != vhe-guest ] || kallsyms="kallsyms-6.12"
	"$SPELUNK" report -q -i "$dir/$name.data" --kallsyms "$dir/$kallsyms" \
		--symfs "$dir/symfs" --guest "$dir/guest.elf" --format csv "$@" | tail -n +2
}

# sum FIELD PATTERN: sum over the rows on standard input with matching keys
sum()
{
	awk -F, -v n="$1" -v p="$2" '$0 ~ p { s += $n } END { print s + 0 }'
}

records()
{
	"$SPELUNK" dump --records --format csv -i "$dir/$1.data" | tail -n +2 | wc -l
}

# perf finds the same number of records, and each of them is in some row.
for capture in vhe-work:22692 vhe-kvm1:8217 nvhe-kvm1:7434 vhe-guest:24185; do
	name=${capture%:*}
	is "$name: dump gives every record" "$(records "$name")" "${capture#*:}"
	is "$name: the rows add up to the records" \
		"$(report "$name" --by world | sum 2 .)" "${capture#*:}"
	is "$name: no record is unattributed" "$(report "$name" --by world | sum 2 '^unknown')" 0
done

# A user program.
report vhe-work --by symbol >"$tap_dir/work"
for symbol in hot_load hot_store hot_branch; do
	holds "vhe-work: $symbol is named" "$(sum 2 "^\"?$symbol\"?," <"$tap_dir/work") > 1000"
done
holds "vhe-work: nine of ten samples are in the three" \
	"$(sum 2 '^"?hot_(load|store|branch)"?,' <"$tap_dir/work") > 0.9 * 22692"
is "vhe-work: nothing but the host" \
	"$(report vhe-work --by world | grep -cE '^(guest|switch)')" 0

# A guest that stock kernels do not sample.
for name in vhe-kvm1 nvhe-kvm1; do
	report $name --by world >"$tap_dir/world"
	is "$name: no guest samples" "$(sum 2 '^guest' <"$tap_dir/world")" 0
	holds "$name: samples of the world switch" "$(sum 2 '^switch' <"$tap_dir/world") > 0"
	report $name --by world,comm >"$tap_dir/comm"
	is "$name: only a vCPU's thread is in the world switch" \
		"$(awk -F, '/^switch/ { print $2 }' "$tap_dir/comm" | tr -d '"' | sort -u)" "CPU 0/KVM"
done
report vhe-kvm1 --by world,symbol >"$tap_dir/symbols"
holds "vhe-kvm1: __kvm_vcpu_run_vhe runs in the world switch" \
	"$(sum 3 '^switch,"?__kvm_vcpu_run_vhe"?,' <"$tap_dir/symbols") > 0"
holds "vhe-kvm1: __guest_enter runs in the world switch" \
	"$(sum 3 '^switch,"?__guest_enter"?,' <"$tap_dir/symbols") > 0"
is "vhe-kvm1: and nowhere else" \
	"$(grep -v ^switch "$tap_dir/symbols" | sum 3 ',"?__guest_enter"?,')" 0

# Two sampled guests.
report vhe-guest --by world,vm,vcpu,symbol >"$tap_dir/guest"
holds "vhe-guest: samples of the guest's kernel" \
	"$(sum 5 '^guest-kernel' <"$tap_dir/guest") > 5000"
is "vhe-guest: all of two VMs, of one vCPU each" \
	"$(awk -F, '/^guest/ { print $2 "/" $3 }' "$tap_dir/guest" | sort -u | paste -sd' ')" \
	"0/0 1/0"
for symbol in kernel,0,0,guest_hot_store kernel,1,0,guest_hot_load user,0,0,guest_user_load; do
	holds "vhe-guest: $symbol is named" \
		"$(sum 5 "^guest-$symbol," <"$tap_dir/guest") > 1000"
done
is "vhe-guest: only one of them has user code" \
	"$(awk -F, '/^guest-user/ { print $2 }' "$tap_dir/guest" | sort -u)" 0
is "vhe-guest: what the other does not run is not there" \
	"$(grep -cE '^guest-kernel,1,0,guest_hot_(store|branch)' "$tap_dir/guest")" 0
is "vhe-guest: no guest symbol in a host row" \
	"$(grep -E '^(host|switch)' "$tap_dir/guest" | grep -c guest_hot_)" 0
is "vhe-guest: no host symbol in a guest row" \
	"$(awk -F, '/^guest/ { print $4 }' "$tap_dir/guest" | tr -d '"' |
		grep -cvE '^(guest_.*|_start|(enter|leave)_user|user_return|take_irq|)$')" 0

# The number of threads does not change the report.
for name in vhe-guest nvhe-kvm1; do
	for format in text csv json; do
		for j in 1 4; do
			"$SPELUNK" report -j$j -i "$dir/$name.data" --format $format \
				--kallsyms "$dir/kallsyms-6.12" >"$tap_dir/j$j" 2>/dev/null
		done
		cmp -s "$tap_dir/j1" "$tap_dir/j4" && [ -s "$tap_dir/j1" ]
		tap "$name: -j1 and -j4 print the same $format" $?
	done
done

# Lines with known sharing, at the addresses that the program printed.
verdicts=$("$SPELUNK" sharing -q -i "$dir/share.data" --format csv |
	awk -F, 'NR == FNR { split($0, at, " "); name[at[4]] = at[1]; next }
		$1 in name { print name[$1], $5, $6, $25 }' tests/captures/share.told - | sort)
is "share: each line has its verdict, its threads and their words" "$verdicts" \
"all true sharing 2 ...b....
far0 private 1 b.......
far1 private 1 b.......
limits read-shared 2 rrrrrrrr
near false-sharing suspect 2 b....b.."
at=$(sed -n 's/.* mailbox=//p' tests/captures/share-vm.told)
is "share-vm: two lines of host and guest are what its VMM says" \
	"$("$SPELUNK" sharing -q -i "$dir/share-vm.data" --format csv |
		awk -F, '$1 == "'"$at"'" || $1 == "'"$(printf '%#x' $((at + 64)))"'" { print $5, $6, $11, $25 }')" \
"false-sharing suspect 3 host-user guest-kernel bb.....b
true sharing 3 host-user guest-kernel b......."

tap_end
