#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# spelunk record --on: what goes over ssh and what comes back, with a program in the place of ssh
# that plays hosts, good and bad; and with a real sshd of the test's own, where Debian's is installed.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

static=$(realpath "${STATIC:-$BUILD/spelunk-static}")
[ -e "$static" ] || skip_all "no static program: SAN=1 makes none"
[ "$(uname -m)" = x86_64 ] || [ "$(uname -m)" = aarch64 ] || skip_all "no static program for this machine"
export PLAY=$tap_dir/play
mkdir "$PLAY" "$PLAY/tmp"
head -c 300000 /dev/urandom >"$PLAY/sent"

# Called as ssh; the name of the host says what happens. In $PLAY are the arguments that each host
# got, and what came on its standard input.
cat >"$PLAY/ssh" <<'END'
#!/bin/bash
host=${*: -2:1} script=${*: -1}
host=${host#*@}
printf '%s\n' "$@" | head -n -1 >"$PLAY/$host.ssh"
# hear: the first lines of the protocol, and what follows them
hear() {
	echo "spelunk host ${1:-$(uname -m)}"
	read -r args size archive
	head -c "$args" >"$PLAY/$host.arguments"
	head -c "$size" >"$PLAY/$host.program"
}
case $host in
real* | 10.0.0.1)	export TMPDIR=${REMOTE_TMP-$PLAY/tmp}; exec ${REMOTE_SHELL:-sh} -c "$script" ;;
whole*)	hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent" ;;
web*)	hear; echo "spelunk recording 0 $(stat -c %s "$PLAY/$host.gen")"; cat "$PLAY/$host.gen" ;;
more)	hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent" "$PLAY/sent" ;;
login)	echo "Welcome!"; hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent" ;;
noise)	yes ;;
down)	echo "ssh: connect to host down port 22: Connection refused" >&2; exit 255 ;;
risc)	hear riscv64 ;;
arm)	hear aarch64 ;;
esc)	hear $'a\e[31mb' ;;
gone)	echo "spelunk host $(uname -m)"; exit 255 ;;
lost)	hear; exit 255 ;;
cut)	hear; echo "spelunk recording 0 300000"; head -c 200000 "$PLAY/sent" ;;
half)	hear; echo "spelunk recording 0 300000"; head -c 60000 "$PLAY/sent" ;;
huge)	hear; echo "spelunk recording 0 4611686018427387904"; cat "$PLAY/sent" ;;
over)	hear; echo "spelunk recording 0 99999999999999999999"; cat "$PLAY/sent" ;;
minus)	hear; echo "spelunk recording 0 -1"; cat "$PLAY/sent" ;;
word)	hear; echo "spelunk recording 0 much"; cat "$PLAY/sent" ;;
none)	hear; echo "spelunk record: no SPE found" >&2; echo "spelunk recording 1 0" ;;
other)	hear; echo "something else"; echo "spelunk recording 0 300000"; cat "$PLAY/sent" ;;
hostile)	printf 'a\e[2Jb\tc\xff\r\n%01500d\nno end\e]0;x\a' 0 >&2; hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent" ;;
pack)	hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent"; echo "spelunk archive 0 12345"; head -c 12345 "$PLAY/sent"; echo "$archive" >"$PLAY/pack.archive" ;;
nopack)	hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent"; echo "spelunk archive 1 0" ;;
cutpack) hear; echo "spelunk recording 0 300000"; cat "$PLAY/sent"; echo "spelunk archive 0 300000"; head -c 200000 "$PLAY/sent" ;;
hangs)	hear; cat >/dev/null; exec sleep 600 ;;
esac
END
chmod +x "$PLAY/ssh"

# on HOSTS ARG...: its output is in $tap_dir/out and err, its files in $tap_dir/to
on()
{
	local hosts=$1
	shift
	"$SPELUNK" record --on "$hosts" --ssh "$PLAY/ssh" --program "$static" -o "$tap_dir/to" "$@" \
		>"$tap_dir/out" 2>"$tap_dir/err" </dev/null
}

# says NAME TEXT: a line of standard error
says()
{
	grep -qxF -- "$2" "$tap_dir/err"
	tap "$1" $? "no line \"$2\" in:
$(cat "$tap_dir/err")"
}

files() { (cd "$tap_dir/to" && echo *); }

#
# Command line
#

