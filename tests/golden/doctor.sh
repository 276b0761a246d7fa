#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk doctor on the machine the tests run on.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

command -v python3 >/dev/null || skip_all "no python3 here"
arch=$(uname -m)

# query FILE EXPRESSION: of python's, on the JSON d and its checks c by name
query()
{
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
c = {x["check"]: x for x in d["checks"]}
print(eval("(%s)" % sys.argv[2]))' "$@"
}

"$SPELUNK" doctor >"$tap_dir/text" 2>"$tap_dir/err"
status=$?
is "nothing on standard error" "$(cat "$tap_dir/err")" ""
"$SPELUNK" doctor --json >"$tap_dir/json"
is "JSON has the same exit status" "$?" "$status"
is "JSON can be read" "$(query "$tap_dir/json" 'sorted(d)' 2>&1)" \
	"['checks', 'guests', 'host', 'processes_not_read', 'spelunk', 'verdict']"
is "a line of each finding" \
	"$(awk '/^(OK|WARNING|PROBLEM|unknown) / { print tolower($1), $2 }' "$tap_dir/text")" \
	"$(query "$tap_dir/json" '"\n".join(x["verdict"] + " " + x["check"] for x in d["checks"])')"
is "what is not OK has a reason, and nothing else" \
	"$(query "$tap_dir/json" \
		'[n for n in c if (c[n]["verdict"] == "ok") != (c[n]["reason"] is None)]')" "[]"
is "the exit status is the worst of them" "$status" \
	"$(query "$tap_dir/json" '{"ok": 0, "warning": 3, "problem": 1}[d["verdict"]]')"
is "the machine's name" "$(query "$tap_dir/json" 'd["host"]["arch"]')" "$arch"
is "the kernel's release" "$(query "$tap_dir/json" 'd["host"]["kernel"]')" "$(uname -r)"
is "its CPUs" "$(query "$tap_dir/json" 'len(d["host"]["cpus"])')" "$(getconf _NPROCESSORS_ONLN)"
is "no colours where there is no terminal" "$(grep -c $'\033' "$tap_dir/text")" 0
"$SPELUNK" doctor --color always | grep -q $'\033\[3'
tap "colours where they are asked for" $?
is "lines end before column 101" "$(awk 'length > 100' "$tap_dir/text")" ""

# The probe runs a guest: what is not there to run it is one sentence.
if [ "$arch" != aarch64 ]; then
	exits "no Arm: the probe cannot be run" 2 "$SPELUNK" doctor --probe
	is "and says so" "$(cat "$tap_dir/err")" "spelunk doctor: --probe requires a 64-bit Arm host \
with SPE and KVM; this machine is $arch"
	exits "nor with JSON" 2 "$SPELUNK" doctor --probe --json
	is "which is no half of an object" "$(cat "$tap_dir/out")" ""
fi

if [ "$arch" != aarch64 ]; then
	is "no Arm: SPE cannot be used" "$status" 1
	is "and that is the problem" "$(query "$tap_dir/json" 'c["processor"]["verdict"]')" problem
	is "with the machine's name" "$(sed -n 's/^PROBLEM *processor *//p' "$tap_dir/text")" \
		"$arch: not a 64-bit Arm kernel"
	grep -q '^SPE cannot be used here: see processor' "$tap_dir/text"
	tap "the last line says so" $?
	is "nothing is said of what only Arm has" \
		"$(query "$tap_dir/json" '[n for n in ("pmu", "driver", "kvm", "context") if n in c]')" "[]"
fi

# Rights are what the kernel says of them: without any, less is open.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	cp "$SPELUNK" "$tap_dir/spelunk"
	chmod 755 "$tap_dir"
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
		"$tap_dir/spelunk" doctor --json >"$tap_dir/nobody" 2>"$tap_dir/err"
	is "of others' processes nothing is told" \
		"$(query "$tap_dir/nobody" 'd["guests"] == [] and d["processes_not_read"] > 0')" True
	is "and they are said to be out of reach" \
		"$(query "$tap_dir/nobody" 'c["processes"]["verdict"]')" warning
else
	echo "ok $((++tap_nr)) - nobody's rights # SKIP not root, or no setpriv"
fi

exits "--help" 0 "$SPELUNK" doctor --help
is "teaches every check" \
	"$(sed -n 's/^CHECK([a-z_]*, *"\([a-z-]*\)".*/\1/p' cmd/doctor/checks.def)" \
	"$(awk '/^Checks, as far/ { on = 1; next } on && /^$/ { exit } on && /^  [a-z]/ { print $1 }' "$tap_dir/out")"
exits "an option that is none" 2 "$SPELUNK" doctor --jsn
exits "an argument" 2 "$SPELUNK" doctor perf.data
exits "a colour that is none" 2 "$SPELUNK" doctor --color red
"$SPELUNK" doctor >/dev/full 2>"$tap_dir/err"
is "a full disk is an error" "$? $(cut -c 1-15 "$tap_dir/err")" "1 spelunk doctor:"

tap_end
