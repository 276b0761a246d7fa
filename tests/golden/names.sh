#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Names without asking: this machine's files where build-ids prove them, the archive beside
# a recording, and what rows are called without either.  The recording is perf's, whose table
# of build-ids has that of /share/work: it is work.elf's.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/captures/{vhe-work.data,work.elf,vmm.elf}.xz tests/captures/kallsyms-6.1.xz
captures=$(realpath "$BUILD/captures")
cd "$tap_dir" || exit 1
cp "$captures/vhe-work.data" work.data
root=$tap_dir/root
mkdir -p "$root/share" "$root/sys/kernel" "$root/proc" home
cp "$captures/work.elf" "$root/share/work"
export HOME=$tap_dir/home
id=f2f4e6cca9d59328fc8691d61320a1ca58861add
kernel=0ed29847cba3cbd9114b826b3a1ad39dd624ffa0

# bytes HEX: as they are
bytes()
{
	printf "$(sed 's/../\\x&/g' <<<"$1")"
}

# patch FILE HEX WITH: the bytes of the build-id table
patch()
{
	local at
	at=$(LC_ALL=C grep -abo -P "$(sed 's/../\\x&/g' <<<"$2")" "$1" | tail -n 1 | cut -d: -f1)
	bytes "$3" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}

# named ARG...: samples of /share/work's three functions that have their names
named()
{
	"$SPELUNK" report -q --by symbol --columns samples --format csv -i work.data "$@" 2>/dev/null |
		awk -F, '/^"?hot_(load|store|branch)"?,/ { s += $2 } END { print s + 0 }'
}

# text ARG...: the default report, in one line
text()
{
	"$SPELUNK" report -i work.data "$@" 2>&1 | tr -s ' \n' ' '
}

all=$("$SPELUNK" report -q --by object --columns samples --format csv -i work.data |
	awk -F, '/share.work/ { print $2 }')
holds "the recording is of a program" "$all > 20000"

#
# This machine's files
#

is "nothing is named where this machine's files are not read" "$(named)" 0
export SPELUNK_ROOT=$root
holds "they are named by the file at the recorded path, without an option" "$(named) > 0.9 * $all"
cp work.data kept.data
patch work.data $id "${id:0:38}de"
is "one byte of the build-id differs: no name" "$(named)" 0
is "nor with --local-files" "$(named --local-files)" 0
text | grep -qF "no symbols for /share/work (build-id f2f4e6cc..): this machine's $root/share/work is another build (f2f4e6cc..)"
tap "which is said" $? "$(text)"
cp kept.data work.data
# the table's path is another's: the file has no build-id
patch work.data "$id""140000002f73686172652f776f726b" "$id""140000002f73686172652f776f7278"
is "no build-id: no name" "$(named)" 0
text | grep -qF "no build-id proves that this machine's file is the recorded one (--local-files uses it anyway)"
tap "which is said with the option" $? "$(text)"
holds "that gives the names" "$(named --local-files) > 0.9 * $all"
cp kept.data work.data

# The kernel that runs "here".
kernel_named()
{
	"$SPELUNK" report -q --by symbol --filter world=host-kernel --columns samples --format csv \
		-i work.data | tail -n +2 | grep -cvE '^"?(\[kernel\]\+)?0x|xx"?,'
}
note=040000001400000003000000474e5500
cp "$captures/kallsyms-6.1" "$root/proc/kallsyms"
is "the kernel has no names" "$(kernel_named)" 0
bytes "$note$kernel" >"$root/sys/kernel/notes"
holds "the kernel that runs names it" "$(kernel_named) > 20"
bytes "$note${kernel:0:38}a1" >"$root/sys/kernel/notes"
is "but not if one byte of its build-id differs" "$(kernel_named)" 0
text | grep -qF "no symbols for the host kernel (build-id 0ed29847..): this machine runs another kernel"
tap "which is said" $? "$(text)"
rm -r "$root/sys" "$root/proc"

#
# Rows without symbols
#

export SPELUNK_ROOT=
for keys in symbol world,symbol,object; do
	"$SPELUNK" report -q --by $keys --columns samples --format csv -i work.data >rows
	is "--by $keys: each row has a name" \
		"$(awk -F, -v n="$(tr -cd , <<<"$keys" | wc -c)" 'NR > 1 && $(n > 0 ? 2 : 1) == "" { print }' rows)" ""
done
# hot_load is at 0xb20 and hot_store at 0xb50 of the file, by readelf -sl of work.elf
holds "a program's are called by its offsets" "$(grep -c '^"\?work+0x[0-9a-f]*xx"\?,' <("$SPELUNK" report -q \
	--by symbol --columns samples --format csv -i work.data)) >= 1"
