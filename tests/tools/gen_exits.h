/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_EXITS_H
#define TESTS_GEN_EXITS_H

#include "tests/tools/gen_file.h"
#include "tests/tools/gen_machine.h"

/* Write that many exits, with entries and task switches of vCPUs, and no SPE records. */
void gen_exits(struct gen_file *f, struct gen_machine *m, uint64_t exits);

#endif
