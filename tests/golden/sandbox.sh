#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The sandbox of commands that read recordings, and what they write and where; what is forbidden in
# it is tried in tests/unit/sandbox.c.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

unpack tests/captures/{quick.data,work.elf,vhe-work.data}.xz tests/demo/vhe-guest.data.xz
data=$(realpath "$BUILD/captures/quick.data")
unset DEBUGINFOD_URLS
export HOME=$tap_dir
top=$PWD
case $SPELUNK in /*) ;; *) SPELUNK=$top/$SPELUNK ;; esac

# What this kernel has, by its own files.
"$SPELUNK" --version -v >"$tap_dir/version"
grep -qE '^  sandbox       (Landlock [0-9]+ and seccomp|Landlock [0-9]+; this system has no seccomp|seccomp; this system has no Landlock|none: this system has neither)' "$tap_dir/version"
tap "--version -v says what it consists of" $? "$(cat "$tap_dir/version")"
filters=0
grep -q 'sandbox.*seccomp$' "$tap_dir/version" && filters=2
landlock=0
grep -q 'sandbox.*Landlock [0-9]' "$tap_dir/version" && landlock=1

# inside NAME ARG...: what /proc says of the command while it waits for the rest of its recording
inside()
{
	local name=$1 pid
	shift
	mkfifo "$tap_dir/in"
	"$SPELUNK" "$@" <"$tap_dir/in" >"$tap_dir/out" 2>"$tap_dir/err" &
	pid=$!
	exec 9>"$tap_dir/in"
	head -c 100 "$data" >&9
	for _ in $(seq 300); do
		[ -e "/proc/$pid/exe" ] || break
		grep -qs "^Seccomp:.$filters" "/proc/$pid/status" &&
			grep -qs '^NoNewPrivs:.1' "/proc/$pid/status" && break
		sleep 0.1
	done
	status=$(awk '/^NoNewPrivs|^Seccomp:|^CapEff/ { print $1, $2 }' "/proc/$pid/status" 2>&1 | paste -sd' ')
	tail -c +101 "$data" >&9
	exec 9>&-
	wait $pid
	is "$name: exit status" $? 0
	rm "$tap_dir/in"
	if [ "$(id -u)" = 0 ]; then
		is "$name: confined" "$status" "CapEff: 0000000400000004 NoNewPrivs: 1 Seccomp: $filters"
	else
		is "$name: confined" "$status" "CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: $filters"
	fi
}
inside report report -i -
inside kvm kvm -i -
inside sharing sharing -i -
inside types types -i -
inside annotate annotate -i -
inside dump dump -i -
inside diff diff - "$data"
inside export export --to folded -i -
is "only what records, asks the machine, or confines its own processes goes without" \
	"$(grep -l '\.work = ' "$top"/cmd/*.c "$top"/cmd/*/*.c | xargs grep -L '\.writes = ' |
		sed 's,.*/,,' | paste -sd' ')" "doctor.c mcp.c record.c top.c"
mkdir -p "$tap_dir/symfs/share"
cp "$BUILD/captures/work.elf" "$tap_dir/symfs/share/work"
quick=$data
data=$(realpath "$BUILD/captures/vhe-work.data")
inside archive archive -q -i - --symfs "$tap_dir/symfs" -o "$tap_dir/own.archive"
data=$quick
exits "a guest's recording" 0 "$SPELUNK" guest-agent -q -o "$tap_dir/guest.data" --duration 100ms --beat 0
exits "merge" 0 "$SPELUNK" merge -q -o "$tap_dir/merged" "$BUILD/captures/vhe-guest.data" "0=$tap_dir/guest.data"
is "only its owner reads what was written" "$(stat -c %a "$tap_dir/own.archive" "$tap_dir/merged" | paste -sd' ')" "600 600"
cp "$data" "$tap_dir/own.data"

# Files: what was not named cannot be read or replaced, and what was named can, wherever it is.
if [ $landlock = 1 ] && [ -w /run ] && [ "$(id -u)" = 0 ]; then
	hidden=$(mktemp -d /run/spelunk-test-XXXXXX)
	mkdir "$hidden/share"
	cp "$data" "$hidden/named.data"
	cp "$BUILD/captures/work.elf" "$hidden/share/work"
	exits "a recording in a closed folder that is named" 0 "$SPELUNK" report -i "$hidden/named.data"
	exits "a file of symbols there" 0 "$SPELUNK" report --symfs "$hidden" -i "$BUILD/captures/vhe-work.data"
	exits "an output there" 0 "$SPELUNK" report -i "$data" -o "$hidden/output"
	rm -rf "$hidden"
fi

# Outputs
exits "an output that exists is emptied first" 0 sh -c "head -c 100000 '$data' >'$tap_dir/o' &&
	'$SPELUNK' report --summary -i '$data' -o '$tap_dir/o'"
