#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What make does about packages and libperf, on machines that this one is not: dpkg, apt
# and sudo are scripts here.

. tests/tap.sh

unset LIBPERF CROSS_COMPILE V MAKELEVEL MAKEFLAGS MFLAGS
fake=$tap_dir/fake
mkdir "$fake" "$tap_dir/home" "$tap_dir/a home"

# fakes NAME: a command of that name, with standard input as its script
fakes()
{
	{ echo "#!/bin/sh"; cat; } >"$fake/$1"
	chmod +x "$fake/$1"
}

#
# Packages
#

fakes dpkg <<'EOF'
case $1 in
--print-architecture) cat "$FAKE/arch" ;;
--print-foreign-architectures) cat "$FAKE/foreign" ;;
*) echo "dpkg $*" >>"$FAKE/did" ;;
esac
EOF
fakes dpkg-query <<'EOF'
cat "$FAKE/installed"
EOF
fakes id <<'EOF'
cat "$FAKE/uid"
EOF
fakes apt-cache <<'EOF'
case $1 in
pkgnames) cat "$FAKE/known" ;;
*) for p; do :; done; grep -qx "$p" "$FAKE/known" && echo "Size: 153476148" ;;
esac
EOF
# What is in lists can be installed; update fills them from mirror.
fakes apt-get <<'EOF'
case "$*" in
*--print-uris*)
	for p; do
		case $p in -* | install) continue ;; esac
		grep -qx "$p" "$FAKE/lists" || { echo "E: Unable to locate package $p" >&2; exit 100; }
		echo "'uri' $p.deb 20000000 SHA256:0"
	done ;;
*update*) echo "apt-get $*" >>"$FAKE/did"; cp "$FAKE/mirror" "$FAKE/lists" ;;
*install*)
	[ ! -e "$FAKE/broken" ] || { echo "Reading"; cat "$FAKE/broken"; exit 100; }
	echo "apt-get $*" >>"$FAKE/did" ;;
*download*)
	[ -e "$FAKE/debs/$3" ] || { echo "E: Failed to fetch $3"; echo "E: more"; exit 100; }
	cp "$FAKE/debs/$3" "$3"_1_all.deb ;;
esac
EOF
fakes sudo <<'EOF'
echo sudo >>"$FAKE/did"
exec "$@"
EOF

# machine ARCH UID: all packages of the lists below, and nothing is missing
build="gcc libc6-dev make pkg-config libtraceevent-dev libdw-dev libelf-dev libzstd-dev
	libdebuginfod-dev libiberty-dev zlib1g-dev libncurses-dev libcapstone-dev libjson-c-dev xz-utils"
machine()
{
	echo "$1" >"$fake/arch"
	echo "$2" >"$fake/uid"
	: >"$fake/foreign"
	for p in $build libbz2-dev liblzma-dev ncurses-term libcmocka-dev valgrind clang \
		libclang-rt-dev linux-perf jq tmux procps qemu-user; do
		echo "installed|$1|$p, "
	done >"$fake/installed"
	for p in mandoc libc6-dev-arm64-cross; do
		echo "installed|all|$p, "
	done >>"$fake/installed"
	echo "libcapstone-dev" | tee "$fake/lists" >"$fake/mirror"
	rm -f "$fake/did" "$fake/broken"
	: >"$fake/known"
}

# without PACKAGE: it is not installed
without()
{
	sed -i "/|$1, /d" "$fake/installed"
}

# deps KIND [PATH]: its exit status, what it says and what it did
deps()
{
	rm -f "$fake/did"
	env FAKE="$fake" PATH="${2:-$fake:$PATH}" tests/install-deps.sh "$1" >"$tap_dir/said" 2>&1
	echo $?
	cat "$tap_dir/said"
	[ ! -e "$fake/did" ] || cat "$fake/did"
}

machine amd64 1000
is "all is installed: nothing is said or done" "$(deps deps)" 0
machine arm64 1000
sed -i 's/|gcc, /|gcc, c-compiler, gcc-aarch64-linux-gnu (= 4:14.2.0-1), gcc-arm64-linux (= 1)/' "$fake/installed"
is "a package that another one provides is installed" "$(deps test-deps)" 0
machine amd64 0
sed -i 's/^installed|amd64|libdw-dev/config-files|amd64|libdw-dev/' "$fake/installed"
echo libdw-dev >>"$fake/lists"
is "one that was removed is not" "$(deps deps)" "0
installing (20 MB to download): libdw-dev
apt-get install -y --no-install-recommends libdw-dev"
machine amd64 0
echo arm64 >"$fake/foreign"
is "one for another architecture is not" "$(deps cross-deps | grep -o 'package [^"]*')" \
	"package libtraceevent-dev:arm64"
