#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Exports: their structure, read by jq and awk; their totals, which equal the report's; names in a
# hostile recording; the same bytes twice. Other tools read them in export_consumers.sh.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/hostile.sh

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz tests/captures/{calls,cycles,quick}.data.xz
captures=$BUILD/captures
demo=(-q -i "$captures/vhe-guest.data" --kallsyms "$captures/kallsyms-6.12" --guest "$captures/guest.elf")
calls=(-q -i "$captures/calls.data" --kallsyms "$captures/kallsyms-6.12")
cycles=(-q -i "$captures/cycles.data")
hostile "$tap_dir"

export_to()
{
	"$SPELUNK" export --to "$@"
}

# sum COLUMN OPTION...: sum of a column of the report
sum()
{
	"$SPELUNK" report --by world --columns "$1" --format csv "${@:2}" |
		awk -F, 'NR > 1 { n += $2 } END { printf "%d", n }'
}

# weight FILE: weight of all stacks
weight()
{
	awk '{ n += $NF } END { printf "%d", n }' "$1"
}

#
# Stacks
#

export_to folded "${calls[@]}" >"$tap_dir/folded"
is "call chains, as the report has them" "$(cat "$tap_dir/folded")" \
	"$("$SPELUNK" report --by stack "${calls[@]}")"
is "306 samples of 200,000 cycles" "$(weight "$tap_dir/folded")" 61200000
for recording in demo cycles hostile_options; do
	declare -n options=$recording
	for pair in samples:samples cost:total_sum time:cycles; do
		[ $recording = cycles ] || [ $pair != time:cycles ] || continue
		export_to folded --weight ${pair%:*} "${options[@]}" >"$tap_dir/folded"
		is "$recording: ${pair%:*} of all stacks are the report's" "$(weight "$tap_dir/folded")" \
			"$(sum ${pair#*:} "${options[@]}")"
		is "$recording: each line is a stack" \
			"$(grep -avE '^(host-user|host-kernel|switch|guest-user|guest-kernel|unknown);(-|[0-9]+);[^;]+(;[^;]+)+ [0-9]+$' \
				"$tap_dir/folded")" ""
		export_to speedscope --weight ${pair%:*} "${options[@]}" >"$tap_dir/speedscope"
		is "$recording: speedscope has these stacks, and a VM's name" \
			"$(jq -r '.shared.frames as $f | .profiles[0] | [.samples, .weights] | transpose[] |
				([.[0][] | $f[.].name] | join(";")) + " \(.[1])"' "$tap_dir/speedscope" |
				sed -E 's/^([^;]*);vm ([0-9]+)[^;]*;/\1;\2;/; t; s/;/;-;/' | md5sum)" \
			"$(sed 's/\\x3b/;/g' "$tap_dir/folded" | md5sum)"
		is "$recording: its end is their sum" "$(jq '.profiles[0].endValue' "$tap_dir/speedscope")" \
			"$(weight "$tap_dir/folded")"
	done
	is "$recording: one thread of ours and many agree" "$(export_to folded "${options[@]}" -j3 | md5sum)" \
		"$(export_to folded "${options[@]}" -j1 | md5sum)"
done
is "samples of no known owner stay unknown" \
	"$(export_to folded --weight samples "${demo[@]}" --host-mode nvhe | grep ^unknown | weight -)" 8554
is "frames have objects" "$(export_to speedscope "${demo[@]}" |
	jq -r '.shared.frames[] | select(.name == "guest_chase") | .file' | sort | paste -sd' ')" \
	"[guest:vm0] [guest:vm1]"

#
# pprof
#

# pprof OPTION...: write its lines to $tap_dir/lines; csv KEYS COLUMNS OPTION...: the report's,
# separated by tabs
pprof()
{
	export_to pprof "$@" >"$tap_dir/pprof"
	python3 tests/golden/export_pprof.py "$tap_dir/pprof" >"$tap_dir/lines" 2>"$tap_dir/err" || cat "$tap_dir/err"
}
csv()
{
	"$SPELUNK" report --by "$1" --columns "$2" --format csv "${@:3}" |
		awk -F, -v OFS='\t' 'NR > 1 { for (i = 2; i <= NF; i++) $i += 0; print }' | sort
}
lines()
{
	sed -n "s/^$1\t//p" "$tap_dir/lines"
}

