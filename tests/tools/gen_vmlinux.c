/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_vmlinux.h"

#include <stdlib.h>

#include "tests/tools/gen_elf.h"
#include "tests/tools/gen_operation.h"

#define TEXT_OFFSET 0x1000

/* LDR X0, [X1]; STR X0, [X1]; B.EQ #0; ADD X0, X0, X1 */
static uint32_t word_of(enum gen_kind kind)
{
	static const uint32_t words[] = {
		[GEN_LOAD] = 0xf9400020,
		[GEN_STORE] = 0xf9000020,
		[GEN_BRANCH] = 0x54000000,
		[GEN_OTHER] = 0x8b010000,
	};

	return words[kind];
}

static void put_code(const struct gen_machine *m, struct gen_buf *b, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += 4) {
		uint32_t word = word_of(gen_kind_at(at, m->cfg->build));

		buf_put(b, &word, sizeof(word));
	}
}

void gen_vmlinux_write(const struct gen_machine *m)
{
	const struct gen_elf e = {
		.text = GEN_KERNEL_TEXT,
		.offset = TEXT_OFFSET,
		.functions = m->guest_kernel.functions,
		.prefix = "guest",
	};
	struct gen_buf code = { 0 };

	if (!m->cfg->vmlinux)
		return;
	put_code(m, &code, (uint64_t)e.functions * GEN_FUNCTION_SIZE);
	gen_elf_write(m->cfg->vmlinux, &e, &code);
	free(code.data);
}