echo "installed|amd64|gcc-aarch64-linux-gnu, " >>"$fake/installed"
for p in libtraceevent-dev libdw-dev libelf-dev libzstd-dev libdebuginfod-dev libiberty-dev \
	zlib1g-dev libncurses-dev libcapstone-dev libjson-c-dev libbz2-dev liblzma-dev libcmocka-dev; do
	echo "installed|arm64|$p, "
done >>"$fake/installed"
is "and counts where it is" "$(deps cross-deps)" 0
without xz-utils
echo xz-utils >>"$fake/lists"
is "the cross build needs xz-utils" "$(deps cross-deps | sed -n 2p)" \
	"installing (20 MB to download): xz-utils"

machine amd64 1000
without libcapstone-dev
is "how much is downloaded is said before, and sudo asked" "$(deps deps)" "0
installing (20 MB to download): libcapstone-dev
sudo
apt-get install -y --no-install-recommends libcapstone-dev"
machine amd64 0
without libcapstone-dev
: >"$fake/lists"
is "empty lists are filled" "$(deps deps)" "0
installing (20 MB to download): libcapstone-dev
apt-get update -q
apt-get install -y --no-install-recommends libcapstone-dev"
machine amd64 0
without libcapstone-dev
: >"$fake/lists"
: >"$fake/mirror"
is "a package that is nowhere: one sentence, apt's first error, one command" "$(deps deps)" "1
cannot install the missing packages: apt-get says \"E: Unable to locate package libcapstone-dev\"; run by hand: apt-get update && apt-get install -y --no-install-recommends libcapstone-dev
apt-get update -q"
machine amd64 0
without libcapstone-dev
printf 'E: the first\nE: the second\n' >"$fake/broken"
is "apt fails: its first error" "$(deps deps | sed -n 3p | cut -c 1-68)" \
	'cannot install the missing packages: apt-get says "E: the first"; ru'
machine amd64 1000
without libcapstone-dev
mkdir "$tap_dir/nosudo"
for c in awk cat cp grep head mktemp rm sed sh tail env; do
	ln -sf "$(command -v $c)" "$tap_dir/nosudo/$c"
done
for c in dpkg dpkg-query id apt-get apt-cache; do cp "$fake/$c" "$tap_dir/nosudo/"; done
is "no sudo: the command for root" "$(deps deps "$tap_dir/nosudo")" "1
cannot install the missing packages: this user is not root, and sudo is not installed; run as root: apt-get update && apt-get install -y --no-install-recommends libcapstone-dev"
machine amd64 0
without libcapstone-dev
echo libperf-dev >>"$fake/lists"
echo libperf-dev >>"$fake/known"
is "the system's libperf is taken where there is one" "$(deps deps | sed -n 2p)" \
	"installing (40 MB to download): libcapstone-dev libperf-dev"
machine amd64 0
without libzstd-dev
rm "$tap_dir/nosudo/dpkg-query"
is "another system: the packages by name" \
	"$(deps deps "$tap_dir/nosudo" | sed -n 2p | cut -c 1-94)" \
	"no apt, dnf, zypper, apk or pacman here: install these, by Debian's names: gcc libc6-dev make "

# Where there is no dpkg: what asks whether a package is installed, and what installs.
cp -r "$tap_dir/nosudo" "$tap_dir/other"
ln -sf "$(command -v basename)" "$tap_dir/other/"
cat >"$tap_dir/manager" <<'END'
#!/bin/sh
name=$(basename "$0")
case $name:$1 in
rpm:*)		[ "$3" != "$LACKS" ] ;;
apk:info)	[ "$3" != "$LACKS" ] ;;
pacman:-T)	[ "$2" != "$LACKS" ] ;;
dnf:-q)		[ "$3" = libperf-devel ] ;;
*)		[ ! -e "$FAKE/broken" ] || { cat "$FAKE/broken"; exit 1; }
		echo "$name $*" >>"$FAKE/did" ;;
esac
END
# other MANAGER UID PACKAGE: deps there, where all but that package is installed
other()
{
	rm -f "$tap_dir/other"/{rpm,dnf,zypper,apk,pacman}
	install -m 755 "$tap_dir/manager" "$tap_dir/other/$1"
	[ "$1" = apk ] || [ "$1" = pacman ] || install -m 755 "$tap_dir/manager" "$tap_dir/other/rpm"
	echo "$2" >"$fake/uid"
	LACKS=$3 deps deps "$tap_dir/other"
}

