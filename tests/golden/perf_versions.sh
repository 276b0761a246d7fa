#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each perf of tests/fetch-perf.sh opens every kind of file that spelunk writes, says
# nothing against it, and finds in it what the others and spelunk find.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

cache=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk
# perf record and perf inject fill ~/.debug
export HOME=$tap_dir
perfs=
for series in 6.1 6.12 new; do
	if "$cache/perf-$series/perf" version >/dev/null 2>&1; then
		perfs="$perfs $series"
	else
		echo "ok $((++tap_nr)) # SKIP no perf $series: tests/fetch-perf.sh could not get it"
	fi
done
[ -n "$perfs" ] || tap_end

unpack tests/captures/share-vm.data.xz tests/captures/cycles.data.xz
original=$(realpath "$BUILD/captures/share-vm.data")
rewrite=$(realpath "$BUILD/tests/tools/rewrite")
events=$(realpath "$BUILD/tests/tools/events")
work=$tap_dir/work
mkdir "$work"
top=$PWD
cd "$work" || exit 1

script="script --itrace=i1i --show-task-events --show-lost-events"

#
# Files
#

cat >some <<-'END'
	i=0
	while [ $i -lt 60 ]; do /bin/true; i=$((i + 1)); done
END
cat >busy <<-'END'
	while :; do /bin/true; done
END
cat >until-rotated <<-'END'
	until [ -s rotated.1 ]; do /bin/true; done
END

# data_size FILE: as its header says
data_size()
{
	od -A n -t u8 -j 48 -N 8 "$1" 2>/dev/null | tr -d ' '
}

# killed FILE OPTION...: its writer is killed after a round
killed()
{
	local file=$1 first now n recorder
	setsid "$SPELUNK" record --no-spe -q -o "$@" -- sh busy 2>/dev/null &
	recorder=$!
	for n in $(seq 3000); do
		sleep 0.1
		now=$(data_size "$file")
		# none: the header, written last when a file begins, is not there yet
		[ "${now:-0}" != 0 ] || continue
		: "${first:=$now}"
		[ "$now" = "$first" ] || break
	done
	kill -9 $recorder
	wait $recorder
	# its command lives on
	kill -9 -- -$recorder
} 2>/dev/null

files="agent merged spe spe-packed spe-killed spe-packed-killed spe-stream merged-killed cycles"
cp "$top/$BUILD/captures/cycles.data" cycles
"$rewrite" "$original" spe && "$rewrite" -z 3 "$original" spe-packed &&
	"$rewrite" "$original" - >spe-stream &&
	"$rewrite" -k "$original" spe-killed && "$rewrite" -z 1 -k "$original" spe-packed-killed
tap "a recording of SPE is written once more, in every form" $?
"$SPELUNK" guest-agent -q -o agent --duration 100ms --beat 0
"$SPELUNK" merge -q -o merged spe 0=agent && "$SPELUNK" merge -q -o merged-killed spe-killed 0=agent
tap "and merged with what a guest recorded" $?
if "$SPELUNK" record --no-spe -q -o try true 2>err; then
	files="$files plain packed rotated rotated.1 last killed killed-packed full
		stream stream-packed"
	killed killed &
	killed killed-packed --compress 1 &
	"$SPELUNK" record --no-spe -q -o rotated --rotate 300ms -- sh until-rotated &
	bash -c "ulimit -f 400; '$SPELUNK' record --no-spe -q -o full --duration 20 -- sh busy" 2>/dev/null &
	"$SPELUNK" record --no-spe -q -o plain -- sh some
	"$SPELUNK" record --no-spe -q --compress 3 -o packed -- sh some
	"$SPELUNK" record --no-spe -q -o - -- sh some >stream
	"$SPELUNK" record --no-spe -q --compress 3 -o - -- sh some >stream-packed
	"$SPELUNK" record --no-spe -q --overwrite --last 1m -o last -- sh some
	wait
else
	echo "ok $((++tap_nr)) - recording # SKIP this user may not record here: $(head -n 1 err)"
fi

#
# What a perf says of them
#

# lost_in FILE: how often records were lost, as spelunk reads it
lost_in()
{
	"$events" "$1" | sed 's/.* lost //'
}

# says PERF OUT FILE COMMAND...: it succeeds on FILE, without complaint; streams come by a pipe
says()
{
	local perf=$1 out=$2 file=$3
	shift 3
	case $file in
	*stream*) cat "$file" | "$perf" "$@" -i - ;;
	*) "$perf" "$@" -i "$file" </dev/null ;;
	esac >"$out" 2>"$out.err" || echo "$* exits with $?: $(tail -n 2 "$out.err")"
	# of a foreign machine: no unwinder; of libtraceevent: it cannot parse this event of KVM's;
	# what the kernel lost on a busy machine, if spelunk knows as many losses
	awk -v lost="$(lost_in "$file")" '
		/^unwind: target platform|kvm_sys_access. bad op token/ { next }
		held != "" && $0 ~ "^Processed .* lost " lost " chunks!$" { held = ""; next }
		held != "" { print held }
		{ held = $0 == "Warning:" ? $0 : ""; if (held == "") print }
		END { if (held != "") print held }' "$out.err" |
		grep -iE 'past EOF|error|fail|warn|invalid|incompatib|corrupt|trunc|mismatch|bad|unsupported' |
		sed "s/^/$1: /"
}

