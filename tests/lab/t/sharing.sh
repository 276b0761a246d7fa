#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two CPUs share lines in known ways, at addresses that the program prints.

. tests/tap.sh

dir=$tap_dir/share
mkdir "$dir"
cp "$BUILD/lab/arm/spelunk" "$BUILD"/lab/guest/{share,vmm} "$dir/"
exits "the machine makes its recordings" 0 tests/lab/run --kernel 6.12 --smp 2 --share "$dir" \
	--cpu spe-reset=0x3b -- sh -ec '
	dd if=/dev/zero of=/tmp/lines bs=4096 count=1
	# record NAME OPTION ARGUMENT...
	record() {
		name=$1 option=$2
		shift 2
		./spelunk record -q -a -o /tmp/$name.data --period 512 --only loads,stores $option -- \
			./share --rounds 6 "$@" /tmp/lines >$name.told
		cp /tmp/$name.data .
	}
	record threads --physical
	record processes --physical --processes
	record virtual --virtual
	record virtual-processes --virtual --processes
	./spelunk record -q -a -o /tmp/vm.data --period 1024 --physical --kvm -- \
		./vmm --vcpus 2 --pin --rounds 20 --inner 20000 --run none --mailbox >vm.told
	cp /tmp/vm.data .'

# address RECORDING LINE WHICH: va-0, va-1 or pa, as share printed it
address()
{
	awk -v name="$2" -v n="$(case $3 in va-0) echo 2 ;; va-1) echo 3 ;; pa) echo 4 ;; esac)" \
		'$1 == name { print $n }' "$dir/$1.told"
}

# told RECORDING ADDRESS: the report of `spelunk sharing` on the line there and on its users
told()
{
	local table
	for table in lines accessors; do
		[ -e "$dir/$1.$table" ] || "$SPELUNK" sharing -q --format csv --table $table \
			-i "$dir/$1.data" -o "$dir/$1.$table"
	done
	awk -F, -v at="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		$1 == at {
			printf "%s, %s: %d threads, %d read, %d write, %d CPUs, %s", $c["memory"],
				$c["verdict"], $c["threads"], $c["readers"], $c["writers"],
				$c["cpus"], $c["words"]
			few = $c["samples"] < 50 * $c["threads"]
		}
		END { if (few) printf ", few samples" }' "$dir/$1.lines"
	awk -F, -v at="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		$1 == at {
			what = $c["atomics"] == $c["samples"] ? " atomics" : ""
			print "; " $c["comm"] " " $c["worlds"] " " $c["words"] what
		}' "$dir/$1.accessors" | sort | tr -d '\n'
}

for recording in threads processes virtual; do
	memory=physical at=pa
	[ $recording != virtual ] || memory=process at=va-0
	is "$recording: counters side by side are falsely shared" \
		"$(told $recording "$(address $recording near $at)")" \
		"$memory, false-sharing suspect: 2 threads, 2 read, 2 write, 2 CPUs, b....b..; share-0 host-user b.......; share-1 host-user .....b.."
	is "$recording: a counter of both is truly shared" \
		"$(told $recording "$(address $recording all $at)")" \
		"$memory, true sharing: 2 threads, 2 read, 2 write, 2 CPUs, ...b....; share-0 host-user ...b.... atomics; share-1 host-user ...b.... atomics"
	is "$recording: what both read is read-shared" \
		"$(told $recording "$(address $recording limits $at)")" \
		"$memory, read-shared: 2 threads, 2 read, 0 write, 2 CPUs, rrrrrrrr; share-0 host-user rrrrrrrr; share-1 host-user rrrrrrrr"
	for n in 0 1; do
		is "$recording: the padded counter of thread $n is its own" \
			"$(told $recording "$(address $recording far$n $at)")" \
			"$memory, private: 1 threads, 1 read, 1 write, 1 CPUs, b.......; share-$n host-user b......."
	done
done

# Two processes have the same lines at different addresses.
for recording in processes virtual-processes; do
	[ "$(address $recording near va-0)" != "$(address $recording near va-1)" ]
	tap "$recording: they have the lines at different addresses" $? "$(cat "$dir/$recording.told")"
done
is "virtual-processes: nothing tells that they are the same, of the first process" \
	"$(told virtual-processes "$(address virtual-processes near va-0)")" \
	"process, private: 1 threads, 1 read, 1 write, 1 CPUs, b.......; share-0 host-user b......."
is "nor of the second" \
	"$(told virtual-processes "$(address virtual-processes near va-1)")" \
	"process, private: 1 threads, 1 read, 1 write, 1 CPUs, .....b..; share-1 host-user .....b.."

# From the line to the code.
mkdir -p "$tap_dir/symfs/share"
cp "$dir/share" "$tap_dir/symfs/share/"
is "a line's address finds its functions and their bytes" \
	"$("$SPELUNK" report -q -i "$dir/threads.data" --symfs "$tap_dir/symfs" --format csv \
		--by comm,symbol,word --columns samples --filter "pa_line=$(address threads near pa)" |
		awk -F, 'NR > 1 { print $1, $2, $3 }' | sort | paste -sd,)" \
	"share-0 count_near 0,share-1 count_near 40"

# Locks of the kernel may be worse here, because the emulator makes them wait.
is "of user space, the two worst lines are those" \
	"$("$SPELUNK" sharing -q --format csv --filter 'world=host-user' "$dir/threads.data" |
		sed -n '2,3s/,.*//p' | sort | paste -sd' ')" \
	"$({ address threads near pa; address threads all pa; } | sort | paste -sd' ')"

# A VMM and its two vCPUs count in the guest's memory: each in its own word, and all in one line.
at=$(sed -n 's/.* mailbox=//p' "$dir/vm.told")
is "words side by side are falsely shared, by host and guest" "$(told vm "$at")" \
	"physical, false-sharing suspect: 3 threads, 3 read, 3 write, 2 CPUs, bb.....b; CPU 0/KVM guest-kernel b.......; CPU 1/KVM guest-kernel .b......; vmm host-user .......b"
is "a word of all is truly shared" "$(told vm "$(printf '%#x' $((at + 64)))")" \
	"physical, true sharing: 3 threads, 3 read, 3 write, 2 CPUs, b.......; CPU 0/KVM guest-kernel b.......; CPU 1/KVM guest-kernel b.......; vmm host-user b......."

tap_end
