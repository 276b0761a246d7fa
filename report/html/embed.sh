#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# embed.sh NAME=FILE...: C on standard output that defines the bytes of each file as the string
# NAME, and as NAME_hash what a Content-Security-Policy calls it by.

set -e

# The first 64 digits, which are hex, as bytes for printf: not every system has basenc.
octal()
{
	cut -c-64 | sed 's/../& /g' | awk '
		function digit(i, at) { return index("0123456789abcdef", substr($i, at, 1)) - 1 }
		{ for (i = 1; i <= NF; i++) printf "\\%03o", 16 * digit(i, 1) + digit(i, 2) }'
}

echo '/* SPDX-License-Identifier: GPL-2.0-only */'
echo '#include "report/html/assets.h"'
for pair; do
	name=${pair%%=*}
	file=${pair#*=}
	echo "const char ${name}[] = {"
	od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '0};'
	echo "const char ${name}_hash[] = \"sha256-$(printf "$(sha256sum "$file" | octal)" | base64)\";"
done
