# SPDX-License-Identifier: GPL-2.0-only
# Linux' makefiles do not support spaces in paths, and kernels are built in the user's cache.
plain_cache = @case "$${XDG_CACHE_HOME:-$$HOME}" in *[[:space:]]*) \
	echo "$@ cannot be built in a cache folder with a space in its path: set XDG_CACHE_HOME" >&2; \
	exit 1 ;; esac

# The lab: QEMU with SPE, kernels and programs for it, in the user's cache.
lab: lab-deps
	$(plain_cache)
	$(Q)tests/lab/qemu/build
	$(Q)tests/lab/machine/build
	$(Q)tests/lab/kernel/build own
	$(Q)$(MAKE) --no-print-directory -C tests/lab/guest O=$(abspath $(O))/lab/guest

# The kernel module, for the lab's kernels and Debian's newest.
module: lab-deps
	$(plain_cache)
	$(Q)tests/lab/module/build $(O)/lab/module

# spelunk for the lab's machine; on an Arm host the same program runs inside and outside.
ifneq ($(shell uname -m),aarch64)
lab-arm: cross-deps
	$(Q)$(again) CROSS_COMPILE=aarch64-linux-gnu- SAN= O=$(O)/lab/arm all guest-agent static
else
lab-arm: all guest-agent static
endif

check-lab: test-deps perfs lab lab-arm module
	$(Q)$(again) all $(TOOLS)
	$(Q)tests/run $(O) $(wildcard tests/lab/t/*.sh)

# Tests the series of kvm/linux on the newest Linux.
check-lab-new: test-deps lab lab-arm
	$(Q)tests/lab/kernel/build new
	$(Q)$(again) all $(TOOLS)
	$(Q)KERNELS=new tests/run $(O) $(shell grep -l tests/lab/kernels.sh tests/lab/t/*.sh)
