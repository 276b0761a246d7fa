#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# embed.sh NAME=FILE...: C on standard output that defines the bytes of each file as the string
# NAME, and as NAME_hash what a Content-Security-Policy calls it by.

set -e
echo '/* SPDX-License-Identifier: GPL-2.0-only */'
echo '#include "report/html/assets.h"'
for pair; do
	name=${pair%%=*}
	file=${pair#*=}
	echo "const char ${name}[] = {"
	od -An -v -tx1 "$file" | sed 's/ \(..\)/0x\1,/g'
	echo '0};'
	hash=$(sha256sum "$file" | cut -c-64 | tr a-f A-F | basenc --base16 -d | base64)
	echo "const char ${name}_hash[] = \"sha256-$hash\";"
done
