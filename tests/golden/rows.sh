#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A new CPU, its data sources and its erratum are rows of .def files: CONTRIBUTING.md says
# so.  Here a copy of the sources gets these rows and nothing else, and the program that
# comes of it knows a CPU that nobody makes.

. tests/tap.sh

unpack tests/demo/vhe-guest.data.xz
data=$tap_dir/next.data
# MIDR_EL1 of Arm's part 0xdff, r1p0, as perf writes it into the header
LC_ALL=C sed 's/0x00000000000f0510/0x00000000411fdff0/' "$BUILD/captures/vhe-guest.data" >"$data"

sources()
{
	"$1" report -q -i "$data" --by source --columns samples --format csv | sort
}

# as it is: a part without a name, and codes without names
unknown=',21443
0,1904
11,181
14,25
8,632
source,samples'
is "a CPU without a row: codes of sources" "$(sources "$SPELUNK")" "$unknown"
[ -z "$("$SPELUNK" report -q -i "$data" | grep -E 'Neoverse Next|4711000')" ]
tap "and no name, and no erratum" $?

# The same names from a user's file, without a build.
cat >"$tap_dir/cpus" <<'END'
# implementer and part of MIDR_EL1
cpu 0x41 0xdff "Neoverse Next" next
source next 0 next-door near	# the cache next door
END
by_table()
{
	"$SPELUNK" report -q -i "$data" --cpu-table "$tap_dir/cpus" "$@"
}
is "--cpu-table: names where the file has them" \
	"$(by_table --by source --columns samples --format csv | sort)" \
	"$(sed 's/^0,/next-door,/' <<<"$unknown" | sort)"
is "filters take them" \
	"$(by_table --by source --columns samples --format csv --filter 'source="next-door"')" \
	$'source,samples\nnext-door,1904'
by_table | grep -q 'CPU.*Neoverse Next r1p0'
tap "the report has the CPU's name" $?
by_table --format json --summary | grep -q "annotate.*--cpu-table $tap_dir/cpus"
tap "commands to run next have the option" $?
echo 'source next 0 again near' >>"$tap_dir/cpus"
is "a bad line is said" "$(by_table 2>&1; echo $?)" \
	"spelunk report: --cpu-table: $tap_dir/cpus, line 4: the code is in this table twice
2"
is "so is a file that is not there" "$("$SPELUNK" tui --cpu-table "$tap_dir/none" 2>&1)" \
	"spelunk tui: --cpu-table: cannot read $tap_dir/none: No such file or directory"
head -c 70000 /dev/zero >"$tap_dir/cpus"
is "and one that is too large" "$(by_table 2>&1)" \
	"spelunk report: --cpu-table: $tap_dir/cpus is larger than 64 KiB"

tree=$tap_dir/tree
mkdir -p "$tree"
cp -r Makefile static base collector decoder kvm symbolizer profile recording report export tui cmd doc "$tree/"
mkdir -p "$tree/tests/lab" "$tree/$BUILD"
cp tests/*.sh "$tree/tests/"
cp tests/lab/*.mk "$tree/tests/lab/"
(cd "$BUILD" && cp -pr --parents base collector decoder kvm symbolizer profile recording \
	report export tui cmd "$tap_dir/tree/$BUILD/")
[ ! -d "$BUILD/libperf" ] || cp -pr "$BUILD/libperf" "$tree/$BUILD/"
# Sources are older than the objects, so that only what the rows are for is compiled.
find "$tree" -name '*.[chS]' -o -name '*.def' -o -path '*/report/html/*' | xargs touch -d 2000-01-01

sed -i '/^CPU(0x41, 0xd90,/a CPU(0x41, 0xdff, "Neoverse Next", NEXT, "its manual")' "$tree/decoder/cpus.def"
sed -i -e '/^SOURCE_TABLE(HIP12)/a SOURCE_TABLE(NEXT)' \
	-e '/^SOURCE(AMPEREONE, 0x0,/i SOURCE(NEXT, 0x0, "next-door", "the cache next door", NEAR)' \
	"$tree/decoder/sources.def"
echo 'ERRATUM(0x41, 0xdff, REV(1, 0), OTHERS, "4711000", "what it samples is made up")' \
	>>"$tree/decoder/errata.def"

san=
[[ $BUILD != *san* ]] || san=SAN=1
env -u MAKEFLAGS -u MFLAGS make -C "$tree" --no-print-directory O="$BUILD" $san "$BUILD/spelunk" >"$tap_dir/made" 2>&1
tap "it builds" $? "$(tail -n 5 "$tap_dir/made")"
is "of two objects" "$(sed -n 's/^  CC *//p' "$tap_dir/made" | sort | xargs)" \
	"decoder/cpu_table.c decoder/names.c"

is "with a row: names where the table has them" "$(sources "$tree/$BUILD/spelunk")" \
	"$(sed 's/^0,/next-door,/' <<<"$unknown" | sort)"
for word in 'Neoverse Next r1p0' 'what it samples is made up'; do
	"$tree/$BUILD/spelunk" report -q -i "$data" | tr -s ' \n' ' ' | grep -q "$word"
	tap "the report says: $word" $?
done

tap_end
