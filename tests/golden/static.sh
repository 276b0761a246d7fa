#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The program of `make static` in a folder that has it, recordings and nothing else as its
# root: no library, no locale, no terminfo, no /proc, no user's name. STATIC names another one, and
# EMULATOR the program that runs it: tests/check-static.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

static=${STATIC:-$BUILD/spelunk-static}
[ -e "$static" ] || skip_all "no static program: SAN=1 makes none"
unpack tests/captures/{vhe-work.data,work.elf,slow.data,quick.data}.xz \
	tests/demo/{vhe-guest.data,kallsyms-6.12,guest.elf}.xz
captures=$(realpath "$BUILD/captures")
root=$tap_dir/root
mkdir "$root" "$root/tmp"
chmod 755 "$tap_dir"
chmod 777 "$root/tmp"
cp "$static" "$root/spelunk"
cp "$captures"/{vhe-work,vhe-guest,slow,quick}.data "$captures"/{work,guest}.elf "$captures/kallsyms-6.12" "$root/"
run=(/spelunk)
if [ -n "$EMULATOR" ]; then
	cp "$EMULATOR" "$root/emulator"
	run=(/emulator /spelunk)
fi

# The environment and the user that it gets: nobody's, as a home folder would have it.
as=(env -i LC_ALL=en_US.UTF-8 TERM=xterm HOME=/ SPELUNK_ROOT=)
if [ "$(id -u)" = 0 ]; then
	as+=("$(command -v chroot)" --userspec=65534:65534 "$root")
else
	unshare -r true 2>/dev/null || skip_all "this user can make no user namespace, and so no root"
	as+=("$(command -v unshare)" -r "$(command -v chroot)" "$root")
fi
inside() { "${as[@]}" "${run[@]}" "$@"; }

#
# The file
#

readelf -hlnW "$static" >"$tap_dir/elf"
is "no interpreter" "$(grep -c INTERP "$tap_dir/elf")" 0
grep -q 'Type: *DYN' "$tap_dir/elf" && grep -q GNU_RELRO "$tap_dir/elf"
tap "it is a PIE, with RELRO" $? "$(cat "$tap_dir/elf")"
is "and needs no library" "$(readelf -dW "$static" | grep -c NEEDED)" 0
holds "it is smaller than 8 MiB" "$(stat -c %s "$static") < 8 * 1024 * 1024"
# glibc's own note of the oldest kernel
read -r major minor < <(sed -n 's/.*ABI: \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' "$tap_dir/elf")
holds "it runs on Linux 4.18" "${major:-99} * 1000 + ${minor:-0} <= 4018"
is "no path of its build is in it" "$(strings -a "$static" | grep -cF "$PWD")" 0

#
# Commands
#

locale=C.UTF-8
# same NAME ARG...: in that locale exit status and bytes are those of the other program, run from that folder
same()
{
	local name=$1 want got
	shift
	(cd "$root" && env -i LC_ALL=$locale HOME=/nowhere SPELUNK_ROOT= "$SPELUNK" "$@" >"$tap_dir/want" 2>"$tap_dir/want.err" </dev/null)
	want=$?
	as[2]=LC_ALL=$locale
	inside "$@" >"$tap_dir/got" 2>"$tap_dir/got.err" </dev/null
	got=$?
	as[2]=LC_ALL=en_US.UTF-8
	[ $got = $want ] && [ -s "$tap_dir/got" ] && cmp "$tap_dir/want" "$tap_dir/got" >"$tap_dir/cmp" &&
		cmp "$tap_dir/want.err" "$tap_dir/got.err" >>"$tap_dir/cmp"
	tap "$name" $? "status $got, not $want: $(cat "$tap_dir/cmp" "$tap_dir/got.err")"
}

names=(--kallsyms kallsyms-6.12 --guest guest.elf)
is "its version" "$(inside --version)" "spelunk $(sed -n 's/^VERSION := //p' Makefile)"
inside version -v >"$tap_dir/out"
is "it says that it is static, and what reads instructions" \
	"$(sed -n '2p; 4s/ [0-9]*$//p' "$tap_dir/out" | cut -c 1-30)" "  program       static: capsto
  instructions  capstone"
is "and what opens events" "$(grep '^  events' "$tap_dir/out")" \
	"$("$SPELUNK" version -v | grep '^  events  *\(libperf\|perf_event_open(2), built without libperf\)$')"