refuses "an option is no host" "not '-oProxyCommand=x'" record --on -oProxyCommand=x
refuses "a user neither" "not '-oProxyCommand=x@host'" record --on -oProxyCommand=x@host
refuses "nor a host of a user" "not 'root@-oProxyCommand=x'" record --on root@-oProxyCommand=x
refuses "a host has no path" "not '../x'" record --on ../x
refuses "nor commands of a shell" "not 'a;b'" record --on 'a;b'
refuses "nor escape sequences" "not 'a.x1b\[31m'" record --on $'a\e[31m'
refuses "nor an empty name" "empty name" record --on a,
refuses "a host is there once" "a twice" record --on a,b,root@a
refuses "files come from one place" "name their folder" record --on a -o -
refuses "--rotate stays here" "only on this machine" record --on a --rotate 1G
refuses "and --overwrite" "only on this machine" record --on a --overwrite
refuses "and a table of names" "only on this machine" record --on a --cpu-table /dev/null
refuses "other options are --on's" "requires --on" record --sudo
refuses "archives, too" "requires --on" record --archive
touch "$tap_dir/file"
refuses "a file is no folder" "is a file" record --on a -o "$tap_dir/file"
refuses "a folder needs its parent" "cannot make the folder" record --on a -o "$tap_dir/no/where"
refuses "a script is no program" "is no static program" record --on a --program "$PLAY/ssh"
refuses "a program that loads libraries neither" "is no static program" record --on a --program "$SPELUNK"
refuses "a program that is not there" "cannot open" record --on a --program "$tap_dir/none"

#
# What goes and what comes
#

on "root@whole1,whole-2,more,login" -a --duration 10 --min-latency 100 -c 1024 --only loads,stores \
	-- sh -c 'echo "$1" '\''$(reboot)'\' x $'two\nlines'
is "four hosts" $? 0
is "have a file each" "$(files)" "login.data more.data whole-2.data whole1.data"
is "which is theirs" "$(for h in whole1 whole-2 more login; do cmp "$PLAY/sent" "$tap_dir/to/$h.data"; done)" ""
is "and its owner's" "$(stat -c %a "$tap_dir/to/whole1.data")" 600
is "and is announced" "$(sort "$tap_dir/err")" "$(for h in login more whole-2 whole1; do
	echo "spelunk record: $h: 0.29 MiB in $tap_dir/to/$h.data"; done)"
is "ssh asks nothing" "$(paste -sd' ' "$PLAY/whole1.ssh")" \
	"-T -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ClearAllForwardings=yes -- root@whole1"
cmp -s "$static" "$PLAY/whole1.program"
tap "the host gets the program" $?
is "and the options that were given, for its shell to read" "$(cat "$PLAY/whole1.arguments")" \
	"record --all-cpus --duration 10 --min-latency 100 --period 1024 --only loads,stores --output \"\$dir/recording\" -- sh -c 'echo \"\$1\" '\\''\$(reboot)'\\''' x 'two
lines'"
rm -rf "$tap_dir/to"
on pack,nopack,cutpack,whole1 -a --archive
is "an archive from one of four" "$? $(files)" "2 cutpack.data nopack.data pack.data pack.data.archive whole1.data"
is "which it was asked for" "$(cat "$PLAY/pack.archive") $(cat "$PLAY/pack.arguments")" '1 record --all-cpus --output "$dir/recording" --'
cmp <(head -c 12345 "$PLAY/sent") "$tap_dir/to/pack.data.archive" && cmp "$PLAY/sent" "$tap_dir/to/pack.data"
tap "both are the host's" $?
says "and are announced" "spelunk record: pack: 0.29 MiB in $tap_dir/to/pack.data, 0.01 MiB in $tap_dir/to/pack.data.archive"
says "a host cannot make one" "spelunk record: nopack: 0.29 MiB in $tap_dir/to/nopack.data; no archive, exit status 1"
says "or half of one comes" "spelunk record: cutpack: 0.29 MiB in $tap_dir/to/cutpack.data; the connection ended before the archive, exit status 0"
says "or none" "spelunk record: whole1: 0.29 MiB in $tap_dir/to/whole1.data; the connection ended before the archive, exit status 0"
on whole1 --no-spe -q
is "-q is quiet" "$? $(cat "$tap_dir/err")" "0 "
is "there, too" "$(cat "$PLAY/whole1.arguments")" 'record --no-spe --quiet --output "$dir/recording" --'

# Recordings have their host's name, so that reports tell them from each other.
for h in web1 web2; do
	"$BUILD/tests/tools/gen" -o "$PLAY/$h.gen" --host "$h.example" --records 1000
