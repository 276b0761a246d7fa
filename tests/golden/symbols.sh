#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Files of symbols that do not fit the recording are errors, those that name little are
# warned of, and where a guest's kernel lay is found from its kallsyms or its samples, or
# it is unknown.  tests/tools/gen knows every name.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
unpack tests/demo/*.xz tests/captures/{kallsyms-6.1,exits.data,calls.data}.xz
export HOME=$tap_dir
unset DEBUGINFOD_URLS
gen=$(realpath "$BUILD/tests/tools/gen")
cd "$BUILD/captures" || exit 1
demo=vhe-guest.data

# wrong NAME WORDS COMMAND...: exit status 2, the words on stderr, and no report
wrong()
{
	local name=$1 words=$2
	shift 2
	exits "$name: exit status 2" 2 "$@"
	grep -qF -- "$words" "$tap_dir/err" && [ ! -s "$tap_dir/out" ]
	tap "$name: it is said, and nothing is reported" $? "$(cat "$tap_dir/err")"
}

for command in report annotate kvm sharing; do
	wrong "$command, kallsyms that is none" "cannot use --kallsyms /etc/passwd: it is neither" \
		"$SPELUNK" $command -i $demo --kallsyms /etc/passwd
	wrong "$command, no such folder" "cannot use --symfs /nosuch: No such file" \
		"$SPELUNK" $command -i $demo --symfs /nosuch
	wrong "$command, another build's vmlinux" "is another build (build-id 63225613..) than the recorded kernel (build-id e8522189..)" \
		"$SPELUNK" $command -i $demo --vmlinux guest.elf
done
wrong "a folder that is a file" "cannot use --guest-symfs /etc/passwd: Not a directory" \
	"$SPELUNK" report -i $demo --guest-symfs 0=/etc/passwd
wrong "diff, a vmlinux of neither" "is another build" \
	"$SPELUNK" diff --vmlinux guest.elf $demo $demo
wrong "diff, B's vmlinux that is another" "spelunk diff: $demo: B: --vmlinux guest.elf is another build" \
	"$SPELUNK" diff -q --vmlinux B=guest.elf $demo $demo
wrong "another kernel's kallsyms" "names none of the 7,646 samples in the host's kernel" \
	"$SPELUNK" report -q -i $demo --kallsyms kallsyms-6.1
wrong "the host's kallsyms for a guest" "names none of the 5,531 samples in the kernel of vm 0" \
	"$SPELUNK" report -q -i $demo --guest kallsyms-6.12
wrong "the same for exits" "names none of the 319 exits in the kernel of vm 0" \
	"$SPELUNK" kvm -q -i exits.data --guest kallsyms-6.12
exits "a file that fits says nothing" 0 "$SPELUNK" report -q -i $demo --kallsyms kallsyms-6.12 \
	--guest guest.elf
is "on stderr" "$(cat "$tap_dir/err")" ""

# A guest's kernel, moved.  make NAME OPTIONS...: NAME.data and NAME.elf
make()
{
	"$gen" -o "$tap_dir/$1.data" --records 30000 --cpus 2 --places 2000 \
		--guest-vmlinux "$tap_dir/$1.elf" "${@:2}" 2>/dev/null
}
make plain
make moved --guest-slide 0x12340000
make other --guest-build 5

# named NAME FILE: samples of the guest's kernel by function, or what was said
named()
{
	"$SPELUNK" report -q -i "$tap_dir/$1.data" --guest "$2" --by symbol --columns samples \
		--filter world=guest-kernel --format csv 2>"$tap_dir/err"
}
named plain "$tap_dir/plain.elf" >"$tap_dir/want"
is "all samples have names" "$(sed -n '/^,/p' "$tap_dir/want")" ""
holds "of many functions" "$(wc -l <"$tap_dir/want") > 20"
is "a kernel that was moved has the same names" "$(named moved "$tap_dir/moved.elf")" \
	"$(cat "$tap_dir/want")"
is "the same, given" "$(named moved "$tap_dir/moved.elf@0x12340000")" "$(cat "$tap_dir/want")"
"$SPELUNK" report -q -i "$tap_dir/moved.data" --guest "$tap_dir/moved.elf" --format json >"$tap_dir/json"
is "JSON has the slide, and from what" \
	"$(jq -r '.vms[0].symbols[0] | [.slide_from, .slide, .slide_seen >= 32,
		.slide_fit == .slide_seen] | map(tostring) | join(" ")' "$tap_dir/json")" \
	"samples 0x12340000 true true"
"$SPELUNK" report -q -i "$tap_dir/moved.data" --guest "$tap_dir/moved.elf" | tr -s ' \n' ' ' >"$tap_dir/text"
grep -qE "symbols of vm 0: .*/moved.elf ran 0x12340000 higher than it was linked: there, ([0-9]+) of \1 distinct sampled branches, loads and stores match its instructions" \
	"$tap_dir/text"
