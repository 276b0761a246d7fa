# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the scripts that test in fresh minimal Debians. They set logs (the folder of their
# logs) and me (the name in messages).
#
# Needs mmdebstrap, and root or unprivileged user namespaces; qemu-user-static for arm64 on another
# machine. The mirror is that of this machine's apt, or MIRROR.

# The mirror of this machine's apt for LABEL
mirror()
{
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" | head -n 1
}

# inside [NAME=VALUE...] COMMAND...: run it in the chroot $root, in a clean environment
inside()
{
	chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive JOBS="$JOBS" "$@"
}

# fresh SUITE LOG HOOK [OPTION...]: make a chroot that exists while the command HOOK runs. HOOK gets
# the chroot's path as last argument, and its output is the script's. LOG gets mmdebstrap's messages
# and HOOK's standard error. Options are mmdebstrap's.
fresh()
{
	local suite=$1 log=$2 hook=$3 sources
	shift 3
	sources=$(echo "deb $MIRROR $suite main"
		[ "$suite" = sid ] || [ -z "$security" ] ||
			echo "deb $security $suite-security main")
	# The mirror may be a frozen snapshot.
	mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' "$@" \
		--customize-hook="$hook \"\$1\" >&3" "$suite" /dev/null "$sources" 3>&1 >"$log" 2>&1
}

# passed NAME STATUS LOG: print one line with the result, and the failures in LOG
passed()
{
	printf '%-9s %-60s %s\n' "$suite" "$1" "$([ "$2" = 0 ] && echo ok || echo FAILED)"
	[ "$2" = 0 ] || { failed=1; tail -n 15 "$3" | sed 's/^/    | /'; }
}

# need_chroots [ARCHITECTURE]: can they be made, and those of another architecture run? Only the
# script itself makes chroots, not its hooks.
need_chroots()
{
	command -v mmdebstrap >/dev/null || {
		echo "$me needs mmdebstrap: run apt-get install mmdebstrap" >&2
		exit 1
	}
	MIRROR=${MIRROR:-$(mirror Debian)}
	[ -n "$MIRROR" ] || {
		echo "this machine's apt has no mirror of Debian: name one with MIRROR=" >&2
		exit 1
	}
	[ -z "$1" ] || [ "$1" = "$(dpkg --print-architecture)" ] ||
		[ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || {
		echo "$me needs an emulator of arm64: run apt-get install qemu-user-static; without" \
			"systemd also mount -t binfmt_misc none /proc/sys/fs/binfmt_misc and" \
			"cp /usr/lib/binfmt.d/qemu-aarch64.conf /proc/sys/fs/binfmt_misc/register" >&2
		exit 1
	}
	security=$(mirror Debian-Security)
	mkdir -p "$logs"
}