done 2>/dev/null
on web1,web2 -a
is "a report has the hosts" "$("$SPELUNK" report -q --by host --columns samples --format csv \
	"$tap_dir"/to/web?.data | sort | paste -sd' ')" "host,samples web1.example,1000 web2.example,1000"

#
# Failures
#

rm -rf "$tap_dir/to"
on whole1,down,whole2 -a
is "one host is down" $? 2
says "and ssh says why" "down: ssh: connect to host down port 22: Connection refused"
says "and so do we" "spelunk record: down: cannot connect"
is "the others have their files" "$(files)" "whole1.data whole2.data"
on down -a
is "no host is there" $? 1
rm -rf "$tap_dir/to"
on risc,esc,gone,lost,none,other,noise,over,minus,word -a
is "nothing from any" "$? $(files)" "1 *"
says "another architecture" "spelunk record: risc: its machine is riscv64, which has no SPE: \`make static\` builds for aarch64 and x86_64"
says "one that is no word" 'spelunk record: esc: its machine is a\x1b[31mb, which has no SPE: `make static` builds for aarch64 and x86_64'
is "which gets no program" "$(cat "$PLAY/risc.program" 2>&1 | wc -c)" 0
says "the connection ends early" "spelunk record: gone: the connection ended while the program was sent, exit status 255"
says "or later" "spelunk record: lost: the connection ended while it was recording, exit status 255"
says "the recorder fails" "spelunk record: none: nothing was recorded, exit status 1"
says "and says why" "none: spelunk record: no SPE found"
says "something else comes" "spelunk record: other: the host sent something else than its recording"
says "or never ends" "spelunk record: noise: the host sends something else than expected: its shell must not print when it starts without a terminal"
for h in over minus word; do
	says "a size is no size: $h" "spelunk record: $h: the host answered something else than the size of a file"
done
on huge -a
is "a recording is larger than the disk" "$? $(files)" "1 *"
grep -q "^spelunk record: huge: its recording has 4398046511104 MiB, and there is room for [0-9]* MiB here$" "$tap_dir/err"
tap "and the error says so" $? "$(cat "$tap_dir/err")"

echo before >"$tap_dir/to/cut.data"
on cut,half -a
is "a connection that is cut" $? 1
says "leaves what came" "spelunk record: cut: the connection ended, exit status 0; the first 0.19 of 0.29 MiB are in $tap_dir/to/cut.data.partial"
says "unless that is no use" "spelunk record: half: the connection ended, exit status 0"
is "under another name" "$(files)" "cut.data cut.data.partial"
cmp <(head -c 200000 "$PLAY/sent") "$tap_dir/to/cut.data.partial"
tap "as far as it came" $?
is "and the older file stays" "$(cat "$tap_dir/to/cut.data")" before
if [ "$(id -u)" != 0 ]; then
	chmod 555 "$tap_dir/to"
	on whole1 -a
	says "a folder that is read-only" "spelunk record: whole1: cannot write $tap_dir/to/whole1.data.partial: Permission denied"
	chmod 755 "$tap_dir/to"
fi

on hostile -a
is "a hostile host's recording is one" $? 0
says "its messages are escaped" 'hostile: a\x1b[2Jb c\xff'
says "and long ones cut" "hostile: $(printf %01023d 0)"
says "also without an end" 'hostile: no end\x1b]0;x\x07'

# no program for Arm is beside this one
mkdir "$tap_dir/alone"
cp "$SPELUNK" "$tap_dir/alone/spelunk"
if [ "$(uname -m)" = x86_64 ]; then
	"$tap_dir/alone/spelunk" record --on arm --ssh "$PLAY/ssh" -o "$tap_dir/to" 2>"$tap_dir/err"
	says "no program for Arm" "spelunk record: arm: there is no static program for aarch64: build it with \`make static\` on such a machine, or with \`make CROSS_COMPILE=aarch64-linux-gnu- static\`, and give it with --program"
fi
"$tap_dir/alone/spelunk" record --on whole1 --ssh "$PLAY/ssh" -o "$tap_dir/to" 2>"$tap_dir/err"
is "nor for this machine" $? 1
cp "$static" "$tap_dir/alone/spelunk-static-$(uname -m)"
"$tap_dir/alone/spelunk" record -q --on whole1 --ssh "$PLAY/ssh" -o "$tap_dir/to" 2>"$tap_dir/err"
is "unless it is beside it" "$? $(cat "$tap_dir/err")" "0 "
cp "$static" "$tap_dir/alone/static"
rm "$tap_dir/alone/spelunk-static-$(uname -m)"
"$tap_dir/alone/static" record -q --on whole1 --ssh "$PLAY/ssh" -o "$tap_dir/to" 2>"$tap_dir/err"
is "or is the program itself" "$? $(cat "$tap_dir/err")" "0 "

