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
			record --no-spe -a -o all.data --duration 600 2>../said &
		recorder=$!
		for _ in $(seq 3000); do
			grep -q '^NoNewPrivs:.*1' /proc/$recorder/status && break
			sleep 0.1
		done
		is "while it records it has no capability, and can get none" \
			"$(awk '/^Cap(Prm|Eff|Amb|Inh)|^NoNewPrivs/ { print $2 }' /proc/$recorder/status | paste -sd' ')" \
			"0000000000000000 0000000000000000 0000000000000000 0000000000000000 1"
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
