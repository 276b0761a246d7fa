/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_COMPARE_H
#define TESTS_TRUTH_COMPARE_H

#include "decoder/record.h"
#include "tests/tools/truth.h"

/* The packets whose fields in rec differ from the truth: TRUTH_* bits. */
uint32_t truth_compare(const struct spe_record *rec, const struct truth_record *t);

#endif
