#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk export --to perf, read by perf 6.12: it finds the report's samples, of each machine and
# vCPU, with the names that it is given for the host and for guests. tests/lab/t/guest-agent.sh has
# guests whose programs are known.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh
perf=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf
"$perf" version >/dev/null 2>&1 || skip_all "no perf 6.12: make perfs"
# perf reads ~/.debug and ~/.perfconfig
export HOME=$tap_dir

unpack tests/demo/{vhe-guest.data,guest.elf}.xz
data=$BUILD/captures/vhe-guest.data
exits "the demo" 0 "$SPELUNK" export --to perf -q -i "$data" -o "$tap_dir/demo.perf"
is "the same bytes on standard output, as one thread and as many" \
	"$("$SPELUNK" export --to perf -q -i "$data" -o - -j1 | cksum)" "$(cksum <"$tap_dir/demo.perf")"

# script FILE FIELDS OPTION...: samples as lines; what perf complains of is in $tap_dir/err
script()
{
	"$perf" script -i "$1" -F "$2" "${@:3}" 2>"$tap_dir/err"
}

# sums: "SUM WORDS" of lines
sums()
{
	sort | uniq -c | awk '{ n = $1; $1 = ""; print n $0 }' | sort
}

# The kallsyms of each VM, below the process of its VMM.
for vm in 154 155; do
	mkdir -p "$tap_dir/guests/$vm/proc"
	nm "$BUILD/captures/guest.elf" | grep -v '\$' | sort >"$tap_dir/guests/$vm/proc/kallsyms"
done

is "perf warns of nothing but what it lacks for the host" \
	"$("$perf" report --stdio -i "$tap_dir/demo.perf" 2>&1 >/dev/null |
		grep -v '^No kallsyms or vmlinux with build-id e85221897d1ca89e9fd2357c760a238e7d512949')" ""

# owners_of FILE OPTION...: "SUM MODE VM VCPU" of perf's samples; perf writes KGg for guest-user
owners_of()
{
	script "$1" misc,machine_pid,vcpu,ip "${@:2}" |
		sed -E 's/^VM: *([0-9]+) VCPU:0*([0-9]+) (KGg|G) .*/\3 \1 \2/; t; s/^([KU]) .*/\1 - -/' | sums
}

# owners OPTION...: the same of the report
owners()
{
	"$SPELUNK" report -q --by world,vm,vcpu --columns samples --format csv "$@" | awk -F, '
		BEGIN { mode["host-user"] = "U"; mode["host-kernel"] = mode["switch"] = "K"
			mode["guest-user"] = "KGg"; mode["guest-kernel"] = "G"; pid[0] = 154; pid[1] = 155 }
		NR > 1 { sum[mode[$1] " " ($2 != "" ? pid[$2] : "-") " " ($3 != "" ? $3 : "-")] += $4 }
		END { for (owner in sum) print sum[owner], owner }' | sort
}

is "samples of the host and of each vCPU, of kernels and user space" \
	"$(owners_of "$tap_dir/demo.perf")" "$(owners -i "$data")"
holds "which are all kinds" "$(owners_of "$tap_dir/demo.perf" | wc -l) == 5"
is "functions of the guests' kernels" "$(script "$tap_dir/demo.perf" machine_pid,ip,sym,dso \
	--guestmount "$tap_dir/guests" | sed -nE 's/^VM: *([0-9]+) +[0-9a-f]+ ([^ ]+) \(\[guest\.kernel.*/\1 \2/p' | sums)" \
	"$("$SPELUNK" report -q -i "$data" --guest "$BUILD/captures/guest.elf" --by pid,symbol \
		--filter world=guest-kernel --columns samples --format csv |
		awk -F, 'NR > 1 { print $3, $1, $2 }' | sort)"

# tasks NAME FILE RECORDING: each thread of the host has its samples by each of its names
tasks()
{
	is "$1: tasks of the host" "$(script "$2" comm,tid,misc,ip |
		sed -nE 's/^ *(.*[^ ]) +([0-9]+) [KU] .*/\2 \1/p' | sums)" \
		"$("$SPELUNK" report -q -i "$3" --by tid,comm --filter 'world=host || world=switch' \
			--columns samples --format csv | awk -F, 'NR > 1 { print $3, $1, $2 }' | sort)"
}

tasks demo "$tap_dir/demo.perf" "$data"
is "time, period and latency" "$(script "$tap_dir/demo.perf" time,period,weight,ip --ns | head -n 3 |
	sed -E 's/^ *([0-9]+)\.([0-9]+): +([0-9]+) +([0-9]+) +([0-9a-f]+)/\1\2 \3 \4 0x\5/')" \
	"$("$SPELUNK" dump --samples -i "$data" --format csv --limit 3 | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		{ print $c["time"], 4096, $c["total"], $c["pc"] }')"
exits "a filter" 0 "$SPELUNK" export --to perf -q -i "$data" --filter 'vm=1 && symbol=guest_chase' \
	--guest "$BUILD/captures/guest.elf" -o "$tap_dir/vm1.perf"
is "leaves its samples" "$(owners_of "$tap_dir/vm1.perf")" \
	"$(owners -i "$data" --guest "$BUILD/captures/guest.elf" --filter 'vm=1 && symbol=guest_chase')"
exits "a filter that leaves none" 1 "$SPELUNK" export --to perf -q -i "$data" --filter vm=7 -o "$tap_dir/none"
[ ! -e "$tap_dir/none" ]
tap "writes no file" $?

# Many processes on several CPUs, with files and symbols: the same rows as perf's.
"$BUILD/tests/tools/gen" -o "$tap_dir/gen" --kallsyms "$tap_dir/kallsyms" --symfs "$tap_dir/symfs" \
	--bytes 2M --cpus 4 2>/dev/null
"$SPELUNK" export --to perf -q -i "$tap_dir/gen" -o "$tap_dir/gen.perf"
"$perf" report --stdio -n -t, --kallsyms "$tap_dir/kallsyms" --symfs "$tap_dir/symfs" --sort comm,dso,symbol \
	-i "$tap_dir/gen.perf" 2>/dev/null | sed "s/'spe'/'instructions'/" | grep -v '\[guest/' >"$tap_dir/theirs"
"$SPELUNK" report -q --kallsyms "$tap_dir/kallsyms" --symfs "$tap_dir/symfs" --by comm,object,symbol \
	--filter 'world=host || world=switch' --format csv -i "$tap_dir/gen" >"$tap_dir/ours"
read -r same differ theirs ours < <(awk -f tests/same-rows.awk "$tap_dir/theirs" "$tap_dir/ours")
is "by comm, object and symbol of the host no row differs" "$differ $theirs" "0 $ours"
holds "of many" "$same > 1000"
tasks "CPUs in turn" "$tap_dir/gen.perf" "$tap_dir/gen"

# Names that a recording chooses stay names.
hostile "$tap_dir"
exits "hostile names" 0 "$SPELUNK" export --to perf "${hostile_options[@]}" -o "$tap_dir/hostile.perf"
is "change nothing for perf" "$(owners_of "$tap_dir/hostile.perf")" "$(owners "${hostile_options[@]}")"

tap_end
