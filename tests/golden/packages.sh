#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What debian/ and kvm/module/dkms.conf repeat of the makefiles, and what a package build's
# flags do.  Whether the packages work is for check-packages and check-dkms to say.

. tests/tap.sh

unset CPPFLAGS CFLAGS MAKELEVEL MAKEFLAGS MFLAGS

#
# Versions
#

version=$(sed -n '1s/^spelunk (\([0-9.]*\)) .*/\1/p' debian/changelog)
is "the newest entry of debian/changelog is of this version" \
	"$version" "$(sed -n 's/^VERSION := //p' Makefile)"
is "and so is the newest of CHANGELOG.md" \
	"$(sed -n 's/^## \([0-9.]*\)$/\1/p' CHANGELOG.md | head -n 1)" "$version"

#
# Files
#

# What make install and make dkms-source put into debian/tmp
tmp=$tap_dir/debian/tmp
make -s -o all O="$BUILD" PREFIX=/usr DESTDIR="$tmp" install >"$tap_dir/log" 2>&1 &&
	make -s -C kvm/module DESTDIR="$tmp" dkms-source >>"$tap_dir/log" 2>&1
tap "make install" $? "$(cat "$tap_dir/log")"
(cd "$tmp" && find . -type f | sed 's,^\./,,' | sort) >"$tap_dir/made"

# What the packages take of it: patterns, of a file or a folder
taken()
{
	local pattern to file
	cat debian/*.install | while read -r pattern to; do
		for file in "$tmp"/$pattern; do
			[ ! -e "$file" ] || find "$file" -type f
		done
	done | sed "s,^$tmp/,," | sort
}
is "each file of make install is in one package" "$(taken)" "$(cat "$tap_dir/made")"
is "no pattern is without a file" "$(cat debian/*.install | while read -r pattern to; do
		compgen -G "$tmp/$pattern" >/dev/null || compgen -G "$pattern" >/dev/null ||
			echo "$pattern"
	done | grep -v '^debian/build/')" ""
grep -q '^AGENT := $(O)/spelunk-guest-agent$' Makefile &&
	grep -qx 'debian/build/spelunk-guest-agent usr/bin' debian/spelunk-guest-agent.install
tap "the agent's package takes what make guest-agent builds" $?

# The packages that make deps installs are those that the build depends on; libperf's source
# is make's own to find.
words()
{
	tr -s ' \t,' '\n' | sed '/^$/d; s/^pkg-config$/pkgconf/' | sort
}
is "debian/control and make deps name the same packages" \
	"$(sed -n '/^Build-Depends:/,/^[A-Z].*-Indep:/p' debian/control | grep '^ ' |
		grep -vE ' (debhelper-compat|linux-source|libcmocka-dev)\>' | words)" \
	"$(awk '/^(build|lib)/ && $2 != "-" { print $2 }' tests/packages.def | words |
		grep -vxE 'gcc|libc6-dev|make')"

#
# RPM
#

# of NAME: what the spec says of it
of()
{
	sed -n "s/^\(%global \)\?$1:\? *//p" spelunk.spec
}
is "the spec's version" "$(of Version)" "$version"
is "and that of its newest entry" "$(sed -n '/^%changelog/,$s/.* - \([0-9.]*\)-.*/\1/p' spelunk.spec | head -n 1)" \
	"$version"
is "the module's version in the spec" "$(of module_version)" \
	"$(sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' kvm/module/arm_spe_guests.c)"
is "the spec takes every file of make install" \
	"$(sed -n 's,^%{_bindir},usr/bin,p; s,^%{_mandir}\(/man1\)/spelunk\*\.1\*,usr/share/man\1/PAGES,p
		s,^%{_datadir},usr/share,p; s,^%{_usrsrc},usr/src,p' spelunk.spec |
		grep -v guest-agent | sort)" \
	"$(sed 's,^\(usr/share/man/man1\)/.*,\1/PAGES,; s,^\(usr/src/arm_spe_guests-\).*,\1*,' "$tap_dir/made" |
		sort -u)"

#
# DKMS
#

module=$(echo "$tmp"/usr/src/arm_spe_guests-*)
value()
{
	sed -n "s/^$1=\"\(.*\)\"\$/\1/p" "$module/dkms.conf"
}
is "dkms.conf has the module's version" "$(value PACKAGE_VERSION)" \
	"$(sed -n 's/^MODULE_VERSION("\(.*\)");/\1/p' kvm/module/arm_spe_guests.c)"
is "its folder is named after it" "$(value PACKAGE_NAME)-$(value PACKAGE_VERSION)" "${module##*/}"
is "it builds what Kbuild builds" "$(value 'BUILT_MODULE_NAME\[0\]').o" \
	"$(sed -n 's/^obj-m := //p' "$module/Kbuild")"
is "DKMS gets every source of the module" "$(cd "$module" && ls | grep -v '^dkms.conf$')" \
	"$(cd kvm/module && ls ./*.[chS] Kbuild | sed 's,^\./,,' | sort)"

#
# Flags
#

# flags VARIABLE OBJECT: does the compiler get them?
flags()
{
	env "$1=-DOF_A_PACKAGE" make -n V=1 O="$tap_dir/o" LIBPERF=no "$tap_dir/o/$2" 2>/dev/null |
		grep -c -- "-DOF_A_PACKAGE .*-c -o $tap_dir/o/$2"
}
is "CPPFLAGS reach C" "$(flags CPPFLAGS cmd/main.o)" 1
is "and assembly" "$(flags CPPFLAGS cmd/doctor/probe/guest.o)" 1
is "CFLAGS reach C" "$(flags CFLAGS cmd/main.o)" 1

tap_end
