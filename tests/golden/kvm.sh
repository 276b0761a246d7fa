#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk kvm beside what others counted of the same run: the VMM itself
# (exits.vmm), and `perf kvm stat report` (exits.perf).

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/captures/exits.data.xz tests/demo/kallsyms-6.12.xz
data=$BUILD/captures/exits.data
vmm=tests/captures/exits.vmm
perf=tests/captures/exits.perf

"$SPELUNK" kvm -q -i "$data" --format csv --table exits >"$tap_dir/exits"
tap "the exits as CSV" $?
"$SPELUNK" kvm -q -i "$data" --format csv >"$tap_dir/ledger"
tap "the ledger as CSV" $?

# times REASONS: how often, by an extended regular expression
times()
{
	awk -F, -v reason="^($1)\$" 'NR > 1 && $2 ~ reason { n += $5 } END { print n + 0 }' \
		"$tap_dir/exits"
}

# guest REASONS: microseconds in the guest before them
guest()
{
	awk -F, -v reason="^($1)\$" 'NR > 1 && $2 ~ reason { n += $6 } END { printf "%.2f", n / 1000 }' \
		"$tap_dir/exits"
}

# the VMM's own word
told()
{
	grep -oE " $1=[0-9]+" "$vmm" | cut -d= -f2
}

is "as many exits as KVM counted" "$(times '.*')" "$(told exits)"
is "as many went to the VMM for a device" "$(times mmio-user)" "$(told mmio)"
is "as many to a device of the kernel" "$(times mmio-kernel)" "$(told mmio-kernel)"
is "as many hypercalls" "$(times hvc)" "$(told hvc)"
is "as many WFI" "$(times wfi)" "$(told wfi)"
is "as many WFE" "$(times wfe)" "$(told wfe)"
is "the doorbell was rung as often as the VMM heard it" \
	"$(awk -F, '$3 == "write 0x9000040" { print $5 }' "$tap_dir/exits")" "$(told doorbells)"
is "the hypercall is named" "$(awk -F, '$2 == "hvc" { print $3 }' "$tap_dir/exits")" PSCI_VERSION

# perf kvm stat's time on Arm is that from kvm_entry to kvm_exit: the guest's.
class()
{
	awk -v class="$1" '$1 == class { print $2 }' "$perf"
}

abort='mmio-.*|fault-.*|abort-no-syndrome|data-abort'
for pair in "DABT_LOW $abort" "WFx wf[xie]" "HVC64 hvc" "IRQ irq" "IABT_LOW instruction-abort"; do
	is "as many ${pair%% *} as perf has" "$(times "${pair#* }")" "$(class "${pair%% *}")"
done
is "as long in the guest as perf says" "$(guest '.*')" \
	"$(sed -n 's/.*handled time:\(.*\)us\.$/\1/p' "$perf")"

# name=value of the ledger's one line
awk -F, 'NR == 1 { n = split($0, name); next } { for (i = 1; i <= n; i++) print name[i] "=" $i }' \
	"$tap_dir/ledger" >"$tap_dir/values"
value()
{
	sed -n "s/^$1=//p" "$tap_dir/values"
}
is "the books balance" \
	"$(($(value guest_ns) + $(value kernel_ns) + $(value vmm_ns) + $(value halted_ns) + \
		$(value preempted_ns) + $(value waiting_ns) + $(value unknown_ns)))" "$(value time_ns)"
is "nothing contradicts" "$(value contradictions)" 0
holds "and almost nothing is unknown" "$(value unknown_ns) < $(value time_ns) / 100"
sum()
{
	awk -F, -v at="$1" 'NR > 1 { n += $at } END { print n }' "$tap_dir/exits"
}
is "time in the kernel is that of its exits" "$(sum 7)" "$(value kernel_ns)"
is "time in the VMM is, too" "$(sum 8)" "$(value vmm_ns)"
is "steal is that of who ran instead" \
	"$("$SPELUNK" kvm -q -i "$data" --format csv --table steal |
		awk -F, 'NR > 1 { n += $5 } END { print n }')" "$(value preempted_ns)"
is "and that was the program beside it" \
	"$("$SPELUNK" kvm -q -i "$data" --format csv --table steal | sed -n 2p | cut -d, -f4)" work