same "help" --help
same "report" report -i vhe-guest.data "${names[@]}"
grep -q '24,185' "$tap_dir/got"
tap "says 24,185 samples" $?
same "report as JSON" report -i vhe-guest.data "${names[@]}" --format json
same "report as CSV" report -i vhe-guest.data "${names[@]}" --by symbol,world --format csv
same "kvm" kvm -i vhe-guest.data
same "sharing" sharing -i vhe-guest.data
same "diff" diff quick.data slow.data
same "dump" dump -i quick.data
same "annotate" annotate guest_chase -i vhe-guest.data "${names[@]}"
grep -qE '\bldr +x' "$tap_dir/got"
tap "it knows instructions" $? "$(cat "$tap_dir/got")"
grep -q '╭─' "$tap_dir/got"
tap "and draws in UTF-8, without a locale's file" $? "$(cat "$tap_dir/got")"
# ptrue p0.b, of SVE, replaces the nop.
cp "$captures/guest.elf" "$root/sve.elf"
printf '\xe0\xe3\x18\x25' | dd of="$root/sve.elf" bs=1 seek=$((0x1130c)) conv=notrunc status=none
inside annotate guest_chase -i vhe-guest.data --guest sve.elf --filter vm=0 >"$tap_dir/out" 2>&1
case $(inside version -v | sed -n 's/^  instructions  //p') in
"capstone 4") unknown="1 instruction, shown as .inst, is unknown to capstone 4; this static program cannot load LLVM, which knows more: run spelunk from a package, or built from source" ;;
*) unknown= ;;
esac
is "annotate says what disassembles the rest" "$(tr -s ' \n' ' ' <"$tap_dir/out" | grep -oE '[0-9]+ instructions?, .*built from source')" "$unknown"
locale=C
same "annotate in the locale C" annotate guest_chase -i vhe-guest.data "${names[@]}"
! LC_ALL=C grep -qP '[^\x00-\x7f]' "$tap_dir/got"
tap "draws in ASCII" $? "$(cat "$tap_dir/got")"
inside mcp --root / <<'END' >"$tap_dir/out" 2>"$tap_dir/err"
{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"summary","arguments":{"recording":"vhe-guest.data"}}}
END
grep -q '^{"jsonrpc":"2.0","id":2,.*24185.*"isError":false' "$tap_dir/out"
tap "mcp has json-c inside" $? "$(cat "$tap_dir/out" "$tap_dir/err")"
inside merge -o /tmp/merged.data vhe-guest.data 0=quick.data >"$tap_dir/out" 2>&1
"$SPELUNK" merge -o "$tap_dir/merged.data" "$root/vhe-guest.data" "0=$root/quick.data" 2>/dev/null
cmp "$tap_dir/merged.data" "$root/tmp/merged.data"
tap "merge writes the same bytes" $? "$(cat "$tap_dir/out")"

# fails NAME SENTENCE ARG...: exit status 1, and the sentence on standard error
fails()
{
	local name=$1 sentence=$2
	shift 2
	inside "$@" >/dev/null 2>"$tap_dir/err" </dev/null
	[ $? = 1 ] && grep -q "$sentence" "$tap_dir/err"
	tap "$name" $? "$(cat "$tap_dir/err")"
}

fails "archive without files" "found none of the files that have samples" archive -i vhe-guest.data -o /tmp/archive
fails "record" "^spelunk record: " record -o /tmp/new.data -- /spelunk --version
fails "record --no-spe without /sys" "is /sys mounted" record --no-spe -o /tmp/new.data -- /spelunk --version
fails "guest-agent without /proc" "^spelunk guest-agent: " guest-agent -q --duration 10ms -o /tmp/guest.data
inside doctor --json >"$tap_dir/out" 2>&1
is "doctor has its checks" "$(grep -c '"checks"' "$tap_dir/out")" 1

#
# debuginfod: by a program of the system
#

id=f2f4e6cca9d59328fc8691d61320a1ca58861add
mkdir "$tap_dir/bin" "$tap_dir/none"
cat >"$tap_dir/bin/debuginfod-find" <<END
#!/bin/sh
echo "\$*" >>"$tap_dir/asked"
case "\$*" in
--version) ;;
"debuginfo $id" | "executable $id") echo "$captures/work.elf" ;;
*) echo "Server query failed: No such file or directory" >&2; exit 1 ;;
esac
END
chmod +x "$tap_dir/bin/debuginfod-find"
# asks PATH: the report with its servers
asks()
{
	env -i PATH="$1" DEBUGINFOD_URLS=file:///nowhere SPELUNK_ROOT= ${EMULATOR:+"$EMULATOR"} "$static" report --debuginfod \
		--by symbol --format csv -i "$captures/vhe-work.data" 2>"$tap_dir/err"
}
is "names come from debuginfod-find" "$(asks "$tap_dir/bin:$PATH" | grep -c '^"\?hot_\(load\|store\|branch\)"\?,')" 3
is "which is asked by build-id, once" "$(grep -c "executable $id" "$tap_dir/asked")" 1
asks "$tap_dir/none" >"$tap_dir/out"
is "and what to install is said where it is not" "$(grep debuginfod-find "$tap_dir/err")" \
	"spelunk report: --debuginfod: debuginfod-find is not installed: install the package debuginfod (Debian, Ubuntu) or elfutils-debuginfod-client (Amazon Linux, Fedora, RHEL)"

#
# Screens, of terminals that the system knows nothing of
#

if ! command -v tmux >/dev/null; then
	echo "ok $((++tap_nr)) - screens # SKIP no tmux"
	tap_end
fi
tm() { tmux -S "$tap_dir/tmux" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$tap_dir"' EXIT

# until_shown TEXT: on its screen; false: the program has ended, or not so after 5 minutes
until_shown()
{
	local end=$((SECONDS + 300))
	until tm capture-pane -p 2>/dev/null | grep -qF -- "$1"; do
		[ ! -e "$tap_dir/status" ] && [ $SECONDS -lt $end ] || return 1
	done
}

# screens TERM: they open, show another view, and end with q
screens()
{
	local end=$((SECONDS + 300)) seen
	rm -f "$tap_dir/status"
	as[3]=TERM=$1
	tm -u new-session -d -x 100 -y 30 "$(printf '%q ' "${as[@]}" "${run[@]}" tui -i vhe-guest.data) 2>$tap_dir/err; echo \$? >$tap_dir/status"
	until_shown "[1 Overview]" && until_shown "█" && tm send-keys 2 && until_shown "[2 Hot]" &&
		tm send-keys q
	seen=$?
	until [ -s "$tap_dir/status" ] || [ $SECONDS -ge $end ]; do sleep 0.05; done
	is "screens on $1" "$seen $(cat "$tap_dir/status" "$tap_dir/err" 2>&1)" "0 0"
}

for term in xterm-256color screen-256color tmux-256color linux vt100 alacritty; do
	screens "$term"
done
tap_end
