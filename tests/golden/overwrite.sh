#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk record --overwrite without SPE, on any machine: what is saved, when, and
# that nothing else is written.

. tests/tap.sh

work=$tap_dir/work
mkdir "$work"
top=$PWD
case $SPELUNK in /*) ;; *) SPELUNK=$top/$SPELUNK ;; esac
cd "$work" || exit 1

refuses "--last is a part of --overwrite" "--last requires --overwrite" record --last 5s
refuses "and a time" "takes a time" record --overwrite --last x
refuses "a pipe is no file" "writes files" record --overwrite -o -
refuses "no two ways to make files" "leave --rotate out" record --overwrite --rotate 1s
refuses "nor a size" "leave --size out" record --overwrite --size 1G
"$SPELUNK" top --overwrite 2>err
[ $? = 2 ] && grep -q 'no option --overwrite: top ' err
tap "top has its own way" $? "$(cat err)"

if ! "$SPELUNK" record --no-spe -q --overwrite -o try.data true 2>err; then
	if grep -q 'this user may not record' err; then
		echo "ok $((++tap_nr)) - recording # SKIP this user may not record here"
		tap_end
	fi
	tap "a command's last moments are recorded" 1 "$(cat err)"
	tap_end
fi
for p in perf "${PERF:-${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf}"; do
	perf=$(command -v "$p") && break
done
export HOME=$tap_dir

# waits CONDITION: until it holds, or five minutes have gone
waits()
{
	local n
	for n in $(seq 3000); do
		eval "$1" && return
		sleep 0.1
	done
	return 1
}

# saved FILE: it is closed when its last record is there
saved()
{
	grep -q "are in $1\$\|are in $1," said 2>/dev/null
}

# perf's words for what a file has: events FILE
events()
{
	"$perf" script --show-task-events --show-switch-events -i "$1" 2>err
}

# more_runs: until the command has executed some more programs
more_runs()
{
	waits "[ \$(wc -l <turns) -gt $(($(wc -l <turns) + 5)) ]"
}

# A process that was there before and one that ends before it is saved.
sleep 3600 &
sleeper=$!
cat >busy <<-'END'
	while [ -e go ]; do /bin/true; echo >>turns; done
END
touch go turns
"$SPELUNK" record --no-spe --overwrite --last 1m -o o.data -- sh busy 2>said &
recorder=$!
waits '[ "$(grep -c "keeping the last" said)" = 1 ]'
more_runs
is "nothing is written before it is asked for" "$(ls o.data* 2>/dev/null)" ""
kill -USR2 $recorder
waits 'saved o.data'
tap "SIGUSR2 saves" $? "$(cat said)"
is "a file that is its owner's" "$(stat -c %a o.data)" 600
more_runs
kill -USR2 $recorder
waits 'saved o.data.1'
tap "again, another file" $? "$(cat said)"
rm go
wait $recorder
is "the command's end is no failure" $? 0
saved o.data.2
tap "and saves the rest" $? "$(cat said)"
if [ -n "$perf" ]; then
	for f in o.data o.data.1 o.data.2; do
		events $f >script-$f
		tap "perf opens $f" $? "$(cat err)"
		grep 'PERF_RECORD_SWITCH ' script-$f | grep -o ' [0-9]*\.[0-9]*:' >times-$f
		holds "which has switches" "$(wc -l <times-$f) > 0"
	done
	is "they follow one another" "$(cat times-o.data times-o.data.1 times-o.data.2 | sort -cn 2>&1)" ""
	is "the first exec of all is in the last" "$(grep -c 'COMM exec: sh' script-o.data.2)" 1
	is "no switch is of a task without a name" \
		"$(awk '/PERF_RECORD_SWITCH/ && $1 ~ /^:/' script-o.data.2 | wc -l)" 0
fi

# All CPUs: what is old is left out, what runs has its name.
if "$SPELUNK" record --no-spe -q --overwrite -a -o try.data true 2>err; then
	"$SPELUNK" record --no-spe --overwrite --last 500ms -a -o all.data 2>said &
	recorder=$!
	waits 'grep -q "keeping the last" said'
	sleep 1.5
	kill -INT $recorder
	wait $recorder
	is "SIGINT is no failure" $? 0
	saved all.data
	tap "and saves" $? "$(cat said)"
	holds "not more than was asked for" \
		"$(sed -n 's/.*the last \([0-9.]*\) s are in.*/\1/p' said) <= 0.5"
	if [ -n "$perf" ]; then
		events all.data >script
		holds "perf finds no more in it, either" "$(grep SWITCH_CPU_WIDE script |
			grep -o ' [0-9]*\.[0-9]*:' | sort -n | tr -d ': ' |
			awk 'NR == 1 { a = $1 } END { print $1 - a }') <= 0.5"
		is "what ran before is known" "$(grep -c "COMM: sleep:$sleeper/" script)" 1
	fi
	# A small ring is overwritten: that is told.
	"$SPELUNK" record --no-spe --overwrite -a --buffer 8K -o small.data -- \
		sh -c 'i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i + 1)); done' 2>said
	grep -q 'and part of the last .* --buffer' said
	tap "what a buffer is too small for is told" $? "$(cat said)"
	[ -z "$perf" ] || events small.data >script
	tap "and the file opens" $? "$(cat err)"
fi
kill $sleeper

# Enter, at a terminal
if command -v python3 >/dev/null; then
	cat >keys.py <<-'END'
		import os, pty, sys
		pid, fd = pty.fork()
		if not pid:
		    os.execv(sys.argv[1], sys.argv[1:])
		said = b""
		def until(what):
		    global said
		    while what not in said:
		        said += os.read(fd, 4096)
		until(b"Enter or SIGUSR2")
		os.write(fd, b"\r")
		until(b"are in key.data\r")
		os.write(fd, b"\x03")
		until(b"are in key.data.1\r")
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	timeout 600 python3 keys.py "$SPELUNK" record --no-spe --overwrite --pid $$ -o key.data >out 2>&1
	tap "Enter saves, and Ctrl-C" $? "$(cat out)"
fi

cd "$top" || exit 1
tap_end