"$SPELUNK" kvm -q -i "$data" --kallsyms "$BUILD/captures/kallsyms-6.12" >"$tap_dir/text"
tap "the report as text" $?
for word in "Findings" "mmio-user exits, write 0x9000040" "% of its busy time to steal: vCPU 0" \
	"Meanwhile the CPU ran: work, thread 157 (97 %)" "Limits of this data" "kvm_vgic_vcpu_pending_irq"; do
	tr -s ' \n' ' ' <"$tap_dir/text" | grep -qF -- "$word"
	tap "text says: $word" $?
done
"$SPELUNK" report -q -i "$data" --kallsyms "$BUILD/captures/kallsyms-6.12" --by reason,symbol \
	--filter 'reason=fault-translation' --format csv >"$tap_dir/by"
is "page faults clear pages" "$(sed -n 2p "$tap_dir/by" | cut -d, -f1,2)" \
	"fault-translation,clear_page"
is "a filter by mmio takes both kinds" \
	"$("$SPELUNK" report -q -i "$data" --by reason --filter 'reason=mmio' --format csv |
		tail -n +2 | cut -d, -f1 | sort | paste -sd' ')" "mmio-kernel mmio-user"

# Two VMs and a program share a CPU.
unpack tests/demo/vhe-guest.data.xz
is "a VM that runs instead of another is named" \
	"$("$SPELUNK" kvm -q -i "$BUILD/captures/vhe-guest.data" --format json |
		jq -c '[.vms[].vcpus[].stolen_by[] | select(.vm != null) | .vm]')" "[1,0]"

# Where in the guest they came from: instructions of that kind.
unpack tests/demo/guest.elf.xz
guest=$BUILD/captures/guest.elf
"$SPELUNK" kvm -q -i "$data" --guest "$guest" --format csv --table code >"$tap_dir/code"
# insn ADDRESS: the guest's word there; its text is at 0x10000 of the file
insn()
{
	od -An -tx4 -N4 -j $(($1 - 0x40000000 + 0x10000)) "$guest" | tr -d ' '
}
# sites REASON
sites()
{
	awk -F, -v reason="$1" '$2 == reason { print $6 }' "$tap_dir/code"
}
is "hypercalls come from an HVC" "$(for pc in $(sites hvc); do insn "$pc"; done)" d4000002
is "WFI from a WFI" "$(for pc in $(sites wfi); do insn "$pc"; done)" d503207f
for reason in hvc wfi mmio-user mmio-kernel fault-translation instruction-abort; do
	is "each exit by $reason has its place" \
		"$(awk -F, -v reason=$reason '$2 == reason { n += $7 } END { print n + 0 }' "$tap_dir/code")" \
		"$(times $reason)"
done
is "interrupts have none" "$(sites irq)" ""
is "functions are named by --guest" "$(awk -F, '$2 == "wfi" { print $1, $4 }' "$tap_dir/code")" \
	"0 guest_main"
"$SPELUNK" kvm -q -i "$data" --guest "$guest" | tr -s ' \n' ' ' >"$tap_dir/guest"
for word in "100 % of its mmio-user exits come from guest_main in the guest" \
	"109 100.0% mmio-user 0 - guest_main"; do
	grep -qF -- "$word" "$tap_dir/guest"
	tap "text says: $word" $?
done
"$SPELUNK" kvm -q -i "$data" | tr -s ' \n' ' ' >"$tap_dir/guest"
for word in "100 100.0% hvc 0 - 0x40001680" "--guest 0=FILE with a guest's kernel"; do
	grep -qF -- "$word" "$tap_dir/guest"
	tap "without symbols it says: $word" $?
done
is "JSON has the places, too" \
	"$("$SPELUNK" kvm -q -i "$data" --guest "$guest" --format json |
		jq -r '.guest_code[] | [.vm, .reason, .guest_comm, .symbol, .object, .address, .exits] |
			map(. // "") | map(tostring) | join(",")')" "$(tail -n +2 "$tap_dir/code")"

# Findings: three page faults took 7 % of the busy time, and the largest is named though
# nothing names it.
"$SPELUNK" kvm -q -i "$data" --format json >"$tap_dir/json"
is "few exits that cost much are a rough finding" \
	"$(jq -r '.findings[] | select(.rough) | "\(.kind) \(.reason) \(.events)"' "$tap_dir/json")" \
	"steal null $(value preemptions)
exit fault-translation $(times fault-translation)"
is "code without a symbol is named by its address" \
	"$(jq -r '.findings[] | select(.reason == "wfi") | .guest_code | "\(.symbol) \(.address) \(.of)"' \
		"$tap_dir/json")" "null $(sites wfi) $(times wfi)"
is "and so says the text" "$("$SPELUNK" kvm -q -i "$data" | tr -s ' \n' ' ' |
	grep -c "100 % of its wfi exits come from $(sites wfi) in the guest, without a symbol")" 1