values=samples,operations,total_sum
if command -v python3 >/dev/null; then
	pprof "${demo[@]}"
	is "pprof: nothing is wrong with it" "$(lines fault)" ""
	is "pprof: what is counted" "$(lines type)" "$(for pair in "samples	count" "operations	count" "latency	cycles"; do
		case $pair in s*) sum samples "${demo[@]}" ;; o*) sum operations "${demo[@]}" ;; *) sum total_sum "${demo[@]}" ;; esac |
			sed "s/^/$pair	/; s/\$/\n/"; done | grep .)"
	is "pprof: worlds" "$(lines 'label\tworld' | sort)" "$(csv world $values "${demo[@]}")"
	is "pprof: VMs" "$(lines 'label\tvm' | sort)" "$(csv vm $values "${demo[@]}" --filter world=guest)"
	is "pprof: vCPUs" "$(lines 'label\tvcpu' | sort)" "$(csv vcpu $values "${demo[@]}" --filter world=guest)"
	is "pprof: functions" "$(lines symbol | sort)" "$(csv symbol $values "${demo[@]}")"
	is "pprof: build-ids of files" "$(lines mapping | grep /share/ | sort)" \
		"$(for name in vmm work; do
			xz -dc tests/demo/$name.elf.xz >"$tap_dir/elf"
			printf '/share/%s\t%s\n' $name "$(readelf -n "$tap_dir/elf" | sed -n 's/.*Build ID: //p')"
		done)"
	xz -dc tests/captures/pods.data.xz >"$tap_dir/pods.data"
	pods=(-i "$tap_dir/pods.data")
	pprof "${pods[@]}"
	is "pprof: cgroups" "$(lines 'label\tcgroup' | sort)" "$(csv cgroup $values "${pods[@]}" | grep ^/)"
	is "pprof: NUMA nodes of the data" "$(lines 'label\tnuma' | sort)" \
		"$(csv node $values "${pods[@]}" | grep ^[0-9])"
	pprof "${calls[@]}"
	is "pprof: nothing is wrong with one of call chains" "$(lines fault)" ""
	is "pprof: CPU cycles" "$(lines type | tail -n 1)" "cpu	cycles	61200000"
	is "pprof: functions of call chains" "$(lines symbol | sort)" "$(csv symbol $values,cycles "${calls[@]}")"
	pprof "${cycles[@]}"
	is "pprof: cycles of guests" "$(lines 'label\tworld' | sort)" "$(csv world $values,cycles "${cycles[@]}")"
	pprof "${demo[@]}" --host-mode nvhe
	is "pprof: unknown stays unknown" "$(lines 'label\tworld' | grep unknown | cut -f 1,2)" "unknown	8554"
	pprof "${hostile_options[@]}"
	is "pprof: nothing is wrong with hostile names" "$(lines fault)" ""
	is "pprof: the same bytes with one thread and many" "$(export_to pprof "${demo[@]}" -j1 | md5sum)" \
		"$(export_to pprof "${demo[@]}" -j3 | md5sum)"

	#
	# Perfetto: the ledger, exits, CPUs and samples
	#

	unpack tests/captures/exits.data.xz
	perfetto()
	{
		export_to perfetto "$@" >"$tap_dir/trace"
		python3 tests/golden/export_perfetto.py "$tap_dir/trace" >"$tap_dir/lines" 2>"$tap_dir/err" || cat "$tap_dir/err"
	}
	exits=(-q -i "$captures/exits.data")
	for recording in demo exits; do
		declare -n options=$recording
		"$SPELUNK" kvm --format json "${options[@]}" >"$tap_dir/json"
		perfetto "${options[@]}"
		is "$recording: perfetto: nothing is wrong with it" "$(lines fault)" ""
		is "$recording: perfetto: what vCPUs did, ns" "$(lines slices | grep -v /exits | sed -n 's/^\(vm [0-9]*\)[^\t]*\/\(vCPU [0-9]*\)\t\([a-z]*\)\t[0-9]*/\1 \2 \3/p' | tr '\t' ' ')" \
			"$(jq -r '.vms[] | .vm as $vm | .vcpus[] | "vm \($vm) vCPU \(.vcpu)" as $v |
				{guest: .guest_ns, kernel: .kernel_ns, vmm: .vmm_ns, halted: .halted_ns, stolen: .preempted_ns,
				waiting: .waiting_ns, unknown: .unknown_ns} | to_entries[] |
				select(.value > 0) | "\($v) \(.key) \(.value)"' "$tap_dir/json" | sort)"
		is "$recording: perfetto: exits" "$(lines slices | sed -n 's/^\(vm [0-9]*\)[^\t]*\/exits\t\([a-z-]*\)\t\([0-9]*\)\t.*/\1 \2 \3/p' | sort)" \
			"$(jq -r '.vms[] | .vm as $vm | .reasons[] | select(.exits > 0) | "vm \($vm) \(.reason) \(.exits)"' "$tap_dir/json" | sort)"
	done
	perfetto "${demo[@]}" --slice 10000000
	# the thread is on the CPU before its first entry, too
	is "perfetto: a vCPU's thread has a CPU while it is in guest, kernel or VMM" \
		"$(lines slices | awk -F'\t' '
			/^CPUs\/.*: .*KVM/ { sub(/:.*/, "", $2); on[$2] += $4 }
			/^vm .*\/vCPU [0-9]*\t(guest|kernel|vmm)\t/ { sub(/\/.*/, "", $1); in_it[$1] += $4 }
			END { for (v in in_it) print (on[v] >= in_it[v] && on[v] < in_it[v] * 1.05) }' | sort -u)" 1
	is "perfetto: samples by world, in slices of 10 ms" \
		"$(lines counter | awk -F'\t' '/samples, / { sub(/.*, /, "", $1); printf "%s\t%d\n", $1, $3 / 100 + 0.5 }' | sort)" \
		"$(csv world samples "${demo[@]}")"
	perfetto "${hostile_options[@]}"
	is "perfetto: nothing is wrong with hostile names" "$(lines fault)" ""
	is "perfetto: nothing of the filter's is left out but samples" \
		"$(perfetto "${demo[@]}" --filter vm=7; lines counter; lines 'slices\tvm 0.*exits' | awk -F'\t' '{ n += $2 } END { print n }')" \
		"$(jq '.vms[0].vcpus[0].exits' <("$SPELUNK" kvm --format json "${demo[@]}"))"

	#
	# Firefox: call chains and exits
	#

	firefox()
	{
		export_to firefox "$@" >"$tap_dir/firefox"
		python3 tests/golden/export_firefox.py "$tap_dir/firefox" >"$tap_dir/lines" 2>"$tap_dir/err" || cat "$tap_dir/err"
	}
	firefox "${calls[@]}"
	is "firefox: nothing is wrong with it" "$(lines fault)" ""
	is "firefox: the report's stacks, with samples of 200,000 cycles" \
		"$(lines stack | awk -F'\t' '{ printf "%s;%s %d\n", $1, $2, $3 * 200000 }' | sort)" \
		"$("$SPELUNK" report --by stack "${calls[@]}" | cut -d';' -f3- | awk '
			{ n = $NF; sub(/ [0-9]*$/, ""); sum[$0] += n } END { for (s in sum) print s, sum[s] }' | sort)"
	firefox "${cycles[@]}"
	is "firefox: nothing is wrong with guests" "$(lines fault)" ""
	is "firefox: all samples of cycles" "$(lines stack | awk -F'\t' '{ n += $3 } END { print n }')" \
		"$("$SPELUNK" report --by stack --format json "${cycles[@]}" | jq .chains.samples)"
	for recording in demo exits hostile_options; do
		declare -n options=$recording
		firefox "${options[@]}"
		is "$recording: firefox: nothing is wrong with it" "$(lines fault)" ""
		is "$recording: firefox: exits are markers" "$(lines marker | cut -f 1-3 | tr '\t' ' ')" \
			"$("$SPELUNK" kvm --format json "${options[@]}" | jq -r '.vms[] | .vm as $vm | .reasons[] |
				select(.exits > 0) | "vm \($vm) \(.reason) \(.exits)"' | sort)"
	done
	perfetto "${exits[@]}"
	lines slices | sed -n 's/^\(vm [0-9]*\)[^\t]*\/exits\t/\1\t/p' | sort >"$tap_dir/slices"
	firefox "${exits[@]}"
	is "firefox: exits take as long as in perfetto" "$(lines marker | sort)" "$(cat "$tap_dir/slices")"

	#
	# Parquet: fields as dump has them, figures as the report
	#

	# parquet OPTION...: writes $tap_dir/parquet; table COMMAND ARGUMENT...: reads it
	parquet()
	{
		export_to parquet -o "$tap_dir/parquet" "$@"
	}
	table()
	{
		python3 tests/golden/export_parquet.py "$tap_dir/parquet" "$@"
	}
	# fields LIST OPTION...: of dump; records COLUMN,... OPTION...: likewise, of its records. -q, the
	# first option, and --vm-name, the last one, are none of dump's
	fields()
	{
		"$SPELUNK" dump --samples --format csv --fields "$1" "${@:3:6}" | tail -n +2
	}
	records()
	{
		"$SPELUNK" dump --records --format csv "${@:3:6}" | awk -F, -v OFS=, -v names="$1" '
			NR == 1 { n = split(names, name, ","); for (i = 1; i <= NF; i++) at[$i] = i; next }
			{ line = ""; for (i = 1; i <= n; i++) line = line (i > 1 ? "," : "") $at[name[i]]; print line }'
	}

	"$BUILD/tests/tools/gen" -o "$tap_dir/all.data" --records 20000 --cpus 4 --nodes 2 --cgroups all \
		--previous-target --orders random 2>"$tap_dir/err"
	all=(-q -i "$tap_dir/all.data")
	keys=cpu,cpu_node,time,world,basis,reason,vm,vcpu,pid,tid,comm,cgroup,pod,container,unit,machine,nspid
	keys+=,guest_pid,guest_tid,guest_comm,el,object,offset,symbol,address,op,subclass,access,source,target
	keys+=,prev_target,va,pa,node,far,total,issue,xlat,ctx_el1,ctx_el2
	bits=ticks:d,security,op_class,op_payload:x,events,alt_issue,target_el,target_security,prev_target_el
	bits+=,prev_target_security,pa_attributes:x,source_code:x,size
	for recording in demo all exits hostile_options; do
		declare -n options=$recording
		parquet "${options[@]}"
		is "$recording: parquet: nothing is wrong with it" "$(table check)" ""
		is "$recording: parquet: keys of each sample" "$(table csv "${keys/,offset/,object_offset}" | md5sum)" \
			"$(fields "$keys" "${options[@]}" | md5sum)"
		is "$recording: parquet: other fields of each record" "$(table csv "$bits" | md5sum)" \
			"$(records ticks,pc_ns,op_class,op,events,alt_issue,target_el,target_ns,prev_el,prev_ns,pa_attr,source,size \
				"${options[@]}" | md5sum)"
		is "$recording: parquet: operations and latency by world and VM" \
			"$(table sum world,vm period 'period*total' | sort)" \
			"$("$SPELUNK" report --by world,vm --columns $values --format csv "${options[@]}" |
				tail -n +2 | tr , '\t' | sort)"
		is "$recording: parquet: the same bytes with one thread and many" \
			"$(export_to parquet "${options[@]}" -j1 | md5sum)" "$(export_to parquet "${options[@]}" -j3 | md5sum)"
		by=world,vm,comm,op,total,address
		parquet --by $by "${options[@]}"
		is "$recording: parquet: nothing is wrong with rows" "$(table check)" ""
		"$SPELUNK" report --by $by --format csv "${options[@]}" >"$tap_dir/rows"
		is "$recording: parquet: rows are the report's, with all columns" \
			"$(table csv "$(head -n 1 "$tap_dir/rows" | tr :- _)" | sort | md5sum)" \
			"$(tail -n +2 "$tap_dir/rows" | sort | md5sum)"
	done
	parquet "${all[@]}"
	is "parquet: samples by event" \
		"$(for e in exception retired l1d_access l1d_miss tlb_walk mispredicted llc_miss; do
			table sum event_$e | sed -n "s/^1\t/$e /p"; done)" \
		"$("$SPELUNK" report --by cpu --columns "$(printf 'event:%s,' exception retired l1d-access l1d-miss tlb-walk \
			mispredicted llc-miss | sed 's/,$//')" --format csv "${all[@]}" | awk -F, '
				NR == 1 { for (i = 2; i <= NF; i++) { sub(/event:/, "", $i); gsub(/-/, "_", $i); name[i] = $i }; n = NF; next }
				{ for (i = 2; i <= n; i++) sum[i] += $i }
				END { for (i = 2; i <= n; i++) if (sum[i]) print name[i], sum[i] }')"
	is "parquet: the machine" "$(table sum host,kernel,cpu_model | cut -f 1-3)" "server	6.12.0-arm64	Neoverse N1"
	parquet "${demo[@]}"
	is "parquet: build-ids" "$(table sum object,build_id | grep /share/ | cut -f 1,2 | sort)" \
		"$(for name in vmm work; do
			xz -dc tests/demo/$name.elf.xz >"$tap_dir/elf"
			printf '/share/%s\t%s\n' $name "$(readelf -n "$tap_dir/elf" | sed -n 's/.*Build ID: //p')"
		done)"
	is "parquet: a place in a symbol" \
		"$(table sum symbol,symbol_offset,address | awk '$1 == "guest_chase"' | cut -f 1-3 | sort -u | while read -r s o a; do
			echo $((a - o)); done | sort -u)" \
		"$((0x$(readelf -sW "$captures/guest.elf" | awk '$8 == "guest_chase" { print $2 }')))"
	is "parquet: names of VMs" "$(table sum vm,vm_name | awk '$1 != ""' | cut -f 1,2 | sort)" \
		"$(printf '\t\n0\tweb\n1\tdb')"
	parquet "${demo[@]}" --filter 'world=guest && total>=100'
	is "parquet: a filter" "$(table sum world | sort)" \
		"$("$SPELUNK" report --by world --columns samples --format csv "${demo[@]}" --filter 'world=guest && total>=100' |
			tail -n +2 | tr , '\t' | sort)"
	"$BUILD/tests/tools/gen" -o "$tap_dir/long.data" --bytes 40M --cpus 2 2>"$tap_dir/err"
	parquet -q -i "$tap_dir/long.data"
	is "parquet: row groups of a CPU have times of their own" "$(table groups | awk '
		NR > 1 && $2 > last { after++ } { last = $3; rows += $1 } END { print NR, after, rows }')" "6 4 655360"
	for recording in demo exits hostile_options; do
		declare -n options=$recording
		parquet --table ledger "${options[@]}"
		is "$recording: parquet: nothing is wrong with ledgers" "$(table check)" ""
		is "$recording: parquet: ledgers of vCPUs" \
			"$(table csv vm,vcpu,tid,time_ns,guest_ns,kernel_ns,vmm_ns,halted_ns,stolen_ns,waiting_ns,unknown_ns,entries,exits,preemptions,losses)" \
			"$("$SPELUNK" kvm --table ledger --format csv "${options[@]}" | tail -n +2 | cut -d, -f 1-14,16)"
		parquet --table exits "${options[@]}"
		is "$recording: parquet: nothing is wrong with exits" "$(table check)" ""
		is "$recording: parquet: exits by reason" "$(table sum vm,reason exits kernel_ns vmm_ns halted_ns stolen_ns waiting_ns | cut -f 1,2,4- | sort)" \
			"$("$SPELUNK" kvm --table exits --format csv "${options[@]}" | awk -F, -v OFS='\t' '
				NR > 1 { for (i = 0; i < 6; i++) sum[$1 OFS $2, i] += $(i ? 6 + i : 5); seen[$1 OFS $2] }
				END { for (k in seen) { line = k; for (i = 0; i < 6; i++) line = line OFS sum[k, i]; print line } }' | sort)"
	done
	for kind in pprof parquet; do
		"$SPELUNK" export --to $kind -i "$captures/vhe-guest.data" -o "$tap_dir/parquet" 2>"$tap_dir/$kind.err"
	done
	is "parquet: says which names are missing" "$(cat "$tap_dir/parquet.err")" "$(cat "$tap_dir/pprof.err")"
	exits "parquet: no folder" 2 "$SPELUNK" export --to parquet --partition "${demo[@]}"
	touch -d 2026-11-05T23:59:59Z "$tap_dir/all.data"
	export_to parquet "${all[@]}" --partition -o "$tap_dir/fleet" && export_to parquet "${all[@]}" --partition -o "$tap_dir/fleet"
	is "parquet: a file by date and host, once" "$(cd "$tap_dir/fleet" && find . -type f)" \
		"./date=2026-11-05/host=server/all-100000000002.parquet"
	export_to parquet "${hostile_options[@]}" --partition -o "$tap_dir/hostile-fleet"
	is "parquet: a host's name is one folder" "$(cd "$tap_dir/hostile-fleet" && find . -mindepth 2 -type d | sed 's/date=[-0-9]*/date=/')" \
		"./date=/host=%3Cimg%2F%3E"

	python3 tests/on-terminal.py 80x24 "$SPELUNK" export --to pprof "${demo[@]}" >"$tap_dir/out" 2>&1
	grep -q 'pprof is binary, and this is a terminal: add -o FILE' "$tap_dir/out"
	tap "nothing binary on a terminal" $? "$(head -c 300 "$tap_dir/out")"
