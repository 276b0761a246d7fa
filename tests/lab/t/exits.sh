#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# spelunk kvm counts the same exits as KVM, and finds the costly ones and nothing else.

. tests/tap.sh

spe="-e arm_spe_0/ts_enable=1,pct_enable=1,jitter=1,period=4096/"

# count REASON: number of exits of a recording
count()
{
	awk -F, -v reason="$1" 'NR > 1 && (reason == "" || $2 == reason) { n += $5 }
		END { print n + 0 }' "$dir/$name.csv"
}

told()
{
	grep -oE " $1=[0-9]+" "$dir/$name.vmm" | cut -d= -f2
}

# Compare the counts of a run with KVM's statistics and perf's.
check_counts()
{
	"$SPELUNK" kvm -q -i "$dir/$name.data" --format csv --table exits >"$dir/$name.csv"
	tap "$1 $name: the report" $?
	is "$1 $name: all exits" "$(count)" "$(told exits)"
	for pair in mmio:mmio-user mmio-kernel:mmio-kernel hvc:hvc wfi:wfi wfe:wfe; do
		is "$1 $name: ${pair#*:}" "$(count "${pair#*:}")" "$(told "${pair%:*}")"
	done
	is "$1 $name: as many as perf kvm stat" "$(count)" \
		"$(sed -n 's/^Total Samples:\([0-9]*\),.*/\1/p' "$dir/$name.perf")"
	is "$1 $name: as long in guests as perf kvm stat says" \
		"$(awk -F, 'NR > 1 { n += $6 } END { printf "%.2f", n / 1000 }' "$dir/$name.csv")" \
		"$(sed -n 's/.*handled time:\(.*\)us\.$/\1/p' "$dir/$name.perf")"
	is "$1 $name: the books balance, and nothing contradicts" \
		"$("$SPELUNK" kvm -q -i "$dir/$name.data" --format csv | awk -F, 'NR > 1 {
			for (i = 5; i <= 11; i++) sum += $i
			if (sum != $4 || $15) bad = 1
			sum = 0 } END { print (NR > 1 && !bad ? "yes" : "no") }')" yes
}

# finding N of a recording
finding()
{
	"$SPELUNK" kvm -q -i "$dir/$1.data" --format json |
		jq -r ".findings[$2] | \"\(.kind) \(.reason) \(.detail)\""
}

for run in "6.1 vhe" "6.12 nvhe"; do
	read -r kernel mode <<<"$run"
	dir=$tap_dir/$kernel
	mkdir "$dir"
	cp "$BUILD/lab/guest/"{vmm,work} "$dir/"
	exits "$run: the machine makes its recordings" 0 tests/lab/run --reproducible --timeout 1200 \
		--kernel "$kernel" --mode "$mode" --smp 2 --share "$dir" -- sh -c "
		# all events of exits that this kernel has
		events=--switch-events
		for e in entry exit userspace_exit mmio mmio_nisv guest_fault wfx_arm64 \\
				hvc_arm64 sys_access; do
			[ ! -d /sys/kernel/tracing/events/kvm/kvm_\$e ] ||
				events=\"\$events -e kvm:kvm_\$e\"
		done
		record() {
			name=\$1; shift
			perf record -q -B -a -o \$name.data \$spe \$events -- \"\$@\" >\$name.vmm &&
				perf kvm -i \$name.data stat report >\$name.perf 2>&1
		}
		spe='$spe'
		record two ./vmm --vcpus 2 --rounds 60 --inner 1000 --mmio --hvc --wfi &&
		record device ./vmm --name qemu-system-aarch64 --rounds 400 --inner 100 --run load --mmio &&
		record calls ./vmm --rounds 2000 --inner 10 --run load --hvc &&
		record slow ./vmm --rounds 300 --inner 2000 --run load --slow 50 --mmio &&
		record idreg ./vmm --rounds 2000 --inner 10 --run load --idreg &&
		record step ./vmm --rounds 3 --inner 2000 --run load --step 1500 &&
		record busy ./vmm --rounds 24 --inner 1000000 --run load &&
		record busy2 ./vmm --vcpus 2 --rounds 9 --inner 700000 --run store,branch &&
		record idle ./vmm --rounds 8 --inner 10 --wfi --wait 50000 &&
		record idle2 ./vmm --vcpus 2 --rounds 13 --inner 1000 --wfi --wait 17000 &&
		record both ./vmm --rounds 10 --inner 300000 --run load --wfi --wait 20000 &&
		record crowd sh -c 'taskset 1 ./work --inner 20000 hot_load=400 &
			./vmm --pin --rounds 10 --inner 200000; wait' &&
		spe= &&
		record plain ./vmm --rounds 50 --inner 100 --run load --mmio --hvc"
	[ -s "$dir/plain.perf" ] || continue
	for name in two device calls busy idle plain slow idreg step; do
		check_counts "$run"
	done
	name=step
	is "$run: as many steps as the debugger took" "$(count step)" "$(told steps)"
	name=slow
	is "$run: as many slow answers as the VMM gave" \
		"$(awk -F, '$3 == "write 0x900005c" { print $5 }' "$dir/slow.csv")" "$(told slow)"
	is "$run: the device is the first finding" "$(finding device 0)" \
		"exit mmio-user write 0x9000040"
	is "$run: and has the name that QEMU's machine gives it" \
		"$(awk -F, '$3 == "write 0x9000040" { print $NF }' "$dir/device.csv")" "PL011 UART"
	is "$run: of a VMM of another name it has none" \
		"$(awk -F, '$3 == "write 0x9000040" { print $NF }' "$dir/two.csv")" ""
	is "$run: the calls are" "$(finding calls 0)" "exit hvc PSCI_VERSION"
	is "$run: the slow address is, and not the quick one" "$(finding slow 0)" \
		"exit mmio-user write 0x900005c"
	is "$run: the register that traps is" "$(finding idreg 0)" "exit sysreg read ID_AA64PFR0_EL1"
	is "$run: the debugger is" "$(finding step 0)" "exit step null"
	is "$run: steal is" "$(finding crowd 0 | cut -d' ' -f1)" steal
	is "$run: and who ran is named" \
		"$("$SPELUNK" kvm -q -i "$dir/crowd.data" --format csv --table steal |
			sed -n 2p | cut -d, -f4)" work
	for name in busy busy2 idle idle2 both; do
		is "$run: $name is calm: no finding but rough ones" \
			"$("$SPELUNK" kvm -q -i "$dir/$name.data" --format json |
				jq '[.findings[] | select(.rough | not)] | length')" 0
	done
done

tap_end
