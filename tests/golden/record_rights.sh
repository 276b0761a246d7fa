#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk record without SPE, on any machine: what it needs, and what it may do while
# it runs.

. tests/tap.sh

work=$tap_dir/work
mkdir "$work"
top=$PWD
case $SPELUNK in /*) ;; *) SPELUNK=$top/$SPELUNK ;; esac
cd "$work" || exit 1

if ! "$SPELUNK" record --no-spe -q -o try.data true 2>err; then
	if grep -q 'this user may not record' err; then
		skip_all "this user may not record here"
	fi
	tap "a command is recorded" 1 "$(cat err)"
	tap_end
fi
# opened PID: its open files that this script does not have, by kind; files below here by name
opened()
{
	readlink /proc/"$1"/fd/* | grep -vxF -f <(readlink /proc/$$/fd/*; echo /dev/null) |
		sed "s|^$tap_dir.*/||" | sort -u | paste -sd' '
}

# Root: CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE and CAP_SYSLOG list tasks and symbols for the next file.
if [ "$(id -u)" = 0 ]; then
	for how in "-a" "-a --rotate 600s" "-a --overwrite --last 1s"; do
		case $how in -a) kept=0000000000000000 ;; *) kept=0000000400080004 ;; esac
		# shellcheck disable=SC2086 # words
		"$SPELUNK" record --no-spe $how -o root.data --duration 600 </dev/null >/dev/null 2>said &
		recorder=$!
		for _ in $(seq 300); do
			[ "$(awk '/^CapEff/ { print $2 }' /proc/$recorder/status)" = $kept ] &&
				[ "$(awk '/^Threads/ { print $2 }' /proc/$recorder/status)" -gt 2 ] && break
			sleep 0.1
		done
		is "record $how as root: what the program keeps" \
			"$(awk '/^Cap(Prm|Eff)|^NoNewPrivs/ { print $2 }' /proc/$recorder/status | paste -sd' ')" "$kept $kept 1"
		is "and its threads: nothing" "$(for status in /proc/$recorder/task/*/status; do
			[ "$status" = "/proc/$recorder/task/$recorder/status" ] || awk '/^CapEff/ { print $2 }' "$status"
		done | sort -u)" 0000000000000000
		kill -INT $recorder
		wait $recorder
		is "it ends well" $? 0
	done
fi

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	cp "$SPELUNK" "$tap_dir/spelunk"
	mkdir nobody
	chown 65534 nobody
	chmod 755 "$tap_dir" "$work"
	nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	if (cd nobody && "${nobody[@]}" --inh-caps=+perfmon --ambient-caps=+perfmon \
		"$tap_dir/spelunk" record --no-spe -q -a -o try.data true 2>../err); then
		cd nobody || exit 1
		"${nobody[@]}" --inh-caps=+perfmon --ambient-caps=+perfmon "$tap_dir/spelunk" \
			record --no-spe -a -o all.data --duration 600 </dev/null >/dev/null 2>../said &
		recorder=$!
		for _ in $(seq 3000); do
			grep -q '^NoNewPrivs:.*1' /proc/$recorder/status && break
			sleep 0.1
		done
		is "while it records it has no capability, and can get none" \
			"$(awk '/^Cap(Prm|Eff|Amb|Inh)|^NoNewPrivs/ { print $2 }' /proc/$recorder/status | paste -sd' ')" \
			"0000000000000000 0000000000000000 0000000000000000 0000000000000000 1"
		is "nor has any of its threads" "$(awk '/^Cap(Prm|Eff)/ { print $2 }' \
			/proc/$recorder/task/*/status | sort -u)" 0000000000000000
		is "open are its events, signals and files" "$(opened $recorder)" \
			"all.data anon_inode:[eventfd] anon_inode:[perf_event] anon_inode:[signalfd] said"
		kill -INT $recorder
		wait $recorder
		is "CAP_PERFMON is enough for all CPUs" $? 0
		is "its file is its own" "$(stat -c '%a %u' all.data)" "600 65534"
		cd ..
	else
		echo "ok $((++tap_nr)) - CAP_PERFMON # SKIP is not enough here: $(cat err)"
	fi
	if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -ge 1 ]; then
		(cd nobody && "${nobody[@]}" --inh-caps=-all "$tap_dir/spelunk" record --no-spe \
			-a -o refused.data true 2>../err)
		is "without it, others' tasks are refused" $? 1
		grep -q CAP_PERFMON err
		tap "with what it takes" $? "$(cat err)"
		(cd nobody && "${nobody[@]}" --inh-caps=-all "$tap_dir/spelunk" record --no-spe \
			-o refused.data --pid $$ 2>../err)
		is "one by its pid, too" "$? $(ls nobody/refused.data* 2>/dev/null)" "1 "
	fi
else
	echo "ok $((++tap_nr)) - rights # SKIP not root, or no setpriv"
fi

cd "$top" || exit 1
tap_end
