#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The first two commands that anybody types, with no option on stock kernels: `spelunk record -a --
# sleep 2` and `spelunk report` name the functions of the host's kernel and its programs. Merged
# with the recording of the guest's agent, the same report names the guest's kernel functions and
# programs as well. The clock counts instructions, so that 2 s are as long on a busy machine.

. tests/tap.sh

program=$BUILD/lab/arm/spelunk
agent=$BUILD/lab/arm/spelunk-guest-agent
guest=$BUILD/lab/guest
machine=$(tests/lab/machine/build | tail -n 1)
cross=$([ "$(uname -m)" = aarch64 ] || echo aarch64-linux-gnu-)
[ -x "$program" ] && [ -x "$agent" ]
tap "the programs are built for the machine" $? "make lab-arm"

# The guest has its first process, the agent, and a program.
mkdir -p "$tap_dir/initrd/dev"
cp "$guest/init" "$guest/work" "$tap_dir/initrd/"
"${cross}strip" -o "$tap_dir/initrd/agent" "$agent"
(cd "$tap_dir/initrd" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$tap_dir/cpio"
# linux.dts says where the archive ends
truncate -s 4M "$tap_dir/cpio"

cat >"$tap_dir/job" <<-'END'
	cp spelunk work vmm /tmp/ && cd /tmp || exit 1
	mkfifo console
	./vmm --name debian --linux /share/Image-6.1 --initrd /share/initrd --dtb /share/linux.dtb \
		--box guest.data >console 2>&1 &
	vmm=$!
	exec 3<console
	# Stop the guest when its agent records, and continue it when the host records.
	while read -r line <&3; do
		echo "$line"
		case $line in "guest: spelunk"*) break ;; esac
	done >/share/console
	kill -STOP $vmm
	cat <&3 >>/share/console &
	while :; do ./work hot_load=5 hot_store=5 >/dev/null; done &
	work=$!
	./spelunk record -a -- sleep 2 2>said &
	record=$!
	until grep -q 'SPE on' said; do sleep 0.1; done
	kill -CONT $vmm
	wait $record || exit 1
	cp said /share/
	kill $work
	./spelunk report >/share/report 2>/share/errors || exit 1
	./spelunk report -q --by world,symbol,object --columns samples --format csv -o /share/host.csv ||
		exit 1
	wait $vmm
	grep -q '^guest: done' /share/console || exit 1
	./spelunk merge -o both.data perf.data guest.data 2>/share/merged && mv both.data perf.data || exit 1
	./spelunk report >/share/both 2>>/share/errors || exit 1
	./spelunk report -q --by world,symbol,object --columns samples --format csv -o /share/guest.csv
END

# samples FILE WORLD SYMBOL: of rows that match these patterns; an address is not a symbol
samples()
{
	tail -n +2 "$1" | tr -d '"' | awk -F, -v world="$2" -v symbol="$3" '
		$1 ~ world && $2 ~ symbol && $2 !~ /[+]?0x[0-9a-f]*xx$/ && $2 != "" { s += $4 }
		END { print s + 0 }'
}

# rows FILE WORLD OBJECT: samples of all rows that match these patterns
rows()
{
	tail -n +2 "$1" | tr -d '"' | awk -F, -v world="$2" -v object="$3" \
		'$1 ~ world && $3 ~ object { s += $4 } END { print s + 0 }'
}

# first KERNEL
first()
{
	local name="Linux $1" dir=$tap_dir/$1 all
	mkdir "$dir"
	cp "$program" "$guest"/{work,vmm,linux.dtb} "$machine/Image-6.1" "$tap_dir/job" "$dir/"
	cp "$tap_dir/cpio" "$dir/initrd"
	exits "$name: record, report, merge and report" 0 tests/lab/run --kernel "$1" --share "$dir" \
		--timeout 500 --count --cpu spe-reset=0x3b -- sh ./job
	is "$name: the reports write nothing to standard error" "$(cat "$dir/errors")" ""
	all=$(rows "$dir/host.csv" host-kernel .)
	holds "$name: every sample of the host's kernel has its function" \
		"$all > 100 && $(samples "$dir/host.csv" host-kernel .) == $all"
	holds "$name: well-known functions are among them" \
		"$(samples "$dir/host.csv" host-kernel '^(el0_svc|do_el0_svc|handle_mm_fault|__arm64_sys_[a-z0-9]+|kvm_arch_vcpu_ioctl_run|kvm_handle_guest_abort|vfs_write)$') > 0"
	holds "$name: a program's functions have names" "$(samples "$dir/host.csv" host-user '^hot_(load|store)$') > 100"
	grep -qE '  hot_(load|store)  ' "$dir/report"
	tap "$name: the text report shows them" $? "$(head -n 40 "$dir/report")"
	is "$name: without the agent's recording the guest's kernel has no names" \
		"$(samples "$dir/host.csv" guest-kernel .)" 0
	all=$(rows "$dir/guest.csv" guest-kernel .)
	holds "$name: with it, it has" \
		"$all > 1000 && $(samples "$dir/guest.csv" guest-kernel .) > 0.95 * $all"
	holds "$name: well-known functions are among them" \
		"$(samples "$dir/guest.csv" guest-kernel '^(el0_svc|do_el0_svc|handle_mm_fault|vfs_(read|write)|pipe_(read|write)|pl011_.*|__arch_copy_.*)$') > 0"
	all=$(rows "$dir/guest.csv" guest-user .)
	holds "$name: the guest's programs are known" \
		"$all > 1000 && $(rows "$dir/guest.csv" guest-user ']/(init|work|agent)$') > 0.95 * $all"
	holds "$name: the work that began with the recording is among them" \
		"$(rows "$dir/guest.csv" guest-user ']/work$') > 1000"
	is "$name: without the agent's recording none was" "$(rows "$dir/host.csv" guest-user ']/.')" 0
	grep -qE '\[guest:vm0\]/(init|work|agent)' "$dir/both"
	tap "$name: the text report shows them, too" $? "$(head -n 60 "$dir/both")"
	sed 's/^/# /' "$dir/said" "$dir/merged"
	for f in host guest; do
		echo "# $name: $f"
		tail -n +2 "$dir/$f.csv" | tr -d '"' | awk -F, '{ n[$1 " " $3] += $4 } END { for (o in n) print "#", n[o], o }'
	done
}

first 6.1
first 6.12

tap_end
