// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/sysfiles.h"
#include "collector/live/running.h"
#include "collector/live/running_impl.h"
#include "collector/perfdata/format.h"

#define DEP_MAX		(8u << 20)
#define ALL_PIDS	(-1)

struct image {
	uint64_t text, stext, end;	/* addresses; 0: hidden */
};

/* Characters before a name: 16 digits, a letter, and blanks. */
#define KALLSYMS_NAME	19

/*
 * Find the kernel's begin and end by its symbols.  There are hundreds of thousands of lines; parse
 * only those whose name may match.
 */
static void find_image(struct image *k)
{
	FILE *in = fopen("/proc/kallsyms", "re");
	char line[1024];

	*k = (struct image){ 0 };
	while (in && fgets(line, sizeof(line), in)) {
		const char *name = line + KALLSYMS_NAME;

		if (strlen(line) <= KALLSYMS_NAME || name[0] != '_' || !strchr("tse", name[1]))
			continue;
		if (!strcmp(name, "_text\n"))
			k->text = strtoull(line, NULL, 16);
		else if (!strcmp(name, "_stext\n"))
			k->stext = strtoull(line, NULL, 16);
		else if (!strcmp(name, "_etext\n") && !k->end)
			k->end = strtoull(line, NULL, 16);
		else if (!strcmp(name, "_edata\n"))
			k->end = strtoull(line, NULL, 16);
	}
	if (in)
		fclose(in);
}

static void add_image(struct batch *t, const struct image *k)
{
	const char *symbol = k->text ? "_text" : "_stext";
	uint64_t start = k->text ?: k->stext;
	struct running_map m = {
		.misc = PERF_MISC_KERNEL, .pid = ALL_PIDS, .start = start, .pgoff = start,
		.len = k->end > start ? k->end - start : 0,
	};
	char path[64];

	/* named as in tools/perf: pgoff is the address of this symbol */
	snprintf(path, sizeof(path), "[kernel.kallsyms]%s", symbol);
	m.path = path;
	m.id_len = build_id_of_notes(m.id, "", "/sys/kernel/notes");
	batch_map(t, &m);
}

/*
 * Find a module's file in modules.dep, whose lines are "kernel/.../name.ko.xz: ...".  File names
 * may have '-' for the module's '_'.
 */
static void module_path(char *out, size_t room, const char *release, const char *dep,
			const char *module)
{
	size_t len = strlen(module);

	for (const char *at = dep; at && *at; at = strchr(at, '\n'), at += !!at) {
		size_t path = strcspn(at, ":\n"), base = path, i;

		while (base && at[base - 1] != '/')
			base--;
		if (path - base < len + 3 || strncmp(at + base + len, ".ko", 3))
			continue;
		for (i = 0; i < len; i++)
			if (module[i] != (at[base + i] == '-' ? '_' : at[base + i]))
				break;
		if (i == len) {
			snprintf(out, room, "/lib/modules/%s/%.*s", release, (int)path, at);
			return;
		}
	}
	snprintf(out, room, "[%s]", module);
}

/* Lines of /proc/modules: "name size refs deps state 0xaddress". */
static void add_modules(struct batch *t)
{
	FILE *in = fopen("/proc/modules", "re");
	char line[4096], name[128], path[512], notes[192];
	unsigned long long addr, size;
	struct utsname u;
	char *dep = NULL;

	uname(&u);
	sysfiles_whole("", &dep, DEP_MAX, "/lib/modules/%s/modules.dep", u.release);
	while (in && fgets(line, sizeof(line), in)) {
		struct running_map m = { .misc = PERF_MISC_KERNEL, .pid = ALL_PIDS, .path = path };

		if (sscanf(line, "%127s %llu %*s %*s %*s %llx", name, &size, &addr) != 3 || !addr)
			continue;
		m.start = addr;
		m.len = size;
		module_path(path, sizeof(path), u.release, dep, name);
		snprintf(notes, sizeof(notes), "/sys/module/%s/notes/.note.gnu.build-id", name);
		m.id_len = build_id_of_notes(m.id, "", notes);
		batch_map(t, &m);
	}
	if (in)
		fclose(in);
	free(dep);
}

int running_kernel(const struct running_sink *out, bool *hidden)
{
	struct batch t = { .out = out };
	struct image k;

	find_image(&k);
	*hidden = !k.text && !k.stext;
	if (!*hidden) {
		add_image(&t, &k);
		add_modules(&t);
	}
	return batch_end(&t);
}