#
# Ends
#

# until COMMAND...: wait until it succeeds; the test's own time limit is the bound
until_so() { until "$@" >/dev/null 2>&1; do sleep 0.05; done; }
# begin HOSTS ARG...: in the background, as $recorder
begin() { on "$@" 2>/dev/null & recorder=$(until_so pgrep -P $! && pgrep -P $!); }

rm -f "$PLAY"/hangs.program
begin hangs -a
until_so cmp -s "$static" "$PLAY/hangs.program"
kill -INT "$recorder"
sleep 0.2
kill -INT "$recorder"
wait
says "a second interrupt does not wait" "spelunk record: hangs: interrupted"

#
# On terminals
#

if command -v python3 >/dev/null; then
	TERM=xterm python3 tests/on-terminal.py 80x24 "$SPELUNK" record --on whole1,down --ssh "$PLAY/ssh" --program "$static" \
		-o "$tap_dir/to" -a >"$tap_dir/out" 2>&1
	grep -Eq "^  whole1           (connecting|sending|recording|receiving|disconnecting)" "$tap_dir/out"
	tap "a terminal has a line for each host" $? "$(cat -v "$tap_dir/out")"
	grep -q "whole1: 0.29 MiB in" "$tap_dir/out"
	tap "and its end" $? "$(cat -v "$tap_dir/out")"
fi

#
# The script on a real shell
#

if ! "$SPELUNK" record --no-spe -q -o "$tap_dir/try.data" true 2>"$tap_dir/err"; then
	grep -q 'this user may not record' "$tap_dir/err"
	tap "recording" $? "$(cat "$tap_dir/err")"
	tap_end
fi

# recorded NAME: the file of each host is a recording, and nothing is left there
recorded()
{
	local f bad=
	for f in "$tap_dir"/to/*; do
		[ "$(head -c 8 "$f")" = PERFILE2 ] || bad="$bad $f"
	done
	is "$1: recordings, and nothing left" "$bad $(ls "$PLAY/tmp")" " "
}

rm -rf "$tap_dir/to"
on real1,real2,10.0.0.1 --no-spe -- sh -c 'printf "%s;" "$0" "$@"; echo; exit "$(($1 - 3))"' "it's" 3 'a  b' '$HOME' '' '"'
is "three hosts record" "$? $(files)" "0 10.0.0.1.data real1.data real2.data"
says "and their command has its words" "real1: it's;3;a  b;\$HOME;;\";"
recorded "three hosts"
on real1 --no-spe -- sh -c 'exit 7'
is "a command fails" $? 1
grep -q "^spelunk record: real1: 0.0[0-9] MiB in $tap_dir/to/real1.data; exit status 7$" "$tap_dir/err"
tap "and its recording is there" $? "$(cat "$tap_dir/err")"
on real1 --no-spe --archive -- true
is "without samples there is nothing to pack" "$? $(grep -c 'in .*real1.data; no archive, exit status 1' "$tap_dir/err")" "1 1"
grep -q 'real1: spelunk archive: .*no Arm SPE data' "$tap_dir/err"
tap "as the program there says" $? "$(cat "$tap_dir/err")"
on real1 --no-spe -- ./nothing
is "a command that is not there" $? 1
says "is named" "real1: spelunk record: ./nothing: No such file or directory"
REMOTE_TMP=$tap_dir/none on real1 --no-spe -- true
is "a host without that folder takes another" $? 0
if mkdir "$tap_dir/noexec" && mount -t tmpfs -o noexec none "$tap_dir/noexec" 2>/dev/null; then
	REMOTE_TMP=$tap_dir/noexec on real1 --no-spe -- true
	is "or one where programs run" "$? $(ls "$tap_dir/noexec")" "0 "
	umount "$tap_dir/noexec"
fi
for shell in dash bash zsh fish tcsh "busybox sh"; do
	command -v "${shell% *}" >/dev/null || continue
	rm -rf "$tap_dir/to"
	REMOTE_SHELL=$shell on real1 --no-spe -- sh -c 'echo "$0"' "it's \$HOME!"
	is "$shell" "$? $(files)" "0 real1.data"
	says "$shell: the words of a command" "real1: it's \$HOME!"
	recorded "$shell"
done
mkdir "$tap_dir/bin"
printf '#!/bin/sh\n[ "$1" = -n ] && shift && echo root >&2 && exec "$@"\n' >"$tap_dir/bin/sudo"
chmod +x "$tap_dir/bin/sudo"
PATH=$tap_dir/bin:$PATH on real1 --no-spe --sudo -- true
is "with sudo" $? 0
says "as root" "real1: root"

rm -rf "$tap_dir/to"
begin real1,real2 --no-spe -- sleep 600
until_so sh -c '[ "$(ls "$PLAY"/tmp/*/recording | wc -l)" = 2 ]'
kill -INT "$recorder"
wait
is "an interrupt ends all recordings" "$(files)" "real1.data real2.data"
recorded "interrupted"
begin real1,real2 --no-spe -- sleep 600
until_so sh -c '[ "$(ls "$PLAY"/tmp/*/recording | wc -l)" = 2 ]'
{ kill -9 "$recorder"; wait; } 2>/dev/null
until_so sh -c '[ -z "$(ls "$PLAY/tmp")" ]'
tap "hosts that lost us stop and leave nothing" 0

