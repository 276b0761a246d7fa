# SPDX-License-Identifier: GPL-2.0-only
#
# For tests that are scripts; source it from the top of the tree. BUILD and SPELUNK name what is
# tested. Every check prints one line of TAP; tap_end prints the plan and sets the exit status.

: "${BUILD:=build}" "${SPELUNK:=$(realpath "$BUILD")/spelunk}"
# Tests must not depend on the files of this machine.
export SPELUNK_ROOT=
tap_nr=0
tap_failed=0
tap_dir=$(mktemp -d)
trap 'rm -rf "$tap_dir"' EXIT

# tap NAME STATUS [NOTE]
tap()
{
	tap_nr=$((tap_nr + 1))
	if [ "$2" = 0 ]; then
		echo "ok $tap_nr - $1"
	else
		echo "not ok $tap_nr - $1"
		[ -z "$3" ] || sed 's/^/#   /' <<<"$3" | head -n 15
		tap_failed=1
	fi
}

# is NAME GOT WANT
is()
{
	[ "$2" = "$3" ]
	tap "$1" $? "got:  $2
want: $3"
}

# holds NAME EXPRESSION: an awk expression
holds()
{
	awk "BEGIN { exit !($2) }"
	tap "$1" $? "not so: $2"
}

# exits NAME STATUS COMMAND...: its output is in $tap_dir/out and err
exits()
{
	local name=$1 want=$2 got
	shift 2
	"$@" >"$tap_dir/out" 2>"$tap_dir/err" </dev/null
	got=$?
	[ "$got" = "$want" ]
	tap "$name" $? "exit status $got, not $want: $(tail -n 5 "$tap_dir/err")"
}

# refuses NAME PATTERN ARG...: spelunk ARG... exits with 2, and the pattern is in its error
refuses()
{
	local name=$1 pattern=$2
	shift 2
	"$SPELUNK" "$@" >/dev/null 2>"$tap_dir/err" </dev/null
	[ $? = 2 ] && grep -q -- "$pattern" "$tap_dir/err"
	tap "$name" $? "$(cat "$tap_dir/err")"
}

skip_all()
{
	echo "1..1"
	echo "ok 1 # SKIP $1"
	exit 0
}

tap_end()
{
	echo "1..$tap_nr"
	exit $tap_failed
}

# unpack FILE.xz...: into BUILD/captures, once
unpack()
{
	local f to
	mkdir -p "$BUILD/captures"
	for f in "$@"; do
		to=$BUILD/captures/$(basename "${f%.xz}")
		if [ ! "$to" -nt "$f" ]; then
			xz -dc "$f" >"$to.$$" && mv "$to.$$" "$to"
		fi
	done
}