# counted FILE: tasks in what perf script printed
counted()
{
	echo "comms $(grep -c RECORD_COMM "$1") forks $(grep -c RECORD_FORK "$1")" \
		"exits $(grep -c RECORD_EXIT "$1") lost $(grep -c 'RECORD_LOST ' "$1")"
}

# look PERF DIR FILE: what is wrong with it
look()
{
	local perf=$1 dir=$2 file=$3
	says "$perf" "$dir/header" "$file" report --header-only
	grep -q '^# hostname : .' "$dir/header" || echo "report --header-only has no hostname"
	# megabytes of a guest's kernel symbols, in each of these: once is enough
	: >"$dir/dump"
	case $file in
	agent | merged) ;;
	*) says "$perf" "$dir/dump" "$file" report -D ;;
	esac
	says "$perf" "$dir/script" "$file" $script
	says "$perf" "$dir/evlist" "$file" evlist -v
	# perf inject breaks tracing data of a stream, also of perf's own
	case $file in
	*stream*)
		cp "$dir/script" "$dir/again" ;;
	*)
		says "$perf" "$dir/inject" "$file" inject -b -o "$dir/injected"
		says "$perf" "$dir/again" "$dir/injected" $script ;;
	esac
	# perfs differ in whether they dump a compressed record beside what is in it
	grep -o 'PERF_RECORD_[A-Z0-9_]*' "$dir/dump" | grep -v COMPRESSED | sort | uniq -c \
		>"$file.records-$(basename "$dir")"
	for out in script again; do
		echo "$(counted "$dir/$out") samples $(grep -c 'instructions' "$dir/$out")"
	done | uniq >"$file.counts-$(basename "$dir")"
	grep -c 'COMM exec' "$dir/script" >"$file.execs-$(basename "$dir")"
}

# timed PERF FILE: samples of cycles, and addresses in the chains of the host's
timed()
{
	"$1" report --stdio --no-itrace -i "$2" 2>/dev/null |
		sed -n "s/^# Samples: \([0-9]*\) *of event '\(cycles.*\)'/\2 \1/p"
	"$1" script --no-itrace -F event,ip -i "$2" 2>/dev/null | awk '
		/^ *[a-z]/ && / [a-z_]*:/ { cycles = /cycles/; next }
		cycles && NF == 1 { n++ }
		END { print "chains", n + 0 }'
}

look_at_all()
{
	mkdir "dir-$1"
	for f in $files; do
		look "$cache/perf-$1/perf" "dir-$1" "$f" >"$f.wrong-dir-$1"
	done
}

for series in $perfs; do
	look_at_all "$series" &
done
wait
for series in $perfs; do
	is "$("$cache/perf-$series/perf" version): samples of cycles, and their chains" \
		"$(timed "$cache/perf-$series/perf" cycles | tr '\n' ' ')" "cycles:H 109 cycles:G 96 chains 887 "
done
samples=$("$SPELUNK" dump --records --format csv -i "$original" | tail -n +2 | wc -l)
holds "there are samples" "$samples > 1000"
for series in $perfs; do
	name=$("$cache/perf-$series/perf" version)
	for f in $files; do
		is "$name: nothing is wrong with $f" "$(cat "$f.wrong-dir-$series")" ""
		case $f in
		cycles) want=$("$SPELUNK" dump --records --format csv -i cycles | tail -n +2 | wc -l) ;;
		spe* | merged*) want=$samples ;;
		*) want=0 ;;
		esac
		is "$name: $f and what inject makes of it have what spelunk reads" \
			"$(cat "$f.counts-dir-$series")" "$("$events" "$f") samples $want"
		case $f in
		plain | packed | stream | stream-packed)
			[ "$(lost_in "$f")" != 0 ] ||
				is "$name: 61 programs in $f" "$(cat "$f.execs-dir-$series")" 61 ;;
		esac
		cmp -s "$f.records-dir-$series" "$f.records-dir-${perfs##* }"
		tap "$name: records of $f" $? "$(diff "$f.records-dir-$series" "$f.records-dir-${perfs##* }")"
	done
done

#
# What a perf writes
#

# written FILE: what spelunk reads of it, and what perf finds
written()
{
	is "$name: spelunk reads $1" "$("$events" "$1")" \
		"$("$cache/perf-$series/perf" $script -i "$1" 2>/dev/null >printed
			counted printed)"
}

# --buildid-mmap: while another recording asks for build-ids, kernels say in the records of
# those that did not ask that there is one (perf_event_mmap_output() of kernel/events/core.c
# leaves PERF_RECORD_MISC_MMAP_BUILD_ID set), and perf 6.1 to 6.12 abort.
for series in $perfs; do
	name=$("$cache/perf-$series/perf" version)
	"$cache/perf-$series/perf" record -q --buildid-mmap -e dummy:u -o own -- sh some 2>err || {
		if grep -qiE 'permi|paranoid' err; then
			echo "ok $((++tap_nr)) - $name: records # SKIP it may not: $(head -n 1 err)"
		else
			tap "$name: records" 1 "$(cat err)"
		fi
		continue
	}
	written own
	"$cache/perf-$series/perf" record -q --buildid-mmap -z -e dummy:u -o own-packed -- sh some 2>err
	written own-packed
	"$cache/perf-$series/perf" record -q --buildid-mmap -z -e dummy:u -o - -- sh some 2>err >own-stream
	written own-stream
done

cd "$top" || exit 1
tap_end
