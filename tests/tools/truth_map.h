/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_TRUTH_MAP_H
#define TESTS_TRUTH_MAP_H

#include <stddef.h>

#include "tests/tools/truth.h"

/* A truth file in memory, its records by CPU in order of their offset. */
struct truth_map {
	const struct truth_header *header;
	const struct truth_record *records;
	const struct truth_record **by_cpu; /* the lists of all CPUs, concatenated */
	size_t *first;                      /* index of each CPU's first record in by_cpu; and
					     * the end */
	size_t size;                        /* bytes of the file */
};

int truth_map_open(struct truth_map *t, const char *path); /* 0, or -1 and a message */
void truth_map_close(struct truth_map *t);

#endif