tap "text has it, too" $?
is "and nothing where the kernel lies as it was linked" \
	"$("$SPELUNK" report -q -i "$tap_dir/plain.data" --guest "$tap_dir/plain.elf" | grep -c 'higher than it was linked')" 0

# Where the guest's own kallsyms is, it decides.
printf 'ffff800092340000 T _text\nffff800092340000 T here\n' >"$tap_dir/moved.kallsyms"
"$SPELUNK" report -q -i "$tap_dir/moved.data" --guest "0=$tap_dir/moved.elf" \
	--guest "0=$tap_dir/moved.kallsyms" --format json >"$tap_dir/json"
is "kallsyms tells the slide" \
	"$(jq -r '.vms[0].symbols[] | "\(.slide_from) \(.slide)"' "$tap_dir/json")" \
	"kallsyms 0x12340000"
"$SPELUNK" annotate -q -i "$tap_dir/moved.data" --guest "$tap_dir/moved.elf" --limit 1 \
	--format csv >"$tap_dir/csv"
is "code is the file's, and addresses, too" \
	"$(awk -F, 'NR == 2 { print $4, $5 != "" }' "$tap_dir/csv")" \
	"$(named plain "$tap_dir/plain.elf" >/dev/null
	"$SPELUNK" annotate -q -i "$tap_dir/plain.data" --guest "$tap_dir/plain.elf" --limit 1 \
		--format csv | awk -F, 'NR == 2 { print $4, $5 != "" }')"

wrong "another build of the guest's kernel" "not the code that ran in vm 0" \
	"$SPELUNK" report -q -i "$tap_dir/other.data" --guest "$tap_dir/other.elf"
exits "used all the same" 0 "$SPELUNK" report -q -i "$tap_dir/other.data" --guest "$tap_dir/other.elf@0"
wrong "another build, and moved" "KASLR moved the guest's kernel (give FILE@SLIDE" \
	"$SPELUNK" report -q -i "$tap_dir/moved.data" --guest "$tap_dir/other.elf"
wrong "a wrong slide" "the slide is another one" \
	"$SPELUNK" report -q -i "$tap_dir/plain.data" --guest "$tap_dir/plain.elf@0x40000000"
cp "$tap_dir/plain.elf" "$tap_dir/a@0"
is "a file whose name has an @" "$(named plain "$tap_dir/a@0")" "$(cat "$tap_dir/want")"