rm -f "$fake/broken"
is "dnf: all is installed" "$(other dnf 1000 nothing)" 0
is "dnf installs, and libperf where it is known" "$(other dnf 0 binutils-devel)" "0
installing with dnf: binutils-devel libperf-devel
dnf install -y binutils-devel libperf-devel"
is "zypper" "$(other zypper 0 libdw-devel)" "0
installing with zypper: libdw-devel
zypper --non-interactive install libdw-devel"
is "apk" "$(other apk 0 zstd-dev)" "0
installing with apk: zstd-dev
apk add zstd-dev"
is "pacman" "$(other pacman 0 libelf)" "0
installing with pacman: libelf
pacman -S --needed --noconfirm libelf"
is "without root: the command" "$(other dnf 1000 elfutils-devel)" "1
cannot install the missing packages: this user is not root, and sudo is not installed; run as root: dnf install -y elfutils-devel"
echo "No match for argument" >"$fake/broken"
is "what fails, and the command" "$(other zypper 0 libdw-devel)" "1
installing with zypper: libdw-devel
cannot install the missing packages: zypper says \"No match for argument\"; run by hand: zypper --non-interactive install libdw-devel"
rm -f "$fake/broken"
is "every row has a package or - for each manager" \
	"$(awk '!/^#/ && NF != 6' tests/packages.def)" ""

#
# libperf
#

# A kernel source of what libperf's makefile is asked for, with the path in it by which a
# compiler names a file.
# kernel VERSION SUFFIX PROGRAM: as a package that apt can download
kernel()
{
	local src=$tap_dir/src/linux-source-$1 deb=$tap_dir/deb/usr/src
	rm -rf "$tap_dir/src" "$tap_dir/deb"
	mkdir -p "$src/tools/lib/perf/include/perf" "$src/tools/lib/api" "$src/kernel" "$deb" \
		"$tap_dir/deb/DEBIAN" "$fake/debs"
	echo "const char *perf_file(void) { return __FILE__; }" >"$src/tools/lib/perf/perf.c"
	echo "#define LIBPERF \"$1\"" >"$src/tools/lib/perf/include/perf/core.h"
	printf '%s:\n\t%s\n' libs '$(CC) -g $(EXTRA_CFLAGS) -c $(CURDIR)/perf.c && ar rcs libperf.a perf.o && ar rcs ../api/libapi.a perf.o' \
		>"$src/tools/lib/perf/Makefile"
	echo unneeded >"$src/kernel/file"
	tar c -C "$tap_dir/src" "linux-source-$1" | $3 >"$deb/linux-source-$1.tar.$2"
	printf 'Package: linux-source-%s\nVersion: 1\nArchitecture: all\nMaintainer: m <m@e>\nDescription: d\n' \
		"$1" >"$tap_dir/deb/DEBIAN/control"
	dpkg-deb -Zgzip --build "$tap_dir/deb" "$fake/debs/linux-source-$1" >/dev/null
	echo "linux-source-$1" >>"$fake/known"
}

# libperf HOME [VARIABLE=VALUE]: what is said, and the flags
libperf()
{
	local home=$1
	shift
	rm -rf "$tap_dir/build"
	env -u XDG_CACHE_HOME HOME="$home" FAKE="$fake" PATH="$fake:$PATH" "$@" \
		tests/build-libperf.sh "$tap_dir/build" 2>&1
	cat "$tap_dir/build/libperf/cflags" "$tap_dir/build/libperf/libs"
}

if ! command -v dpkg-deb >/dev/null || ls /usr/src/linux-source-* >/dev/null 2>&1; then
	echo "ok $((++tap_nr)) - libperf # SKIP no dpkg-deb, or a kernel source is installed here"
	tap_end
fi
cc=$(gcc -dumpmachine)-gcc$(gcc -dumpversion | cut -d. -f1)
used="-isystem $tap_dir/build/libperf/include
$tap_dir/build/libperf/lib/libperf.a $tap_dir/build/libperf/lib/libapi.a"
raw="building without it, with perf_event_open(2) alone
-DWITHOUT_LIBPERF"

machine amd64 1000
is "no kernel source: one line, and the system call" "$(libperf "$tap_dir/home")" \
	"libperf: apt knows no linux-source package; $raw"
is "the flags compile" "$(env PKG_CONFIG_LIBDIR=/nowhere FAKE="$fake" \
	PATH="$fake:$PATH" HOME="$tap_dir/home" make -s O="$tap_dir/o" "$tap_dir/o/collector/live/perf_open.o" \
	2>&1 | tail -n 1)" "  CC      collector/live/perf_open.c"
