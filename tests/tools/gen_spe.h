/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_SPE_H
#define TESTS_GEN_SPE_H

#include <stddef.h>

#include "tests/tools/gen.h"
#include "tests/tools/truth.h"

/* Room that gen_spe_write() needs, in bytes. */
#define GEN_SPE_MAX 160

/*
 * Write rec as packets [Arm ARM D18.2] to out, possibly damaged.  Sets rec->size and rec->damaged.
 * Returns the number of bytes written.
 */
size_t gen_spe_write(const struct gen_config *cfg, struct gen_rng *rng,
		     struct truth_record *rec, uint8_t *out);

#endif
