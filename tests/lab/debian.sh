# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the scripts that build the lab: packages and sources of Debian, by
# an apt of our own that leaves the system's as it is.  They set work (a folder
# of their own) and me (the name in messages).

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
network="is the network there? 'apt-get update' says more"

say()
{
	echo "$me: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# quietly CAUSE COMMAND...: its output only if it fails
quietly()
{
	local cause=$1
	shift
	"$@" >"$work/log" 2>&1 && return
	tail -n 20 "$work/log" >&2
	die "$cause"
}

# install_missing PACKAGE...: on the system
install_missing()
{
	local p as_root='' missing=()
	command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
		die "this is no Debian: its apt-get and dpkg are needed"
	for p; do
		dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed ||
			missing+=("$p")
	done
	[ ${#missing[@]} != 0 ] || return 0
	[ "$(id -u)" = 0 ] || as_root=sudo
	say "installing: ${missing[*]}"
	local install="$as_root apt-get install -y -q --no-install-recommends ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	$install >/dev/null 2>&1 && return
	# The lists may be empty or old.
	$as_root apt-get update -q >/dev/null
	$install >/dev/null
}

# own_apt ARCHITECTURE ARCHIVE:SUITE...: from here on apt-get is that one, with
# nothing installed; it goes through the system's proxy.
own_apt()
{
	local apt=$work/apt mirror=${DEBIAN_MIRROR:-http://deb.debian.org} arch=$1 suite kind
	shift
	mkdir -p "$apt"/{state/lists/partial,cache/archives/partial}
	: >"$apt/status"
	for suite; do
		for kind in deb deb-src; do
			echo "$kind [signed-by=$keyring] $mirror/${suite%:*} ${suite#*:} main"
		done
	done >"$apt/sources.list"
	{
		apt-config dump | grep '^Acquire::'
		cat <<-END
			Dir::Etc::main "/dev/null";
			Dir::Etc::parts "/dev/null";
			Dir::Etc::preferences "/dev/null";
			Dir::Etc::preferencesparts "/dev/null";
			Dir::Etc::sourcelist "$apt/sources.list";
			Dir::Etc::sourceparts "-";
			Dir::State "$apt/state";
			Dir::State::status "$apt/status";
			Dir::Cache "$apt/cache";
			Dir::Log "$apt";
			APT::Architecture "$arch";
			APT::Architectures { "$arch"; };
			APT::Sandbox::User "root";
			Acquire::Languages "none";
		END
	} >"$apt/apt.conf"
	export APT_CONFIG=$apt/apt.conf
	quietly "no lists of packages: $network" apt-get update -q --error-on=any
}
