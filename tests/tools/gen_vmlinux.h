/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_VMLINUX_H
#define TESTS_GEN_VMLINUX_H

#include "tests/tools/gen_machine.h"

/* Write the ELF file of the guests' kernel, with code and symbols, if cfg->vmlinux is set. */
void gen_vmlinux_write(const struct gen_machine *m);

#endif
