/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_ELF_H
#define TESTS_GEN_ELF_H

#include <stdint.h>

#include "tests/tools/gen_buf.h"

/* An ELF file for aarch64: one section of code, and symbols PREFIX_function_N in it. */
struct gen_elf {
	uint64_t text;      /* address of the code */
	uint64_t offset;    /* and its place in the file */
	uint32_t functions; /* GEN_FUNCTION_SIZE bytes each */
	const char *prefix;
};

/* code: of all functions. Exits with a message on failure. */
void gen_elf_write(const char *path, const struct gen_elf *e, const struct gen_buf *code);

#endif
