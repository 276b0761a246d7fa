#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The compiled code is what the model checked: barriers and registers on every path through the
# aarch64 objects, and their undefined symbols.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/spe_orders.sh

command -v ${cross}gcc ${cross}objdump >/dev/null || skip_all "no ${cross}gcc"
exits "the world switch compiles for aarch64" 0 make -s O="$BUILD" world
exits "and links, with a hypervisor of its own around it" 0 make -s O="$BUILD" bare
objects=$BUILD/kvm/world/bare
for o in spe switch; do
	paths "$objects/$o.o"
done >"$tap_dir/paths"

# on FUNCTION: print the different sequences of operations on its paths
on()
{
	awk -v f="$1" '$1 == f { $1 = $2 = ""; sub(/^ +/, ""); print }' "$tap_dir/paths" | sort -u
}

# none NAME LINES
none()
{
	[ -z "$2" ]
	tap "$1" $? "$2"
}

is "the host's buffer: four ways to leave it" "$(on spe_leave_host)" "$(sort -u <<END

=pmblimitr_el1
=pmblimitr_el1 =pmscr_el1 pmscr_el2 save_rest()
$spe_stop
$spe_stop pmscr_el2 save_rest()
END
)"
is "the host's buffer: four ways back" "$(on spe_enter_host)" "$(sort -u <<END

load_rest() pmscr_el2 $spe_start
load_rest() $spe_start
$spe_start
END
)"
is "the guest's: the same order, by either name" "$(on spe_enter_guest)" "$(sort -u <<END

load_rest() $spe_start
load_rest() ${spe_start}2
pmscr_el12
END
)"
none "every PSB stands behind an ISB and before a DSB, and the buffer goes off after both" \
	"$(grep -w psb "$tap_dir/paths" |
		grep -vE 'pmscr_el12? isb psb dsb pmblimitr_el1 isb( |$)')"
none "the buffer goes on between two ISBs, and sampling last" \
	"$(grep -E '^spe_enter_(host|guest) ' "$tap_dir/paths" | grep ' pmblimitr_el1' |
		grep -vE ' isb pmblimitr_el1 isb pmscr_el12?$')"

none "the host's SPE is stopped before anything is written" \
	"$(on world_enter | grep -vE '^spe_leave_host\(\) =')"
none "an nVHE host's walks are over before EL1's registers change" \
	"$(on world_enter | grep ' sctlr_el1 ' | grep -v ' dsb sctlr_el1 ')"
none "the guest's SPE comes after all that it depends on" \
	"$(on world_enter |
		grep -vE ' vttbr_el2 .*hcr_el2 .*mdcr_el2 .*mdscr_el1 spe_enter_guest\(\) elr_el2 ')"
none "the guest's SPE is stopped, and its walks are over, before anything changes" \
	"$(on world_leave |
		grep -vE '^(=[a-z0-9_]+ )*step_exit\(\) spe_leave_guest\(\) (save_el1\(\) )?(=[a-z0-9_]+ )*dsb ')"
none "EL1's registers are only read where they are saved, if a compiler has that apart" \
	"$(on save_el1 | grep -vE '^ *(=[a-z0-9_]+ *)*$')"
none "the host's SPE comes after all that it depends on" \
	"$(on world_leave | grep -vE ' vttbr_el2 .*hcr_el2 mdcr_el2 mdscr_el1 spe_enter_host\(\) ')"
none "a host that goes on at EL2 does so behind an ISB" \
	"$(on world_leave | grep -v ' elr_el2 spsr_el2$' | grep -v ' isb$')"

none "nothing is needed from outside but memset()" \
	"$(${cross}nm "$objects"/*.o | awk '
		$1 == "U" { used[$2] }
		NF == 3 { defined[$3] }
		END { for (s in used) if (!(s in defined) && s != "memset") print s }')"
tap_end
