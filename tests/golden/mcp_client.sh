#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# `spelunk mcp` with the protocol's own client of npm, which `make check-exports` installs.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
npm=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/npm/node_modules
[ -d "$npm/@modelcontextprotocol" ] && command -v node >/dev/null ||
	skip_all "no client: make check-exports installs it"

unpack tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz
captures=$(realpath "$BUILD/captures")
node tests/golden/mcp_client.mjs "$npm" "$SPELUNK" "$captures" >"$tap_dir/out" 2>"$tap_dir/err"
tap "the client ends without an error" $? "$(cat "$tap_dir/err")"

# says NAME TEXT
says()
{
	is "$1" "$(sed -n "s/^$1 //p" "$tap_dir/out")" "$2"
}

says error ""
says server spelunk
says capabilities '{"tools":{}}'
says instructions true
says tools "open summary findings report annotate kvm diff doctor"
says open "r1 24185"
says findings memory
says report "$("$SPELUNK" report -q -i "$captures/vhe-guest.data" --by world --columns samples --format json | jq -c .rows.rows)"
says annotate guest_chase
says kvm "web db"
says diff 0
says doctor string
says refused "cannot open /etc/passwd: it leads out of the folders of --root"
says "unknown tool" -32602
says ping "{}"

tap_end
