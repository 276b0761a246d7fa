/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_SYMFS_H
#define TESTS_GEN_SYMFS_H

#include "tests/tools/gen_machine.h"

/* Write the host's executables and libc, without code, below cfg->symfs, if that is not NULL. */
void gen_symfs_write(const struct gen_machine *m);

#endif