else
	echo "ok $((++tap_nr)) - pprof # SKIP no python3"
fi
refuses "keys of a ledger" "--by is for the table of samples: leave --table out" \
	export --to parquet --table ledger --by symbol "${demo[@]}"
refuses "keys where there are no rows" "--by is for parquet: leave it out with --to pprof" \
	export --to pprof --by symbol "${demo[@]}"
refuses "a weight where there is none to choose" "--weight is for folded and speedscope: leave it out with --to pprof" \
	export --to pprof --weight cost "${demo[@]}"

#
# Messages
#

"$SPELUNK" export --to folded -i "$captures/vhe-guest.data" 2>&1 >/dev/null | head -n 1 >"$tap_dir/err"
is "that there are no chains is said" "$(cat "$tap_dir/err")" \
	"spelunk export: no call chains: each stack is an object and a function of SPE's samples, by cost"
exits "time without samples of cycles" 1 "$SPELUNK" export --to folded --weight time "${demo[@]}"
grep -q 'no samples of cycles' "$tap_dir/err"
tap "says so" $? "$(cat "$tap_dir/err")"
exits "time of what only SPE records" 1 "$SPELUNK" export --to folded --weight time "${calls[@]}" --filter op=load
grep -q 'the filter asks for what only SPE records' "$tap_dir/err"
tap "says so, too" $? "$(cat "$tap_dir/err")"
is "else cost is chosen" "$(export_to folded "${calls[@]}" --filter op=load | md5sum)" \
	"$(export_to folded --weight cost "${calls[@]}" --filter op=load | md5sum)"