holds "and the kernel's" "$(grep -cE '^"?\[kernel\]\+0x[0-9a-f]*xx"?,' <("$SPELUNK" report -q \
	--by symbol --columns samples --format csv -i work.data)) > 20"
is "no sample is lost by that" \
	"$("$SPELUNK" report -q --by symbol --columns samples --format csv -i work.data |
		awk -F, 'NR > 1 { s += $NF } END { print s }')" 22692
"$SPELUNK" report -i work.data >out 2>/dev/null
is "the report begins with the way to get names" \
	"$(sed -n '1,/^$/p' out | grep '^  symbols' | cut -c1-31)" "  symbols     no symbols for 2 "
is "once" "$(grep -o -e '--symfs' out | wc -l)" 1

#
# The archive
#

SPELUNK_ROOT=$root "$SPELUNK" archive -i work.data 2>err
tap "an archive is written" $? "$(cat err)"
grep -q 'spelunk archive: 1 files, .* in work.data.archive; 1 of 2 objects have no symbols' err
tap "and told" $? "$(cat err)"
is "it is a tar of the file, by its build-id" "$(tar -tf work.data.archive)" ".build-id/f2/${id:2}/elf"
is "of its bytes" "$(tar -xOf work.data.archive | cmp - "$captures/work.elf" 2>&1)" ""
is "and nobody else's to read" "$(stat -c %a work.data.archive)" 600
holds "a report finds it by itself" "$(named) > 0.9 * $all"
"$SPELUNK" annotate -q -i work.data --format csv hot_load | grep -q ',"\?ldr '
tap "an annotated function has its code" $?
"$SPELUNK" diff -q --by symbol work.data work.data --format csv | grep -q '^"\?hot_load'
tap "a comparison has names" $?
is "nothing of it is unpacked" "$(find home -type f)" ""
cp work.data.archive good
mkdir home/.debug
tar -xf good -C home/.debug
mv work.data.archive away
holds "unpacked it is perf's cache" "$(named) > 0.9 * $all"
rm -r home/.debug
SPELUNK_ROOT=$root "$SPELUNK" archive -q -i work.data -o other.tar
is "the same files give the same archive" "$(cmp good other.tar 2>&1)" ""
is "of which no other name is looked for" "$(named)" 0
exits "without any of the files there is none" 1 "$SPELUNK" archive -i work.data
[ ! -e work.data.archive ] && ls work.data.archive.* >/dev/null 2>&1
is "nor a part of one" "$?" 2
exits "one that is there stays" 1 "$SPELUNK" archive -i work.data -o away
is "as it was" "$(cmp good away 2>&1)" ""
exits "the recording is not written over" 1 "$SPELUNK" archive -i work.data -o work.data
exits "an archive has no rows" 2 "$SPELUNK" archive --by world -i work.data
exits "a pipe has no place beside it" 1 "$SPELUNK" archive -i -

# From anybody: each is passed over, and the report is made.
# hostile NAME [SAID]: with the archive that is there
hostile()
{
	"$SPELUNK" report --by symbol --columns samples --format csv -i work.data >out 2>err
	is "$1: the report is made" "$?" 0
	is "$1: and names nothing" "$(tail -n +2 out | grep -cvE 'xx"?,')" 0
	[ -z "$2" ] || grep -q "$2" err
	tap "$1: ${2:-silently}" $? "$(cat err)"
}
member=.build-id/f2/${id:2}
mkdir -p "t/$member"
cp "$captures/vmm.elf" "t/$member/elf"
tar -cf work.data.archive -C t "$member/elf"
hostile "another build under its name"
ln -sf "$captures/work.elf" "t/$member/elf"
tar -cf work.data.archive -C t "$member/elf"
hostile "a link"
cp "$captures/work.elf" t/elf
tar -cf work.data.archive -C t --transform "s,^elf,../../$tap_dir/home/.debug/$member/elf," -P elf
hostile "a name that climbs out"
is "writes nothing" "$(find home -type f)" ""
head -c 20000 good >work.data.archive
hostile "a part" "not a complete archive of symbols"
head -c 20000 /dev/zero | tr '\0' x >work.data.archive
hostile "no tar" "not a complete archive of symbols"
: >work.data.archive
hostile "an empty file" "not a complete archive of symbols"
cp good work.data.archive
# the size of the member: more than there is
printf '77777777777' | dd of=work.data.archive bs=1 seek=124 conv=notrunc status=none
hostile "a size beyond the end" "not a complete archive of symbols"
rm work.data.archive
mkfifo work.data.archive
hostile "a pipe" "not a complete archive of symbols"
rm work.data.archive

tap_end
