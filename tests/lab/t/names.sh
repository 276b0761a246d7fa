#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# On the recorded machine a report names the host's kernel, a module and a program without options;
# on another machine it does so with the archive beside the recording.

cd "$(dirname "$0")/../../.." || exit 1
. tests/tap.sh

program=$BUILD/lab/arm/spelunk
[ -x "$program" ]
tap "the program is built for the machine" $? "make lab-arm"

# A program, and reads of a shared folder, which a module performs.
cat >"$tap_dir/job" <<-'END'
	cp spelunk work /tmp/ && cd /tmp || exit 1
	echo './work hot_load=30 hot_store=30; for i in 1 2 3 4; do cat /share/spelunk >/dev/null; done' >both
	./spelunk record -q -a --period 1024 -- sh ./both || exit 1
	./spelunk report -q --by world,symbol,object --columns samples --format csv -o /share/here.csv ||
		exit 1
	./spelunk report --no-progress -o /share/report 2>/share/errors || exit 1
	./spelunk archive 2>/share/said || exit 1
	./spelunk annotate -q --format csv -o /share/annotated.csv hot_load || exit 1
	for perf in perf perf-6.12; do
		$perf script -i perf.data --show-mmap-events --itrace=i1i -F comm,ip,sym 2>/share/$perf.errors |
			grep -c hot_load
	done >/share/perfs
	cp perf.data perf.data.archive /share/
END

# samples FILE WORLD OBJECT SYMBOL: number of samples in rows that match these patterns
samples()
{
	tail -n +2 "$1" | tr -d '"' | awk -F, -v world="$2" -v object="$3" -v symbol="$4" \
		'$1 ~ world && $3 ~ object && $2 ~ symbol { s += $4 } END { print s + 0 }'
}

module='9p(net)?(_virtio)?([.]ko|[]])'
unnamed='[+]?0x[0-9a-f]*xx$'

# there KERNEL
there()
{
	local name="Linux $1" all
	dir=$tap_dir/$1
	mkdir "$dir"
	cp "$program" "$BUILD/lab/guest/work" "$tap_dir/job" "$dir/"
	exits "$name: a recording is made and read" 0 tests/lab/run --kernel "$1" --share "$dir" -- sh ./job
	all=$(samples "$dir/here.csv" host-kernel '^\[kernel\]' .)
	holds "$name: the host's kernel is sampled" "$all > 100"
	is "$name: and all of it has names" "$(samples "$dir/here.csv" . '^\[kernel\]' "$unnamed")" 0
	holds "$name: a function that everybody knows among them" \
		"$(samples "$dir/here.csv" host-kernel '^\[kernel\]' '^(el0t_64_sync_handler|el0_svc|el1h_64_irq_handler|do_mem_abort|handle_mm_fault)') > 0"
	holds "$name: a module is sampled" "$(samples "$dir/here.csv" host-kernel "$module" .) > 20"
	is "$name: and has names" "$(samples "$dir/here.csv" . "$module" "$unnamed")" 0
	holds "$name: its own" "$(samples "$dir/here.csv" host-kernel "$module" '^(v9fs|p9)_') > 0"
	holds "$name: the program has names" "$(samples "$dir/here.csv" host-user '/work$' '^hot_(load|store)$') > 1000"
	is "$name: no row is without any" "$(tail -n +2 "$dir/here.csv" | awk -F, '$2 == "" || $2 == "\"\""' | wc -l)" 0
	is "$name: nothing is said on standard error" "$(cat "$dir/errors")" ""
	grep -q '"\?ldr ' "$dir/annotated.csv"
	tap "$name: a function has its code" $?
	# busybox and its libraries have no symbols; nothing else is missing here
	grep -q '^  symbols .*no symbols for [0-9]* objects* of the host: install debug symbols' <(tr -s ' \n' ' ' <"$dir/report" |
		sed 's/ symbols no/\n  symbols no/')
	tap "$name: the report begins with what helps what is stripped" $? "$(head -n 4 "$dir/report")"
	is "$name: perf reads the file" "$(awk '$1 > 0' "$dir/perfs" | wc -l)" 2
	# This is another machine.
	"$SPELUNK" report -q --by world,symbol,object --columns samples --format csv -i "$dir/perf.data" >"$dir/there.csv"
	is "$name: with its archive it has the same rows on another machine" \
		"$(diff <(sort "$dir/here.csv") <(sort "$dir/there.csv") | head -n 5)" ""
	rm "$dir/perf.data.archive"
	"$SPELUNK" report -q --by world,symbol,object --columns samples --format csv -i "$dir/perf.data" >"$dir/alone.csv"
	is "$name: alone it has the kernel's and the module's" \
		"$(samples "$dir/alone.csv" . "^\[kernel\]|$module" "$unnamed")" 0
	is "$name: and not the program's" "$(samples "$dir/alone.csv" . '/work$' '^hot_')" 0
	grep '^  symbols' "$dir/report" | sed 's/^/# /'
	sed 's/^/# /' "$dir/said"
	tail -n +2 "$dir/here.csv" | tr -d '"' | awk -F, '{ n[$1 " " $3] += $4 } END { for (o in n) print "#", n[o], o }'
}

there 6.1
there 6.12

tap_end