# Little: the hottest function alone.
printf 'ffff800080000000 T guest_function_0\nffff800080000200 T _etext\n' >"$tap_dir/little"
hottest=$(awk -F, 'NR > 1 { n += $2; if ($1 == "guest_function_0") hot = $2 }
	END { printf "%.1f", 100 * hot / n }' "$tap_dir/want")
holds "which has less than half" "$hottest < 50"
exits "few names are a warning" 0 "$SPELUNK" report -q -i "$tap_dir/plain.data" --guest "$tap_dir/little"
is "with their share and the cause" \
	"$(sed "s|$tap_dir|D|; s/the [0-9,]* samples/the N samples/" "$tap_dir/err")" \
	"spelunk report: guest symbols D/little names $hottest % of the N samples in the kernel of vm 0: it is from another boot of the guest (KASLR moves its kernel each time), or from another build"

# perf's cache: a text there is the recorded kernel's only if it has it where it was recorded.
# `perf inject` puts this machine's own there, under the build-id of any recording.
kernel=$tap_dir/.debug/.build-id/e8/5221897d1ca89e9fd2357c760a238e7d512949
mkdir -p "$kernel"
kernel_names()
{
	"$SPELUNK" report -q -i $demo --by symbol --filter world=host-kernel --format csv 2>/dev/null |
		cut -d, -f1 | grep -cvE '^$|\[kernel\]|^symbol$'
}
cp kallsyms-6.12 "$kernel/kallsyms"
holds "perf's cache names the kernel" "$(kernel_names) > 200"
sed 's/^ffff8000/ffffffff/' kallsyms-6.12 >"$kernel/kallsyms"
is "but not by a text that has it elsewhere" "$(kernel_names)" 0
printf 'ffff800080000000 T other\nffff8000a0000000 T _etext\n' >"$kernel/kallsyms"
is "nor by one that does not tell" "$(kernel_names)" 0
rm -r "$tap_dir/.debug"

# Folders.
mkdir -p "$tap_dir/symfs/share" "$tap_dir/empty"
cp work.elf "$tap_dir/symfs/share/work"
exits "a folder with nothing that fits" 0 "$SPELUNK" report -q -i $demo --symfs "$tap_dir/empty" \
	--symfs "$tap_dir/symfs"
is "is a warning" "$(sed "s|$tap_dir|D|" "$tap_dir/err")" \
	"spelunk report: --symfs D/empty: no file below it matches a recorded one"
wrong "no folder with anything that fits" "--symfs $tap_dir/empty: no file below it matches a recorded one" \
	"$SPELUNK" report -q -i $demo --symfs "$tap_dir/empty"
wrong "of guests, likewise" "--guest-symfs $tap_dir/empty: no file below it matches a recorded one" \
	"$SPELUNK" report -q -i $demo --guest-symfs "0=$tap_dir/empty"

# All commands that name code judge files and folders alike.
for command in "report --by symbol,offset" "report --by comm,symbol --max-rows 5" annotate "annotate hot_load" kvm sharing \
	"export --to pprof -o $tap_dir/out.pb.gz"; do
	run=("$SPELUNK" $command -q -i $demo)
	of="5,531 samples"
	[ "$command" != kvm ] || of="1,219 exits"
	wrong "$command, no folder with anything that fits" \
		"--symfs $tap_dir/empty: no file below it matches a recorded one" \
		"${run[@]}" --symfs "$tap_dir/empty"
	wrong "$command, another kernel's kallsyms" \
		"kallsyms-6.1 names none of the 7,646 samples in the host's kernel" \
		"${run[@]}" --kallsyms kallsyms-6.1
	wrong "$command, the host's kallsyms for a guest" \
		"names none of the $of in the kernel of vm 0" "${run[@]}" --guest kallsyms-6.12
	exits "$command, one folder of two that fits" 0 "${run[@]}" --symfs "$tap_dir/empty" \
		--symfs "$tap_dir/symfs"
	is "$command: a warning" "$(sed "s|$tap_dir|D|; s/^spelunk [a-z]*: //" "$tap_dir/err")" \
		"--symfs D/empty: no file below it matches a recorded one"
	exits "$command, all that fits" 0 "${run[@]}" --kallsyms kallsyms-6.12 --guest guest.elf \
		--symfs "$tap_dir/symfs"
	is "$command: nothing is said" "$(cat "$tap_dir/err")" ""
done
wrong "callers, likewise" "--symfs $tap_dir/empty: no file below it matches a recorded one" \
	"$SPELUNK" report --children -q -i calls.data --symfs "$tap_dir/empty"
exits "kvm, few names" 0 "$SPELUNK" kvm -q -i "$tap_dir/plain.data" --guest "$tap_dir/little"
grep -q "^spelunk kvm: guest symbols .*/little names [0-9.]* % of the 95 exits in the kernel of vm 0" "$tap_dir/err"
tap "are a warning" $? "$(cat "$tap_dir/err")"

exits "but not where no name was asked for" 0 "$SPELUNK" report -q -i $demo --symfs "$tap_dir/empty" \
	--by world
is "nothing is said then" "$(cat "$tap_dir/err")" ""
exits "nor where only a kernel's were, which another file has" 0 "$SPELUNK" report -q -i $demo \
	--guest guest.elf --guest-symfs "0=$tap_dir/empty" --filter world=guest-kernel
is "nothing is said then, either" "$(cat "$tap_dir/err")" ""

exits "a filter by places is no reason for one" 0 "$SPELUNK" report -q -i "$tap_dir/plain.data" \
	--guest "$tap_dir/little" --filter 'symbol!="guest_function_0" && world=guest-kernel'
is "nor for a word" "$(cat "$tap_dir/err")" ""

tap_end
