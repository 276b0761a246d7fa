# SPDX-License-Identifier: GPL-2.0-only
#
#   make                  build build/spelunk
#   make demo             install what is missing, build, report the bundled capture
#   make check            install what the tests need, build, run them all
#   make help             this list
#
#   make static           build/spelunk-static: one file that runs on any Linux since 4.18
#   make guest-agent      the guest agent as a static program of its own
#   make doc              manual pages, in build/doc
#   make install          program, manual pages, shell completion: PREFIX=/usr/local DESTDIR=
#   make dist             source tarball build/dist/spelunk-VERSION.tar.xz; dist-binary: static and
#                         dynamic program with manual pages, for this architecture
#   make deb              Debian packages, in build/deb
#   make deps             install the packages that the build needs; also static-deps, test-deps,
#                         cross-deps
#   make clean            remove what was built
#
#   make SAN=1 check      run the tests with ASan and UBSan
#   make lab              build the lab: an emulated machine with SPE (doc/lab.md)
#   make check-lab        record in it, and compare with its CPU's ground truth
#   make check-lab-new    test kvm/linux with the newest Linux, which it builds first
#   make soak             let each system call of each command fail once, and kill recorders
#   make check-distros    run demo and check on a fresh Debian 12, 13 and sid: SUITES=sid for one,
#                         STEPS=demo for one of the two; ARCH=arm64: demo on an emulated one
#   make check-emulated   run the unit tests as aarch64 programs, which this machine emulates
#   make check-static     test the static programs in an empty root and on fresh Debians
#   make check-builds     test the build: compilers, options, folders, without git, from the tarball
#   make check-packages   build, install and remove the Debian packages on a fresh Debian 12 and 13
#   make check-dkms       likewise for the kernel module with DKMS, on emulated arm64
#   make check-includes   check which rooms include which; check-style: rules a script can check
#   make check-mutants    break the world switch in every way: the model or a test must notice
#   make check-diff-level measure how often diff reports chance, and real changes: PAIRS=200
#   make fuzz             run libFuzzer on the bundled corpora: FUZZ=fuzz_record SECONDS=60
#   make fuzz-long        run the fast targets, and go on from the last run: SECONDS=3600
#   make coverage         print which lines and branches of the parsers the fuzz targets reach
#   make perfs            fetch the versions of perf that check and bench use: 6.1, 6.12, newest
#   make check-exports    test HTML pages in a headless browser, and exports in the tools that read
#                         them; it installs these
#   make screenshots      draw the screens as PNGs, in build/screenshots: ONLY=time for some;
#                         pictures: only those of the README
#   make bench            compare reports with perf's, and count their equal rows; measure speed
#                         against memcpy, memory, and losses on slow disks: PERF=path KEEP=1
#   make bench-scale      measure time and memory of reports of difficult recordings
#   make bench-tui        measure time and memory of the screens: RECORDS=10000000
#   make world            the world switch as aarch64 objects; world-cost: count its instructions
#   make module           cross-build kvm/module for the lab's kernels and Debian's newest
#   make bare             a hypervisor made from it, for QEMU (doc/world-switch.md)
#   make format           run clang-format
#
#   V=1                   show commands
#   O=dir                 build elsewhere
#   CC=clang              build with clang
#   CROSS_COMPILE=aarch64-linux-gnu-
#                         build for Arm
#   WERROR=1              make warnings errors
#   LIBPERF=no            build without libperf, which may require a download of kernel source

ROOMS := base collector $(addprefix collector/,perfdata live host agent) decoder kvm \
	symbolizer $(addprefix symbolizer/,files spaces types) \
	profile $(addprefix profile/,cells filter) recording \
	report $(addprefix report/,text json findings kvm sharing types diff calls html fleet) \
	export export/parquet tui $(addprefix tui/,views table overlay terminal) \
	cmd $(addprefix cmd/,options record record/remote dump top doctor doctor/probe mcp)
VERSION := 0.2.0
PREFIX ?= /usr/local

