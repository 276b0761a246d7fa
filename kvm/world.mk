# SPDX-License-Identifier: GPL-2.0-only
# The world switch (kvm/world) in two environments: in the software PE of kvm/model, and as
# freestanding aarch64 objects in the hypervisor of kvm/bare.  The latter has two programs: one with
# checks, and one whose register accesses and barriers are compared with the model's.
WORLD_SRCS := $(wildcard kvm/world/*.c)
MODEL_OBJS := $(WORLD_SRCS:%.c=$(O)/%.o) $(patsubst %.c,$(O)/%.o,$(wildcard kvm/model/*.c))
MODEL := $(O)/kvm/model/model
BARE_OBJS := $(WORLD_SRCS:kvm/world/%.c=$(O)/kvm/world/bare/%.o)
BARE_PROGRAMS := $(O)/kvm/bare/checks.elf $(O)/kvm/bare/trace.elf
BARE_SRCS := $(wildcard kvm/bare/*.c kvm/bare/*.S)
BARE_CHECKS := kvm/bare/main.c $(wildcard kvm/bare/checks_*.c)
BARE_COMMON := $(filter-out $(BARE_CHECKS) kvm/bare/trace.c,$(BARE_SRCS))
BARE_CFLAGS := -std=gnu11 $(WARN) -O2 -g -ffreestanding -nostdlib -mgeneral-regs-only
BARE_CROSS := $(or $(CROSS_COMPILE),$(if $(filter aarch64,$(shell uname -m)),,aarch64-linux-gnu-))

world: $(BARE_OBJS)
bare: $(BARE_PROGRAMS)

$(O)/kvm/world/%.o $(O)/kvm/model/%.o $(O)/tests/unit/world.o $(O)/tests/unit/world_%.o: ROOF := -DWORLD_MODEL
$(MODEL): $(MODEL_OBJS)
	$(call say,LD,$@)
	$(link)

$(O)/kvm/world/bare/%.o: kvm/world/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(BARE_CROSS)gcc $(BARE_CFLAGS) -I. -MMD -MP -c -o $@ $<

$(O)/kvm/bare/%.o: kvm/bare/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(BARE_CROSS)gcc $(BARE_CFLAGS) -mstrict-align -fno-pic -fno-stack-protector \
		-fno-tree-loop-distribute-patterns -I. -MMD -MP -c -o $@ $<

$(O)/kvm/bare/%.o: kvm/bare/%.S
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(BARE_CROSS)gcc -I. -MMD -MP -c -o $@ $<

$(O)/kvm/bare/checks.elf: $(BARE_CHECKS:%.c=$(O)/%.o)
$(O)/kvm/bare/trace.elf: $(O)/kvm/bare/trace.o
$(BARE_PROGRAMS): $(addprefix $(O)/,$(addsuffix .o,$(basename $(BARE_COMMON)))) $(BARE_OBJS) kvm/bare/bare.ld
	$(call say,LD,$@)
	$(Q)$(BARE_CROSS)gcc -nostdlib -static -no-pie -Wl,--build-id=none,--no-warn-rwx-segments \
		-Wl,-T,kvm/bare/bare.ld -o $@ $(filter %.o,$^)

$(O)/tests/unit/world $(O)/tests/unit/world_entry: $(WORLD_SRCS:%.c=$(O)/%.o)
$(O)/tests/unit/explore: $(O)/kvm/model/explore.o

# Every deliberate fault in the world switch must be found; also part of check.
check-mutants:
	$(Q)$(again) $(MODEL)
	$(Q)tests/run $(O) tests/golden/world_mutants.sh tests/golden/world_edits.sh

# Counts instructions, register accesses and barriers that SPE adds to a world switch.
world-cost: world
	$(Q)tests/world-cost $(O)
