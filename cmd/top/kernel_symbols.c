// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/top/kernel_symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

static FILE *open_proc(const char *proc, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	return fopen(path, "re");
}

bool kernel_symbols_shown(const char *proc)
{
	FILE *f = open_proc(proc, "kallsyms");
	unsigned long long address = 0;

	if (!f)
		return false;
	while (!address && fscanf(f, "%llx%*[^\n]", &address) == 1)
		;
	fclose(f);
	return address;
}

/* The list of loaded modules; NULL: the kernel has none, or out of memory. */
static char *loaded(const char *proc)
{
	FILE *f = open_proc(proc, "modules");
	char *text = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

static int copy(FILE *from, int to)
{
	char block[65536];
	size_t n;
	int ret;

	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		if ((ret = write_full(to, block, n)))
			return ret;
	return ferror(from) ? -EIO : 0;
}

/* The old copy stays until the new one is complete. */
static int make(const struct kernel_symbols *k)
{
	char path[4096];
	FILE *from;
	int to, ret;

	snprintf(path, sizeof(path), "%s.new", k->path);
	from = open_proc(k->proc, "kallsyms");
	to = from ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	ret = to < 0 ? -errno : copy(from, to);
	if (from)
		fclose(from);
	if (to < 0)
		return ret;
	if (close(to) && !ret)
		ret = -errno;
	if (!ret && rename(path, k->path))
		ret = -errno;
	if (ret)
		unlink(path);
	return ret;
}

int kernel_symbols_refresh(struct kernel_symbols *k)
{
	char *now = loaded(k->proc);

	if (k->tried && (now && k->modules ? !strcmp(now, k->modules) : now == k->modules)) {
		free(now);
		return 0;
	}
	k->tried = true;
	free(k->modules);
	k->modules = now;
	/* After a change of permissions the text may have only zeros. */
	return kernel_symbols_shown(k->proc) ? make(k) : -EPERM;
}

void kernel_symbols_free(struct kernel_symbols *k)
{
	free(k->modules);
	k->modules = NULL;
}
