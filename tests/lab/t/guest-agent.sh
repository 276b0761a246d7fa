#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A Linux guest that its own agent recorded, too: the programs in it are named, and its clock offset
# is found.

. tests/tap.sh

dir=$tap_dir/share
machine=$(tests/lab/machine/build | tail -n 1)
arm=$BUILD/lab/arm
guest=$BUILD/lab/guest
cross=$([ "$(uname -m)" = aarch64 ] || echo aarch64-linux-gnu-)

# The guest's files: its first process, the agent, and a program.
mkdir -p "$dir" "$tap_dir/initrd/dev" "$tap_dir/files"
cp "$guest/init" "$guest/work" "$tap_dir/initrd/"
cp "$guest/init" "$guest/work" "$tap_dir/files/"
cp "$arm/spelunk-guest-agent" "$tap_dir/files/agent"
"${cross}strip" -o "$tap_dir/initrd/agent" "$arm/spelunk-guest-agent"
(cd "$tap_dir/initrd" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$dir/initrd"
# linux.dts says where the archive ends
[ "$(stat -c %s "$dir/initrd")" -le 4194304 ]
tap "the guest's files have room" $?
truncate -s 4M "$dir/initrd"
cp "$guest"/{vmm,linux.dtb} "$machine/Image-6.1" "$dir/"

# The counter's offset is chosen, so that it is known: KVM allows this since Linux 6.4.
cntvoff=1234567
exits "the machine makes its recording" 0 tests/lab/run --kernel 6.12 --share "$dir" \
	--timeout 900 --cpu spe-reset=0x3b -- sh -c "
	perf record -q -o /tmp/kvm.data -a -m 512,1024 -e kvm:kvm_entry -e kvm:kvm_exit \
		-e arm_spe_0/ts_enable=1,pct_enable=1,pa_enable=1,jitter=1,period=16384/ -- \
		./vmm --name debian --linux Image-6.1 --initrd initrd --dtb linux.dtb \
			--box guest.data --cntvoff $cntvoff 2>/share/console &&
	cp /tmp/kvm.data /share/"
grep -q '^guest: done' "$dir/console"
tap "the guest came up and did its work" $? "$(tail "$dir/console")"
grep '^guest:' "$dir/console" | sed 's/^/#/'

report()
{
	"$SPELUNK" report -q -i "$dir/kvm.data" --guest "0=$dir/guest.data" \
		--guest-symfs "0=$tap_dir/files" "$@"
}

report >"$dir/report"
sed -n '/^  clock/,/^$/p' "$dir/report" | sed 's/^/#/'
read -r clock offset within < <(report --format json | jq -r '.. | objects |
	select(has("clock")) | "\(.clock) \(.clock_offset_ticks) \(.clock_within_ns)"')
is "the clock's distance is found" "$clock" known
# A tick of this machine is 1 ns.
error=$((offset - cntvoff))
echo "# the clock is wrong by $error ns, and says within $within ns"
holds "it is right within 1 us" "${error#-} < 1000"
holds "and no farther off than it says" "${within:-0} < 5000 && ${error#-} <= ${within:-0}"

report --by guest_comm,symbol,object --filter world=guest-user --format csv --columns samples \
	>"$dir/user"
sed -n '2,6s/^/#   /p' "$dir/user"
holds "the guest's programs' functions are named, of files below --guest-symfs" \
	"$(awk -F, 'NR > 1 { all += $NF; n += $2 != "" && $3 ~ /^\[guest:vm0\]\// ? $NF : 0 }
		END { print all ? n / all : 0 }' "$dir/user") > 0.95"
for known in work,hot_load work,hot_branch init,guest_sum; do
	grep -q "^$known,\\[guest:vm0\\]/${known%,*}," "$dir/user"
	tap "$known is found" $? "$(head -n 20 "$dir/user")"
done
is "two processes were called work" "$(report --by guest_pid --filter 'guest_comm=work' \
	--format csv --columns samples | awk -F, 'NR > 1 && $2 > 20' | wc -l)" 2
report --by symbol --filter world=guest-kernel --format csv --columns samples >"$dir/kernel"
holds "the guest's kernel is named by the agent's copy of its symbols" \
	"$(awk -F, 'NR > 1 { all += $2; n += $1 != "" ? $2 : 0 } END { print all ? n / all : 0 }' \
		"$dir/kernel") > 0.95"
# The samples themselves are the ground truth.
holds "the guest's thread is that of CONTEXTIDR" "$(report --by guest_tid,ctx_el1 --format csv \
	--columns samples --filter 'world=guest-user' | awk -F, 'NR > 1 {
		all += $3; n += sprintf("0x%x", $1) == $2 ? $3 : 0 } END { print all ? n / all : 0 }') > 0.99"
"$SPELUNK" merge -o "$dir/merged.data" "$dir/kvm.data" "$dir/guest.data" 2>"$dir/said"
tap "both are merged into one" $? "$(cat "$dir/said")"
sed 's/^/#   /' "$dir/said"
# without the names of files, also in commands
plain() { jq -S 'del(.file) | del(.. | .path?)' | sed -E 's/ (-i|--guest) [^ "]+//g'; }
is "which reports what both do" "$("$SPELUNK" report -q -i "$dir/merged.data" \
		--guest-symfs "0=$tap_dir/files" --format json | plain | cksum)" \
	"$(report --format json | plain | cksum)"
perf=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf
if "$perf" version >/dev/null 2>&1; then
	"$SPELUNK" export --to perf -q -i "$dir/merged.data" -o "$dir/guest.perf"
	report --by guest_comm,guest_tid,object --filter 'world=guest-user && object=~"[]]/"' \
		--format csv --columns samples | sed -n '2,$s/\[guest:vm0\]//p' | sort >"$dir/tasks"
	holds "programs of the guest have rows" "$(wc -l <"$dir/tasks") >= 4"
	is "perf finds in its export the samples of each program of the guest, with its task" \
		"$(HOME=$tap_dir "$perf" script -i "$dir/guest.perf" -F machine_pid,comm,tid,ip,dso 2>/dev/null |
			sed -nE 's/^VM: *[0-9]+ +(.*[^ ]) +([0-9]+) +[0-9a-f]+ \((\/.*)\)$/\1,\2,\3/p' |
			sort | uniq -c | awk '{ print $2 "," $1 }' | sort)" \
		"$(cat "$dir/tasks")"
