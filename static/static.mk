# SPDX-License-Identifier: GPL-2.0-only
#
# make static: one file that runs anywhere.  What is loaded elsewhere is linked in, or is a
# program of the system; what the C library would read from files is static/'s.

STATIC := $(O)/spelunk-static
STATIC_OBJS := $(patsubst %.c,$(O)/%.o,$(wildcard static/*.c))
STATIC_MISSING := $(O)/static/missing.a
# Functions that static/ puts before those of the libraries
STATIC_WRAPS := newterm dlopen setlocale nl_langinfo mbrtowc mbtowc mblen mbstowcs wcrtomb \
	wcsrtombs btowc wctob wcwidth iswprint
static_libs = $(libperf_static) -ltraceevent -ldw -lelf -lzstd -lbz2 -llzma -lz -lncursesw \
	-ltinfo -lcapstone -liberty -lpthread -lm $(STATIC_MISSING)
# Of libcapstone only A64 is taken: what starts the other architectures is nowhere.
static_capstone = $(shell $(CC) -print-file-name=libcapstone.a 2>/dev/null)
capstone_absent = $(shell $(CROSS_COMPILE)nm -A -u $(static_capstone) 2>/dev/null | \
	sed -n 's/.*cs\(\.c\)\?\.o: *U \([A-Za-z0-9]*_\(global_init\|option\)\)$$/\2/p' | \
	grep -v ^AArch64)

static: $(if $(CROSS_COMPILE),cross-deps,static-deps)
	+$(Q)$(again) $(STATIC)

$(STATIC): $(filter-out $(O)/symbolizer/library.o,$(OBJS)) $(STATIC_OBJS) | $(LIBPERF_FLAGS) $(STATIC_MISSING)
	$(call say,LD,$@)
	$(link) -static-pie $(STATIC_WRAPS:%=-Wl,--wrap=%) $(capstone_absent:%=-Wl,--defsym=%=0) \
		$(static_libs)
	$(Q)$(CROSS_COMPILE)strip $@

# Where the libraries are; sanitizers are not for static programs.
STATIC_HERE = $(if $(SAN),,$(if $(filter /%,$(static_capstone)),$(STATIC)))

$(STATIC_MISSING): $(O)/static/missing/elfutils.o
	$(Q)rm -f $@ && $(CROSS_COMPILE)ar qcs $@ $^

$(STATIC_OBJS): ALL_CFLAGS += -I$(O)
$(O)/static/terminal.o: $(O)/static/terminals.def
$(O)/static/terminals.def: static/terminals.sh
	$(call say,DOC,$@)
	$(Q)mkdir -p $(@D) && static/terminals.sh >$@.new && mv $@.new $@

# By a program that runs here, whatever machine the static program is for
$(O)/static/utf8.o: $(O)/static/widths.def
$(O)/static/widths.def: static/tools/widths.c
	$(call say,DOC,$@)
	$(Q)mkdir -p $(@D) && cc -D_GNU_SOURCE -Wall -o $(@D)/widths $< && $(@D)/widths >$@.new && mv $@.new $@

-include $(STATIC_OBJS:.o=.d) $(O)/static/missing/elfutils.d
