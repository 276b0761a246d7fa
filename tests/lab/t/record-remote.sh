#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# spelunk record --on, with SPE: the static program, sent by a program in the place of ssh and run by
# busybox's shell, samples there, and the recording is read here.

. tests/tap.sh

program=$BUILD/lab/arm/spelunk
static=$BUILD/lab/arm/spelunk-static
guest=$BUILD/lab/guest
[ -x "$program" ] && [ -x "$static" ]
tap "the programs are built for the machine" $? "make lab-arm"

dir=$tap_dir/share
mkdir "$dir"
cp "$program" "$static" "$guest/work" "$dir/"
cat >"$dir/ssh" <<-'END'
	#!/bin/sh
	while [ "$1" != -- ]; do shift; done
	[ "$2" != down ] || exit 255
	cd /tmp && exec sh -c "$3"
END
cat >"$dir/job" <<-'END'
	cp spelunk spelunk-static work ssh /tmp/ && cd /tmp && chmod +x ssh || exit 1
	hostname machine7
	./spelunk record --on root@near,down --ssh ./ssh --archive -u --period 512 -o to -- ./work hot_load hot_branch 2>/share/said
	echo $? >/share/status
	ls to >/share/files
	ls -d /tmp/spelunk.* /var/tmp/spelunk.* >/share/left 2>/dev/null
	cp to/near.data* /share/
END
exits "a recording over a program in the place of ssh" 0 \
	tests/lab/run --kernel 6.12 --share "$dir" -- sh ./job
is "the host that is up has its file" "$(cat "$dir/status" "$dir/files" | xargs)" "2 near.data near.data.archive"
grep -q '^near: spelunk record: SPE on 1 of 1 CPUs, one in 512 operations' "$dir/said"
tap "it samples as it was told to" $? "$(cat "$dir/said")"
grep -qx 'spelunk record: down: cannot connect' "$dir/said"
tap "the other one is named" $? "$(cat "$dir/said")"
is "nothing is left there" "$(cat "$dir/left")" ""
"$SPELUNK" report -q --by host,world,comm --filter world=host-user --columns samples --format csv "$dir/near.data" >"$tap_dir/rows"
is "the samples are that host's" "$(sed 1d "$tap_dir/rows" | cut -d, -f1-3)" "machine7,host-user,work"
holds "and as many as the work needs" "$(sed 1d "$tap_dir/rows" | cut -d, -f4) > 1000"
is "the archive has their names" "$("$SPELUNK" report -q --by symbol --filter 'symbol=~"^hot_"' --columns share --format csv \
	"$dir/near.data" | sed 1d | cut -d, -f1 | sort | xargs)" "hot_branch hot_load"

tap_end