#
# A real sshd
#

# is_free PORT: nobody listens there
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

sshd=$(PATH=$PATH:/usr/sbin command -v sshd)
no_sshd()
{
	echo "ok $((++tap_nr)) - a real sshd # SKIP $1"
	tap_end
}
[ -n "$sshd" ] && command -v ssh >/dev/null || no_sshd "no openssh-server"
for port in $(shuf -i 20000-32000 -n 20); do
	is_free "$port" && break
done
for key in host user; do
	ssh-keygen -q -t ed25519 -N '' -f "$tap_dir/$key"
done
cat >"$tap_dir/sshd_config" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $tap_dir/host
AuthorizedKeysFile $tap_dir/user.pub
StrictModes no
UsePAM no
PidFile none
END
cat >"$tap_dir/ssh_config" <<END
Host near far
	HostName 127.0.0.1
	Port $port
	IdentityFile $tap_dir/user
	IdentitiesOnly yes
	UserKnownHostsFile $tap_dir/known
	StrictHostKeyChecking accept-new
	LogLevel ERROR
END
printf '#!/bin/sh\nexec ssh -F "%s" "$@"\n' "$tap_dir/ssh_config" >"$PLAY/ssh"
# As root it needs a folder that Debian makes when the service starts: in a mount namespace, to change
# nothing of this machine.
if [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ]; then
	unshare -m true 2>/dev/null || no_sshd "no /run/sshd and no mount namespaces"
	unshare -m sh -c 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"' sh \
		"$sshd" -D -e -f "$tap_dir/sshd_config" 2>"$tap_dir/sshd.log" &
else
	"$sshd" -D -e -f "$tap_dir/sshd_config" 2>"$tap_dir/sshd.log" &
fi
daemon=$!
while kill -0 $daemon 2>/dev/null && is_free "$port"; do
	sleep 0.05
done
kill -0 $daemon 2>/dev/null || no_sshd "it does not start: $(tail -n 1 "$tap_dir/sshd.log")"
# accounts may be locked, or have no shell
if ! "$PLAY/ssh" -o BatchMode=yes near true </dev/null 2>/dev/null; then
	kill $daemon
	no_sshd "this user cannot log in: $(tail -n 1 "$tap_dir/sshd.log")"
fi
rm -rf "$tap_dir/to"
on near,far --no-spe -- sh -c 'echo "$0"' "it's \$HOME"
is "over ssh" "$? $(files)" "0 far.data near.data"
says "the words of a command" "near: it's \$HOME"
rm -rf "$tap_dir/to"
begin near --no-spe -- sh -c 'echo "at $$"; exec sleep 600'
until_so grep -q '^near: at [0-9]' "$tap_dir/err"
kill -INT "$recorder"
wait "$recorder" 2>/dev/null
until_so test -e "$tap_dir/to/near.data"
tap "an interrupt ends the recording" 0
begin near --no-spe -- sh -c 'echo "at $$"; exec sleep 600'
until_so grep -q '^near: at [0-9]' "$tap_dir/err"
remote=$(sed -n 's/^near: at //p' "$tap_dir/err")
kill -9 "$recorder"
until_so sh -c "! kill -0 $remote"
tap "a host that lost us stops" 0
kill $daemon
{ wait; } 2>/dev/null

tap_end