"$SPELUNK" report --summary -i "$data" >"$tap_dir/want"
cmp -s "$tap_dir/o" "$tap_dir/want"
tap "and has all of the report" $?
rm "$tap_dir/o"
exits "an output that is new" 0 "$SPELUNK" report --summary -i "$data" -o "$tap_dir/o"
is "is its owner's alone" "$(stat -c %a "$tap_dir/o")" 600
exits "a report that fails" 1 "$SPELUNK" report -i /dev/null -o "$tap_dir/none"
[ ! -e "$tap_dir/none" ]
tap "leaves no output" $?
exits "an output to standard output" 0 "$SPELUNK" report --summary -i "$data" -o /dev/stdout
cmp -s "$tap_dir/out" "$tap_dir/want"
tap "is there" $?
mkdir "$tap_dir/shared"
chmod 1777 "$tap_dir/shared"
: >"$tap_dir/target"
ln -s "$tap_dir/target" "$tap_dir/shared/link"
for command in "report -i $data -o" "report --format html -i $data -o" "export --to folded -i $data -o" \
	"merge $BUILD/captures/vhe-guest.data 0=$tap_dir/guest.data -o" "record --no-spe -q -o"; do
	case $command in record*) run=(true) ;; *) run=() ;; esac
	# shellcheck disable=SC2086 # words
	"$SPELUNK" $command "$tap_dir/shared/link" "${run[@]}" >/dev/null 2>"$tap_dir/err"
	[ ! -s "$tap_dir/target" ]
	tap "${command%% *}: a link in a folder that others can write is not followed" $? "$(cat "$tap_dir/err")"
	rm -rf "$tap_dir/shared/link"*
	ln -s "$tap_dir/target" "$tap_dir/shared/link"
done
"$SPELUNK" report -i "$data" -o "$tap_dir/shared/link" 2>"$tap_dir/err"
is "and that is said" "$(sed "s|$tap_dir|DIR|" "$tap_dir/err")" \
	"spelunk report: $data: cannot write DIR/shared/link: Too many levels of symbolic links"
ln -s target "$tap_dir/link"
exits "in a folder of one's own it is followed" 0 "$SPELUNK" report -i "$data" -o "$tap_dir/link"
[ -s "$tap_dir/target" ]
tap "as ever" $?
if [ "$(id -u)" = 0 ]; then
	: >"$tap_dir/shared/theirs"
	chown 65534 "$tap_dir/shared/theirs"
	exits "a file of another user there" 1 "$SPELUNK" report -i "$data" -o "$tap_dir/shared/theirs"
	[ ! -s "$tap_dir/shared/theirs" ]
	tap "is not written" $?
fi

# Root is told whose recording it reads.
if [ "$(id -u)" = 0 ]; then
	chown 65534 "$tap_dir/own.data"
	"$SPELUNK" report --summary -i "$tap_dir/own.data" >/dev/null 2>"$tap_dir/err"
	name=$(awk -F: '$3 == 65534 { print $1 ", "; exit }' /etc/passwd)
	is "root is told who wrote a recording" "$(sed "s|$tap_dir|DIR|" "$tap_dir/err")" \
		"spelunk report: DIR/own.data: written by ${name}uid 65534, and read as root"
	"$SPELUNK" report -q --summary -i "$tap_dir/own.data" >/dev/null 2>"$tap_dir/err"
	is "not with -q" "$(cat "$tap_dir/err")" ""
	chown 4294900000 "$tap_dir/own.data"
	mv "$tap_dir/own.data" "$tap_dir/$(printf 'a\033[31mb')"
	"$SPELUNK" kvm -i "$tap_dir/$(printf 'a\033[31mb')" >/dev/null 2>"$tap_dir/err"
	is "a user without a name; the file's name is inert" "$(sed "s|$tap_dir|DIR|" "$tap_dir/err" | head -n 1)" \
		'spelunk kvm: DIR/a\x1b[31mb: written by uid 4294900000, and read as root'
fi

# debuginfod: by a helper, because the network is closed to the process that reads
if [ "$(uname -m)" != aarch64 ] || ldconfig -p | grep -q libdebuginfod; then
	id=$(readelf -n "$BUILD/captures/work.elf" | sed -n 's/.*Build ID: //p')
	mkdir -p "$tap_dir/server/buildid/$id"
	cp "$BUILD/captures/work.elf" "$tap_dir/server/buildid/$id/executable"
	DEBUGINFOD_URLS=file://$tap_dir/server DEBUGINFOD_CACHE_PATH=$tap_dir/cache "$SPELUNK" report --debuginfod \
		--by symbol --format csv -i "$BUILD/captures/vhe-work.data" >"$tap_dir/out" 2>"$tap_dir/err"
	is "names come from debuginfod" "$(grep -c '^"\?hot_\(load\|store\|branch\)"\?,' "$tap_dir/out")" 3
fi

tap_end