"$BUILD/tests/tools/gen" -o "$tap_dir/cgroups.data" --records 20000 --cgroups all 2>"$tap_dir/err"
cgroups=(-q -i "$tap_dir/cgroups.data" --filter 'cgroup="/system.slice/nginx.service"')
export_to folded --weight samples "${cgroups[@]}" >"$tap_dir/folded"
holds "a filter by cgroup finds samples" "$(weight "$tap_dir/folded") > 1000"
is "those of the report" "$(weight "$tap_dir/folded")" "$(sum samples "${cgroups[@]}")"
exits "a filter that nothing matches" 1 "$SPELUNK" export --to folded "${demo[@]}" --filter vm=7
refuses "no kind" "--to is missing" export "${demo[@]}"
refuses "an unknown kind" "no kind 'foldde'; did you mean 'folded'" export --to foldde "${demo[@]}"
is "-o - is standard output" "$(export_to folded "${demo[@]}" -o - | md5sum)" \
	"$(export_to folded "${demo[@]}" | md5sum)"
cp "$captures/quick.data" "$tap_dir/own.data"
exits "not over the recording itself" 1 "$SPELUNK" export --to folded -q -i "$tap_dir/own.data" -o "$tap_dir/own.data"
cmp -s "$captures/quick.data" "$tap_dir/own.data"
tap "which is as it was" $?

tap_end
