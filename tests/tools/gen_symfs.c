/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_symfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/tools/gen_elf.h"

/* The folders of a path, which is changed meanwhile. */
static void make_folders(char *path)
{
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST) {
			perror(path);
			exit(1);
		}
		*slash = '/';
	}
}

/* Addresses are places in the file, as in a position-independent executable. */
static void write_file(const struct gen_machine *m, const char *name, uint64_t offset,
		       uint32_t functions)
{
	const char *base = strrchr(name, '/') + 1;
	const struct gen_elf e = {
		.text = offset, .offset = offset, .functions = functions, .prefix = base,
	};
	static const uint8_t none[GEN_FUNCTION_SIZE];
	struct gen_buf code = { 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s%s", m->cfg->symfs, name);
	make_folders(path);
	for (uint32_t i = 0; i < functions; i++)
		buf_put(&code, none, sizeof(none));
	gen_elf_write(path, &e, &code);
	free(code.data);
}

void gen_symfs_write(const struct gen_machine *m)
{
	uint32_t most = 0;
	char name[64];

	if (!m->cfg->symfs)
		return;
	for (unsigned int p = 0; p < GEN_PROCESSES; p++) {
		gen_program_path(name, sizeof(name), p);
		write_file(m, name, GEN_PROGRAM_OFFSET, m->user[p].functions);
		if (m->user[p].functions > most)
			most = m->user[p].functions;
	}
	write_file(m, GEN_LIBRARY, GEN_LIBRARY_OFFSET, most);
}