is "without libperf" "$(nm -u "$tap_dir/o/collector/live/perf_open.o" | grep -c perf_evsel)" 0
echo linux-source-6.1 >>"$fake/known"
is "not downloaded: apt's first error" "$(libperf "$tap_dir/home")" \
	"downloading linux-source-6.1 (153 MB) for libperf, once; LIBPERF=no builds without it
libperf: linux-source-6.1 cannot be downloaded (E: Failed to fetch linux-source-6.1); $raw"
kernel 6.9 xz xz
kernel 6.12.1 xz xz
is "LIBPERF=here: nothing is downloaded" "$(libperf "$tap_dir/home" LIBPERF=here)" "-DWITHOUT_LIBPERF"
# compiled [VARIABLE...]: with what flag make compiles the calls of libperf, if it does
cat >"$fake/cc" <<-'END'
	#!/bin/sh
	for arg; do
		case $arg in */libperf/include | -DWITHOUT_LIBPERF) echo "compiled with ${arg##*/}" ;; esac
		[ "$last" != -o ] || : >"$arg"
		last=$arg
	done
END
chmod +x "$fake/cc"
compiled()
{
	env PKG_CONFIG_LIBDIR=/nowhere FAKE="$fake" PATH="$fake:$PATH" HOME="$tap_dir/home" make -s \
		CC="$fake/cc" O="$tap_dir/again" "$tap_dir/again/collector/live/perf_open.o" "$@" 2>&1 |
		grep '^compiled'
}
is "it is compiled without it" "$(compiled LIBPERF=here)" "compiled with -DWITHOUT_LIBPERF"
is "once" "$(compiled LIBPERF=here)" ""
is "another build looks again, and compiles it with libperf" "$(compiled)" "compiled with include"
is "once, too" "$(compiled)" ""
is "also where the next one asks for what is here" "$(compiled LIBPERF=here)" ""
rm -r "$tap_dir/home/.cache"
is "the newest of all kernel sources is taken" "$(libperf "$tap_dir/home")" \
	"downloading linux-source-6.12.1 (153 MB) for libperf, once; LIBPERF=no builds without it
building libperf of linux-source-6.12.1 for $cc
$used"
is "and no path of its build is in the library" \
	"$(strings -a "$tap_dir/build/libperf/lib/libperf.a" | grep -F "${TMPDIR:-/tmp}/")" ""
is "the cache has it" "$(ls "$tap_dir/home/.cache/spelunk")" "libperf-6.12.1-$cc"
rm -r "$fake/debs"
is "and it is not built again" "$(libperf "$tap_dir/home")" "$used"
is "LIBPERF=here takes it from there" "$(libperf "$tap_dir/home" LIBPERF=here)" "$used"
is "LIBPERF=no: without" "$(libperf "$tap_dir/home" LIBPERF=no)" "libperf: LIBPERF=no; $raw"
if command -v bzip2 >/dev/null; then
	kernel 7.2 bz2 bzip2
else
	kernel 7.2 gz gzip
fi
is "a home with a space, and another compression" "$(libperf "$tap_dir/a home" | tail -n 3)" \
	"building libperf of linux-source-7.2 for $cc
$used"
is "is where the cache is" "$(ls "$tap_dir/a home/.cache/spelunk")" "libperf-7.2-$cc"
is "a temporary folder with a space" \
	"$(mkdir "$tap_dir/a tmp"; libperf "$tap_dir/none" TMPDIR="$tap_dir/a tmp" | tail -n 2)" "$used"
is "a home that does not exist is not made" "$(ls -d "$tap_dir/none" 2>/dev/null)" ""
is "the cache of XDG_CACHE_HOME is used" \
	"$(libperf "$tap_dir/none" XDG_CACHE_HOME="$tap_dir/home/.cache")" "$used"
kernel 8.0 gz gzip
sed -i 's/^libs:/libs: nothing/' "$tap_dir/src/linux-source-8.0/tools/lib/perf/Makefile"
tar cz -C "$tap_dir/src" linux-source-8.0 >"$tap_dir/deb/usr/src/linux-source-8.0.tar.gz"
dpkg-deb -Zgzip --build "$tap_dir/deb" "$fake/debs/linux-source-8.0" >/dev/null
is "one that does not build: its error" "$(libperf "$tap_dir/none" | tail -n 3)" \
	"make: *** No rule to make target 'nothing', needed by 'libs'.  Stop.
libperf: that of linux-source-8.0 does not build; $raw"

#
# Paths
#

is "O= with a space is refused in a sentence" \
	"$(make O="$tap_dir/a home/o" help 2>&1 | sed 's/^Makefile:[0-9]*: //')" \
	"*** O=$tap_dir/a home/o: make cannot build in a folder with a space in its path.  Stop."
tap_end