ifdef SAN
O ?= build/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
ifdef LIBFUZZER
O ?= build/fuzz
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS ?= -O1 -g -fsanitize=fuzzer-no-link
CC := clang
endif
ifdef CROSS_COMPILE
O ?= build/$(patsubst %-,%,$(CROSS_COMPILE))
endif
O ?= build
ifneq ($(words $(O)),1)
$(error O=$(O): make cannot build in a folder with a space in its path)
endif

ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
PKG_CONFIG_ARCH := $(if $(CROSS_COMPILE),PKG_CONFIG_LIBDIR=/usr/lib/$(patsubst %-,%,$(CROSS_COMPILE))/pkgconfig:/usr/share/pkgconfig)
# libdebuginfod, capstone and LLVM are loaded on first use.
PKGS := libtraceevent libdw libelf libzstd zlib ncursesw

# libperf: the system's, or built once from the system's kernel source, or none.  LIBPERF=no: none;
# here: none if it would have to be downloaded; a later build without LIBPERF=here looks again.
# tests/build-libperf.sh writes the flags.
ifeq ($(filter-out here,$(LIBPERF))$(shell $(PKG_CONFIG_ARCH) pkg-config --exists libperf 2>/dev/null && echo yes),yes)
PKGS += libperf
libperf_static = $(shell $(PKG_CONFIG_ARCH) pkg-config --static --libs libperf)
else
LIBPERF_FLAGS := $(O)/libperf/libs
# Phony, because make would treat a missing file as secondary, and not recompile for it.
ifneq ($(and $(filter-out here,$(or $(LIBPERF),look)),$(wildcard $(O)/libperf/not-here)),)
.PHONY: $(LIBPERF_FLAGS)
endif
libperf_cflags = $(shell cat $(O)/libperf/cflags)
libperf_libs = $(shell cat $(O)/libperf/libs)
libperf_static = $(libperf_libs)
endif

# Evaluated when a recipe runs, because the packages may have been installed just before.
pkg_cflags = $(shell $(PKG_CONFIG_ARCH) pkg-config --cflags $(PKGS))
pkg_libs = $(libperf_libs) $(shell $(PKG_CONFIG_ARCH) pkg-config --libs $(PKGS)) -liberty -lpthread -lm

WARN := -Wall -Wextra -Wshadow $(if $(WERROR),-Werror) -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) $(CPPFLAGS) $(CFLAGS) $(SANFLAGS) $(ROOF) -D_GNU_SOURCE -DSPELUNK_VERSION='"$(VERSION)"' -I. -MMD -MP
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))
# Run make again, with a job per CPU unless -j is given.
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
again = $(MAKE) --no-print-directory $(jobs) $(if $(V),,-s)
link = $(Q)mkdir -p $(@D) && $(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^)

