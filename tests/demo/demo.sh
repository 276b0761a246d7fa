#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh BUILD: report the bundled recording of a host and its guest, as text and as an HTML page.

set -e
cd "$(dirname "$0")/../.."
build=$1
dir=$build/demo

mkdir -p "$dir/symfs/share" "$dir/symfs/tests/lab/guest"
for f in vhe-guest.data kallsyms-6.12 guest.elf; do
	xz -dc "tests/demo/$f.xz" >"$dir/$f"
done
for f in vmm work; do
	xz -dc "tests/demo/$f.elf.xz" >"$dir/symfs/share/$f"
done
xz -dc tests/demo/guest.c.xz >"$dir/symfs/tests/lab/guest/guest.c"

set -- --kallsyms "$dir/kallsyms-6.12" --symfs "$dir/symfs" --guest "$dir/guest.elf"
# show COMMAND FILE...: a command to copy, in two lines
show()
{
	printf '$ %s \\\n    %s\n' "$build/spelunk $1 -i $dir/vhe-guest.data" "$2"
}

show report "$*"
"$build/spelunk" report -i "$dir/vhe-guest.data" "$@"
"$build/spelunk" report -i "$dir/vhe-guest.data" "$@" -q --format html -o "$dir/report.html"
echo
echo "The report as a page for a browser: $dir/report.html"
echo "The recording in a terminal UI:"
show tui "$*"