else
	echo "ok $((++tap_nr)) - perf reads its export # SKIP no perf 6.12: make perfs"
fi
LC_ALL=C.UTF-8 "$BUILD/tests/tools/screens" 180x60 9 --guest-symfs "0=$tap_dir/files" \
	"$dir/merged.data" >"$dir/time" 2>"$dir/said"
holds "the view Time names the guest's tasks below its vCPU" "$(grep -cE '^   tasks .*│(work|agent|init)' "$dir/time")"
sed -n '/vcpu 0 time/,/^   tasks/s/^/#/p' "$dir/time"
"$SPELUNK" kvm -q -i "$dir/merged.data" --guest-symfs "0=$tap_dir/files" --format csv --table code \
	>"$dir/code"
sed -n '2,9s/^/#   /p' "$dir/code"
holds "exits have the guest's functions and tasks" \
	"$(awk -F, 'NR > 1 { all += $NF; n += $4 != "" ? $NF : 0; t += $3 != "" ? $NF : 0 }
		END { print all ? n / all : 0, "> 0.95 &&", all ? t / all : 0 }' "$dir/code") > 0.5"
is "a guest that waits for an interrupt does so in the kernel's idle loop" \
	"$(awk -F, '$2 ~ /^wf/ { print $4 }' "$dir/code" | sort -u | grep -vE 'idle|wfi|wfe|delay|spin')" ""
is "perf reads the agent's file, too" "$(tests/lab/run --share "$dir" -- sh -c \
	'perf script -i guest.data --show-mmap-events --show-task-events 2>&1 |
	grep -c "PERF_RECORD_COMM exec: work"')" 2

tap_end