is "host code without a symbol is no less than other" \
	"$(jq -c '.findings[0].handler | [.symbol, .of == .all]' "$tap_dir/json")" '[null,true]'
for f in "$data" "$BUILD/captures/vhe-guest.data"; do
	is "who ran instead adds up: ${f##*/}" "$("$SPELUNK" kvm -q -i "$f" --format json |
		jq -c '[.findings[] | select(.kind == "steal") |
			([.ran_instead[].percent] | add) == 100 and
			([.ran_instead[].stolen_ns] | add) == .cost_ns] | all')" true
done

# A recording that has but entries and exits says what it lacks, and invents nothing.
unpack tests/captures/nvhe-kvm1.data.xz
"$SPELUNK" kvm -q -i "$BUILD/captures/nvhe-kvm1.data" | tr -s ' \n' ' ' >"$tap_dir/nvhe"
for word in "SPE was off for" "kvm:kvm_userspace_exit was not recorded" \
	"The causes of exits were not recorded"; do
	grep -qF -- "$word" "$tap_dir/nvhe"
	tap "an nVHE host's report says: $word" $?
done

# Where no task switch was recorded, nothing tells halted from busy: WFx is no finding.
"$BUILD/tests/tools/gen" -o "$tap_dir/gen.data" --exits 20000 --cpus 2 --no-switches 2>/dev/null
"$SPELUNK" kvm -q -i "$tap_dir/gen.data" --format json >"$tap_dir/gen.json"
"$SPELUNK" kvm -q -i "$tap_dir/gen.data" >"$tap_dir/gen.text"
is "a halted vCPU is no finding without task switches" \
	"$(jq -r '[.findings[].reason] | sort | join(" ")' "$tap_dir/gen.json")" \
	"data-abort hvc irq sysreg"
is "a finding's mean and p99 are those of the table" \
	"$(jq -r '.findings[] | .reason + (.text | capture("vCPU time, (?<mean>.*) each \\(p99 (?<p99>[^)]*)\\)") |
		" \(.mean) \(.p99)")' "$tap_dir/gen.json" | sort)" \
	"$(awk '$NF ~ /^(irq|hvc|sysreg|data-abort)$/ && $4 == "ms" { print $NF, $7, $8, $11, $12 }' \
		"$tap_dir/gen.text" | sort)"

# Threads share the work; the report is the same, with interleaved CPUs and blocks of facts.
"$BUILD/tests/tools/gen" -o "$tap_dir/many.data" --exits 60000 --cpus 17 2>/dev/null
for format in text json; do
	"$SPELUNK" kvm -q -j1 -i "$tap_dir/many.data" --format $format >"$tap_dir/one"
	"$SPELUNK" kvm -q -j4 -i "$tap_dir/many.data" --format $format >"$tap_dir/four"
	cmp "$tap_dir/one" "$tap_dir/four" >&2 && [ "$(wc -c <"$tap_dir/one")" -gt 2000 ]
	tap "-j1 and -j4 give the same report, as $format" $?
done

exits "no such table" 2 "$SPELUNK" kvm --format csv --table heaps -i "$data"
exits "a table without CSV" 2 "$SPELUNK" kvm --table steal -i "$data"
LC_ALL=C sed 's/aarch64/x86_64\x00/g' "$data" >"$tap_dir/x86.data"
exits "a table without a value" 2 "$SPELUNK" kvm -i "$data" --table
exits "an option of report alone" 2 "$SPELUNK" kvm --by vm -i "$data"
exits "an option that is none" 2 "$SPELUNK" kvm --gues -x -i "$data"
exits "another architecture's exits" 1 "$SPELUNK" kvm -q -i "$tap_dir/x86.data"
holds "and it is said why" "$(grep -c "recorded on x86_64" "$tap_dir/err")"
exits "no such file" 1 "$SPELUNK" kvm -i "$tap_dir/none"
exits "no room for the output" 1 "$SPELUNK" kvm -q -i "$data" -o /dev/full

tap_end
