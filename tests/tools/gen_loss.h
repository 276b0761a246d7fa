/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_LOSS_H
#define TESTS_GEN_LOSS_H

#include "tests/tools/gen_machine.h"

/*
 * Drop some of the kernel's records in a slice's sideband, and write a PERF_RECORD_LOST before the
 * next one, like the kernel when there is room again [kernel/events/ring_buffer.c,
 * perf_output_begin()].
 */
void gen_lose(struct gen_machine *m, struct gen_slice *s);

#endif