SRCS := $(foreach r,$(ROOMS),$(wildcard $(r)/*.c))
# Assembly is for arm64; elsewhere the objects are empty.
ASMS := $(foreach r,$(ROOMS),$(wildcard $(r)/*.S))
OBJS := $(SRCS:%.c=$(O)/%.o) $(ASMS:%.S=$(O)/%.o) $(O)/report/html/assets.o
LIB_OBJS := $(filter-out $(O)/cmd/main.o,$(OBJS))
TEST_SRCS := $(wildcard tests/unit/*.c tests/prop/*.c)
TESTS := $(TEST_SRCS:%.c=$(O)/%)
FUZZ_SRCS := $(wildcard tests/fuzz/fuzz_*.c)
# The parser alone, of the same inputs as the target of that name.
LEAN_SRCS := $(wildcard tests/fuzz/lean_*.c)
FUZZERS := $(FUZZ_SRCS:%.c=$(O)/%) $(LEAN_SRCS:%.c=$(O)/%)
DICTIONARIES := $(LEAN_SRCS:%.c=$(O)/%.dict)
# tests/tools/gen_*.c are parts of tests/tools/gen.c, and so on.
TOOL_SRCS := $(wildcard tests/tools/*.c)
TOOL_PARTS := $(foreach t,$(TOOL_SRCS),$(wildcard $(t:.c=_*.c)))
TOOLS := $(patsubst %.c,$(O)/%,$(filter-out $(TOOL_PARTS),$(TOOL_SRCS)))
# perf_dump.sh is part of perf.sh.
GOLDEN := $(filter-out %/perf_dump.sh,$(wildcard tests/golden/*.sh))

all: $(O)/spelunk
objects: $(OBJS)
include kvm/world.mk
include static/static.mk
ifneq ($(filter aarch64%,$(CROSS_COMPILE)$(shell uname -m)),)
all: world
endif

$(O)/spelunk: $(OBJS) | $(LIBPERF_FLAGS)
	$(call say,LD,$@)
	$(link) $(pkg_libs)

$(O)/libspelunk.a: $(LIB_OBJS)
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(CROSS_COMPILE)ar qcs $@ $(LIB_OBJS)

# Static, because guests may lack our libraries.
AGENT := $(O)/spelunk-guest-agent
guest-agent: $(AGENT)
$(AGENT): $(O)/cmd/agent/main.o $(O)/libspelunk.a | $(LIBPERF_FLAGS)
	$(call say,LD,$@)
	$(link) -static $(libperf_static) -lzstd -lz -lpthread

$(O)/%.o: %.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(pkg_cflags) -c -o $@ $<

$(O)/cmd/%.o: cmd/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -I. -MMD -MP -c -o $@ $<

# Embeds the style and the script of HTML pages.
ASSETS := html_css=report/html/page.css html_js=report/html/page.js
$(O)/report/html/assets.c: report/html/embed.sh $(foreach a,$(ASSETS),$(lastword $(subst =, ,$(a))))
	$(call say,EMBED,$@)
	$(Q)mkdir -p $(@D) && report/html/embed.sh $(ASSETS) >$@.new && mv $@.new $@
$(O)/report/html/assets.o: $(O)/report/html/assets.c
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The only user of libperf.
$(O)/collector/live/perf_open.o: pkg_cflags += $(libperf_cflags)
$(O)/collector/live/perf_open.o: $(LIBPERF_FLAGS)
ifdef LIBPERF_FLAGS
$(LIBPERF_FLAGS):
	$(Q)LIBPERF='$(LIBPERF)' tests/build-libperf.sh '$(O)' $(CROSS_COMPILE)
endif

# -O3 pays off on the hot path (measured: make bench).
$(O)/decoder/%.o $(addprefix $(O)/profile/,profile.o accept.o places.o plain.o cells/cells.o cells/cells_sum.o) $(O)/recording/count.o $(addprefix $(O)/export/parquet/,batch.o group.o): CFLAGS += -O3
ifdef LIBFUZZER
# Reporting each comparison takes more than half of the time of these; their dictionaries have what
# they compare with.
$(O)/decoder/%.o $(O)/profile/filter/%.o $(O)/base/nearest.o $(O)/report/escape.o: CFLAGS += -fno-sanitize-coverage=trace-cmp
endif

$(O)/tests/unit/% $(O)/tests/prop/%: LDLIBS += -lcmocka
$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libspelunk.a
	$(call say,LD,$@)
	$(link) $(pkg_libs) $(LDLIBS)

# Links without cmd, export, report and tui, which proves that the engine does not need them.
$(O)/tests/unit/recording: $(O)/tests/unit/recording.o $(filter-out $(addprefix $(O)/,cmd/% export/% report/% tui/%),$(OBJS))
	$(call say,LD,$@)
	$(link) $(pkg_libs)

$(O)/tests/prop/%: $(O)/tests/prop/%.o $(O)/libspelunk.a
	$(call say,LD,$@)
	$(link) $(pkg_libs) $(LDLIBS)

# Encodes records as the hardware does.
$(O)/tests/prop/encode $(O)/tests/tools/vectors $(O)/tests/unit/guest_recording $(O)/tests/unit/probe_records: $(O)/tests/spe/encode.o

# A fuzz target has libFuzzer's main(), or a plain one that only runs a corpus.
ifdef LIBFUZZER
$(O)/tests/fuzz/fuzz_% $(O)/tests/fuzz/lean_%: LDFLAGS += -fsanitize=fuzzer
FUZZ_MAIN :=
else
FUZZ_MAIN := $(O)/tests/fuzz/corpus.o
endif
# Reads back what it has written.
$(O)/tests/fuzz/fuzz_writers: $(O)/tests/fuzz/reread.o $(O)/tests/fuzz/reread_parquet.o $(O)/tests/spe/encode.o
$(O)/tests/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(FUZZ_MAIN) $(O)/libspelunk.a
	$(call say,LD,$@)
	$(link) $(pkg_libs)
$(O)/tests/fuzz/lean_perfdata: $(O)/tests/fuzz/perfdata_mutate.o
$(O)/tests/fuzz/lean_%: $(O)/tests/fuzz/lean_%.o $(O)/tests/fuzz/lean.o $(FUZZ_MAIN) $(O)/libspelunk.a
	$(call say,LD,$@)
	$(link) $(pkg_libs)
# Words that the parser knows, for libFuzzer.
$(O)/tests/fuzz/dictionary: $(O)/tests/fuzz/dictionary.o
	$(call say,LD,$@)
	$(link)
$(O)/tests/fuzz/%.dict: $(O)/tests/fuzz/dictionary
	$(Q)$< $* >$@.new && mv $@.new $@

.SECONDEXPANSION:
$(O)/tests/tools/%: $(O)/tests/tools/%.o $$(addprefix $(O)/,$$(addsuffix .o,$$(basename $$(wildcard tests/tools/$$*_*.c)))) $(O)/libspelunk.a
	$(call say,LD,$@)
	$(link) $(pkg_libs)

# The agent is static, which sanitizers are not.
tests: $(O)/spelunk $(if $(SAN),,$(AGENT)) $(STATIC_HERE) $(TESTS) $(FUZZERS) $(TOOLS) $(MODEL)

# Installs packages by tests/packages.def, says which, and prints nothing if all are installed.
deps static-deps test-deps cross-deps lab-deps screenshot-deps export-deps coverage-deps:
	$(Q)tests/install-deps.sh $@

# Versions of perf to compare with, in the user's cache.
perfs: test-deps
	$(Q)tests/fetch-perf.sh

check: test-deps perfs
	$(Q)$(again) tests
	$(Q)JOBS=$${JOBS:-$$(($$(nproc) + 1))} tests/run $(O) tests/check-includes tests/check-style $(TESTS) $(FUZZERS) $(GOLDEN)

# Needs only libcmocka and no network, for package builds.
check-unit: $(TESTS)
	$(Q)tests/run $(O) $(TESTS)

# The unit tests as aarch64 programs, on an x86-64 machine that emulates them (binfmt_misc).
check-emulated: cross-deps
	+$(Q)$(again) CROSS_COMPILE=aarch64-linux-gnu- check-unit

# Tests exports in the programs that read them; make check skips these if they are not installed.
check-exports: test-deps export-deps perfs
	$(Q)$(again) $(O)/spelunk $(O)/tests/tools/gen
	$(Q)tests/fetch-npm.sh
	$(Q)tests/fetch-clickhouse.sh
	$(Q)tests/run $(O) $(addprefix tests/golden/,html.sh html_browser.sh export.sh export_branches.sh \
		export_compilers.sh export_consumers.sh export_perf.sh export_fleet.sh jit.sh mcp_client.sh)

check-includes check-style:
	$(Q)tests/$@

# Each call of each command fails once, and recorders are killed: not in CI, it takes an hour.
soak: test-deps perfs
	$(Q)$(again) tests
	$(Q)MOMENTS=all KILLS=1000 TEST_TIMEOUT=14400 tests/run $(O) tests/golden/faults.sh tests/golden/record.sh

# Not in CI: takes half an hour.
check-distros:
	$(Q)tests/check-distros $(SUITES)

# Debian packages of the committed tree, in build/deb; needs debhelper and the build
# dependencies in debian/control.
deb:
	$(Q)tests/build-deb.sh $(O)/deb

# The committed tree; reproducible in any folder at any time.
dist:
	$(Q)tests/dist.sh source $(O)/dist/spelunk-$(VERSION)
dist-binary: $(if $(CROSS_COMPILE),cross-deps,static-deps)
	+$(Q)$(again) $(O)/spelunk $(STATIC) doc completion
	$(Q)rm -rf $(O)/dist/root && $(MAKE) --no-print-directory PREFIX=/ DESTDIR=$(O)/dist/root install
	$(Q)install -m 755 $(STATIC) $(O)/dist/root/bin/spelunk-static
	$(Q)$(CROSS_COMPILE)strip $(O)/dist/root/bin/spelunk
	$(Q)install -D -m 644 -t $(O)/dist/root LICENSE CHANGELOG.md
	$(Q)tests/dist.sh binary $(O)/dist/spelunk-$(VERSION)-$(firstword $(subst -, ,$(shell $(CC) -dumpmachine))) $(O)/dist/root

# Not in CI: fresh Debians take minutes.
check-static: static-deps
	+$(Q)$(again) all static
ifeq ($(shell uname -m),x86_64)
	+$(Q)$(again) CROSS_COMPILE=aarch64-linux-gnu- static
	$(Q)SUITES='$(SUITES)' tests/check-static $(O) $(STATIC) build/aarch64-linux-gnu/spelunk-static
else
	$(Q)SUITES='$(SUITES)' tests/check-static $(O) $(STATIC)
endif

check-builds: test-deps
	$(Q)tests/check-builds $(O)

# Not in CI: chroots take minutes, and so do kernel modules in emulated ones.
check-packages check-dkms:
	$(Q)tests/$@ $(SUITES)

# How often spelunk diff reports chance as a change, and how often it finds real changes.
check-diff-level:
	$(Q)$(again) $(O)/spelunk $(O)/tests/tools/gen
	$(Q)tests/diff-level.sh $(O) $(PAIRS)

include tests/lab/lab.mk

# The demo only reads a recording, so kernel source for libperf is not downloaded.
demo: deps
	$(Q)$(again) $(if $(LIBPERF),,LIBPERF=here) all
	$(Q)tests/demo/demo.sh $(O)

SECONDS ?= 60
FUZZ_NAMES := $(notdir $(FUZZ_SRCS:.c=) $(LEAN_SRCS:.c=))
# What fuzz-long keeps, for its next run.
FUZZ_CACHE = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/spelunk/fuzz
fuzz: test-deps
	$(Q)$(again) LIBFUZZER=1 fuzzers
	$(Q)tests/fuzz/run.sh build/fuzz build/fuzz/corpus $(SECONDS) $(or $(FUZZ),$(FUZZ_NAMES))
fuzz-long: test-deps
	$(Q)$(again) LIBFUZZER=1 fuzzers
	$(Q)tests/fuzz/run.sh build/fuzz '$(FUZZ_CACHE)' $(SECONDS) $(or $(FUZZ),$(filter lean_%,$(FUZZ_NAMES)))
# Which lines and branches of the parsers the fuzz targets' inputs reach.
coverage: test-deps coverage-deps
	$(Q)$(again) O=build/coverage CC=clang LDFLAGS=-fprofile-instr-generate \
		CFLAGS='-O1 -g -fprofile-instr-generate -fcoverage-mapping' fuzzers
	$(Q)tests/fuzz/coverage.sh build/coverage '$(FUZZ_CACHE)' $(FUZZ_NAMES)
fuzzers: $(FUZZERS) $(if $(LIBFUZZER),$(DICTIONARIES))

screenshots: screenshot-deps
	$(Q)$(again) all
	$(Q)ONLY='$(ONLY)' tests/screenshots $(O) $(O)/screenshots

# The pictures of the README, in doc/pictures.
pictures: screenshot-deps
	$(Q)$(again) all
	$(Q)for picture in time-120-dark hot-120-dark vms-120-dark page; do \
		ONLY=$$picture tests/screenshots $(O) $(O)/screenshots && \
		pngquant --force --output doc/pictures/$${picture%%-*}.png 64 $(O)/screenshots/$$picture.png || \
		exit 1; \
	done

bench: test-deps perfs
	$(Q)$(again) all $(O)/tests/tools/gen $(O)/tests/tools/measure $(O)/tests/tools/bench_decode \
		$(O)/tests/tools/bench_writer
	$(Q)PERF='$(PERF)' KEEP='$(KEEP)' tests/bench-report.sh $(O)
	$(Q)PERF='$(PERF)' KEEP='$(KEEP)' tests/bench.sh $(O)
	$(Q)tests/bench-writer.sh $(O)

bench-scale: test-deps perfs
	$(Q)$(again) all $(O)/tests/tools/gen $(O)/tests/tools/measure
	$(Q)PERF='$(PERF)' KEEP='$(KEEP)' tests/bench-scale.sh $(O)

bench-tui: test-deps
	$(Q)$(again) $(O)/tests/tools/gen $(O)/tests/tools/bench_tui
	$(Q)tests/bench-tui.sh $(O) $(or $(RECORDS),10000000)

# Manual pages, with tables from the .def files.
PAGES := $(patsubst %.in,$(O)/%,$(wildcard doc/*.1.in))
DEFS := $(foreach r,$(ROOMS),$(wildcard $(r)/*.def))
doc: $(PAGES)
$(O)/doc/%: doc/%.in doc/defs.awk doc/tables.awk $(DEFS)
	$(call say,DOC,$@)
	$(Q)mkdir -p $(@D) && awk -f doc/defs.awk -f doc/tables.awk $< >$@.new && mv $@.new $@

# Shell completions, from the same rows.
COMPLETIONS := $(addprefix $(O)/completion/,bash zsh fish)
completion: $(COMPLETIONS)
$(COMPLETIONS): $(O)/completion/%: doc/defs.awk doc/completion.awk $(DEFS)
	$(call say,DOC,$@)
	$(Q)mkdir -p $(@D) && awk -f doc/defs.awk -f doc/completion.awk -v shell=$* >$@.new && mv $@.new $@

SHARE := $(DESTDIR)$(PREFIX)/share
install: all doc completion
	$(Q)install -D -m 755 $(O)/spelunk $(DESTDIR)$(PREFIX)/bin/spelunk
	$(Q)install -D -m 644 -t $(SHARE)/man/man1 $(PAGES)
	$(Q)install -D -m 644 $(O)/completion/bash $(SHARE)/bash-completion/completions/spelunk
	$(Q)install -D -m 644 $(O)/completion/zsh $(SHARE)/zsh/site-functions/_spelunk
	$(Q)install -D -m 644 $(O)/completion/fish $(SHARE)/fish/vendor_completions.d/spelunk.fish

format:
	$(Q)clang-format -i $(wildcard $(addsuffix /*.[ch],$(ROOMS) static tests/unit tests/prop tests/fuzz tests/tools))

clean:
	rm -rf $(O)

help:
	@sed -n '1,2d; /^$$/q; s/^#   //p; s/^#$$//p' Makefile

.PHONY: all objects static guest-agent tests check soak check-lab check-lab-new screenshots \
	pictures screenshot-deps check-mutants check-diff-level world bare world-cost \
	check-includes check-style check-distros check-packages check-dkms check-unit deb demo \
	check-emulated fuzz fuzz-long fuzzers coverage bench bench-scale bench-tui check-static check-builds dist dist-binary lab \
	lab-arm module perfs doc completion install format clean help deps static-deps test-deps \
	check-exports export-deps cross-deps lab-deps coverage-deps
.SECONDARY:
-include $(OBJS:.o=.d) $(O)/cmd/agent/main.d $(MODEL_OBJS:.o=.d) $(BARE_OBJS:.o=.d) $(addprefix $(O)/,$(addsuffix .d,$(basename $(BARE_SRCS)))) $(TEST_SRCS:%.c=$(O)/%.d) $(O)/tests/spe/encode.d $(addprefix $(O)/tests/fuzz/,reread.d reread_parquet.d lean.d perfdata_mutate.d dictionary.d) $(FUZZ_SRCS:%.c=$(O)/%.d) $(LEAN_SRCS:%.c=$(O)/%.d) $(TOOL_SRCS:%.c=$(O)/%.d)
