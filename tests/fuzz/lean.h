/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_FUZZ_LEAN_H
#define TESTS_FUZZ_LEAN_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the lean targets share.  A lean target runs the parser alone, as fast as possible, so that
 * many millions of inputs get through; fuzz_NAME.c also checks the properties that take long.  Both
 * take the same input, so they share one corpus.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* abort() unless it holds. */
void lean_require(int holds);

/*
 * The input as a file in memory, which is the same one in each run.  Returns its descriptor, which
 * must not be closed.
 */
int lean_file(const uint8_t *data, size_t size);

#endif
