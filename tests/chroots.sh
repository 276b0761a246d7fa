# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the scripts that try things in fresh minimal Debians.  They set logs (the folder
# of their logs) and me (the name in messages).
#
# Takes mmdebstrap, and root or unprivileged user namespaces; qemu-user-static for arm64 on
# another machine.  The mirror is the one of this machine's apt, or MIRROR.

# The mirror that this machine's apt has for LABEL
mirror()
{
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" | head -n 1
}

# inside [NAME=VALUE...] COMMAND...: in the chroot $root, in an environment of its own
inside()
{
	chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive JOBS="$JOBS" "$@"
}

# fresh SUITE LOG HOOK [OPTION...]: a chroot that lasts as long as the command HOOK, which
# gets its path as last argument, and whose output is the script's.  LOG is mmdebstrap's, with
# what HOOK says on standard error.  Options are mmdebstrap's.
fresh()
{
	local suite=$1 log=$2 hook=$3 sources
	shift 3
	sources=$(echo "deb $MIRROR $suite main"
		[ "$suite" = sid ] || [ -z "$security" ] ||
			echo "deb $security $suite-security main")
	# A mirror may be one that stands still.
	mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' "$@" \
		--customize-hook="$hook \"\$1\" >&3" "$suite" /dev/null "$sources" 3>&1 >"$log" 2>&1
}

# passed NAME STATUS LOG: one line of what was tried, and of LOG what failed
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
