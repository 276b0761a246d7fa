#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench-writer.sh BUILD: losses of recordings on slow disks (tests/tools/bench_writer.c), with
# direct writes and through the page cache. The disks are simulated, or, as root, a loop device
# that the kernel throttles. Rings of 4 MiB fill at 5 MiB/s per CPU.

set -e
cd "$(dirname "$0")/.."
build=$1
dir=$(mktemp -d -p "$build")
file=$dir/file
trap end EXIT

# the throttle of cgroup v1's root, or of a group of cgroup v2
v1=/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device
v2=/sys/fs/cgroup/spelunk-bench
loop=

end()
{
	umount "$dir/disk" 2>/dev/null || true
	[ -z "$loop" ] || losetup -d "$loop"
	[ -z "$loop" ] || [ ! -w "$v1" ] || echo "$number 0" >"$v1"
	[ ! -d "$v2" ] || { echo $$ >/sys/fs/cgroup/cgroup.procs; rmdir "$v2"; }
	rm -rf "$dir"
}

# throttle MIB: the loop device takes MIB MiB/s
throttle()
{
	number=$(($(stat -c 0x%t "$loop"))):$(($(stat -c 0x%T "$loop")))
	if [ -w "$v1" ]; then
		echo "$number $(($1 << 20))" >"$v1"
	else
		echo +io >/sys/fs/cgroup/cgroup.subtree_control && mkdir -p "$v2" &&
			echo "$number wbps=$(($1 << 20))" >"$v2/io.max" && echo $$ >"$v2/cgroup.procs"
	fi 2>/dev/null
}

# slow_disk MIB: mounted on $dir/disk; fails where this user or this kernel cannot
slow_disk()
{
	[ "$(id -u)" = 0 ] && truncate -s 3G "$dir/image" && mkfs.ext4 -q "$dir/image" &&
		loop=$(losetup -f --show "$dir/image") && mkdir "$dir/disk" &&
		mount "$loop" "$dir/disk" && throttle "$1"
}

# row NAME OPTIONS...
row()
{
	local name=$1 options
	shift
	for options in "" -p; do
		# shellcheck disable=SC2046,SC2086,SC2183 # several words, or none
		printf '  %-44s %-10s %6s %6s %6s %6s\n' "$name" "${options:+cached}" \
			$("$build/tests/tools/bench_writer" -r 5 "$@" $options "$file")
	done
}

echo "Recording on a simulated disk; load $(cut -d' ' -f1 /proc/loadavg):"
printf '  %-44s %-10s %6s %6s %6s %6s\n' disk "" MiB lost percent CPU-s
row "64 CPUs, 1,000 MiB/s" -c 64
row "64 CPUs, it stalls for 1 s" -c 64 -b 1000
row "64 CPUs, each request takes 100 ms" -c 64 -l 100
row "192 CPUs, 1,500 MiB/s, it stalls for 0.5 s" -c 192 -d 1500 -b 500
row "64 CPUs, 200 MiB/s: too slow" -c 64 -d 200

slow_disk 100 2>/dev/null || { echo "No slow disk: needs root and the kernel's I/O throttling"; exit 0; }
file=$dir/disk/file
echo "On ext4 on a loop device that takes 100 MiB/s:"
row "16 CPUs, 80 MiB/s" -R -c 16 -s 8
row "64 CPUs, 320 MiB/s: too slow" -R -c 64 -s 4
