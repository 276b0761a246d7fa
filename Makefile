# SPDX-License-Identifier: GPL-2.0-only
#
#   make            build build/spelunk
#   make demo       install what is missing, build, report the bundled capture
#   make check      install what the tests need, build, run them all
#   make help       the rest
#
# V=1 shows commands, O=dir builds elsewhere, SAN=1 builds with ASan and UBSan,
# CROSS_COMPILE=aarch64-linux-gnu- builds for Arm, CC=clang is fine.

ROOMS := collector decoder kvm symbolizer report tui cmd
VERSION := 0.1.0

ifdef SAN
O ?= build/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
ifdef CROSS_COMPILE
O ?= build/$(patsubst %-,%,$(CROSS_COMPILE))
endif
O ?= build

ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
PKG_CONFIG_ARCH := $(if $(CROSS_COMPILE),PKG_CONFIG_LIBDIR=/usr/lib/$(patsubst %-,%,$(CROSS_COMPILE))/pkgconfig:/usr/share/pkgconfig)
PKGS := libtraceevent libdw libelf libzstd libdebuginfod

# Asked when a recipe runs: the packages may have been installed just before.
pkg_cflags = $(shell $(PKG_CONFIG_ARCH) pkg-config --cflags $(PKGS))
pkg_libs = $(shell $(PKG_CONFIG_ARCH) pkg-config --libs $(PKGS)) -liberty -lpthread

WARN := -Wall -Wextra -Wshadow -Werror -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) $(SANFLAGS) -D_GNU_SOURCE -DSPELUNK_VERSION='"$(VERSION)"' -I. -MMD -MP
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

SRCS := $(foreach r,$(ROOMS),$(wildcard $(r)/*.c))
OBJS := $(SRCS:%.c=$(O)/%.o)
LIB_OBJS := $(filter-out $(O)/cmd/main.o,$(OBJS))
TEST_SRCS := $(wildcard tests/unit/*.c tests/prop/*.c)
TESTS := $(TEST_SRCS:%.c=$(O)/%)
FUZZ_SRCS := $(wildcard tests/fuzz/fuzz_*.c)
FUZZERS := $(FUZZ_SRCS:%.c=$(O)/%)
TOOLS := $(patsubst %.c,$(O)/%,$(wildcard tests/tools/*.c))

all: $(O)/spelunk

$(O)/spelunk: $(OBJS)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $(OBJS) $(pkg_libs)

$(O)/libspelunk.a: $(LIB_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(CROSS_COMPILE)ar rcs $@ $(LIB_OBJS)

$(O)/%.o: %.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(pkg_cflags) -c -o $@ $<

# The hot path pays for itself at -O3 (measured: make bench).
$(O)/decoder/%.o $(O)/symbolizer/profile.o $(O)/kvm/timeline.o: CFLAGS += -O3

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libspelunk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $< $(O)/libspelunk.a $(pkg_libs) -lcmocka

$(O)/tests/prop/%: $(O)/tests/prop/%.o $(O)/libspelunk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $< $(O)/libspelunk.a $(pkg_libs) -lcmocka

# A fuzz target with a plain main() runs the corpus it is given.
$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(O)/tests/fuzz/corpus.o $(O)/libspelunk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(O)/libspelunk.a $(pkg_libs)

$(O)/tests/tools/%: $(O)/tests/tools/%.o $(O)/libspelunk.a
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $< $(O)/libspelunk.a $(pkg_libs)

tests: $(TESTS) $(FUZZERS) $(TOOLS)

clean:
	rm -rf $(O)

.PHONY: all tests clean
.SECONDARY:
-include $(OBJS:.o=.d) $(TEST_SRCS:%.c=$(O)/%.d) $(FUZZ_SRCS:%.c=$(O)/%.d)
