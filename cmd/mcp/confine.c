// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/confine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sandbox.h"

/* The disassembler's libraries are loaded when they are needed. */
static const char *const libraries[] = {
	"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
	"/sys/devices/system/cpu",
};
/* Names of servers, and certificates. */
static const char *const network[] = { "/etc", "/usr/share", "/run/systemd/resolve" };

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* Make the folder, and the one that it is in. */
static void make_folder(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash && slash != path) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	mkdir(path, 0700);
}

/* libdebuginfod's cache: debuginfod-client-config(7). */
static void make_cache(char *path, size_t room)
{
	const char *own = getenv("DEBUGINFOD_CACHE_PATH"), *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (own)
		snprintf(path, room, "%s", own);
	else if (cache)
		snprintf(path, room, "%s/debuginfod_client", cache);
	else
		snprintf(path, room, "%s/.cache/debuginfod_client", home ? home : "");
	make_folder(path);
}

static size_t add_reads(struct sandbox_rule *to, const char *const *paths, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		to[i] = (struct sandbox_rule){ paths[i], SANDBOX_READ, -1 };
	return nr;
}

static int restrict_files(const struct folders *f, bool debuginfod)
{
	struct sandbox_rule *rules = calloc(f->nr + NR(libraries) + NR(network) + 1, sizeof(*rules));
	char cache[PATH_MAX];
	size_t nr;
	int ret;

	if (!rules)
		return -ENOMEM;
	nr = add_reads(rules, libraries, NR(libraries));
	/* what was opened, whatever has become of its path */
	for (size_t i = 0; i < f->nr; i++)
		rules[nr++] = (struct sandbox_rule){ NULL, SANDBOX_READ, f->list[i].fd };
	if (debuginfod) {
		make_cache(cache, sizeof(cache));
		nr += add_reads(rules + nr, network, NR(network));
		rules[nr++] = (struct sandbox_rule){ cache, SANDBOX_WRITE, -1 };
	}
	ret = sandbox_enter_files(rules, nr);
	free(rules);
	return ret;
}

bool confine_works(void)
{
	struct sandbox_state state;

	sandbox_probe(&state);
	return state.landlock;
}

int confine(const struct folders *f, bool debuginfod)
{
	int ret = restrict_files(f, debuginfod);

	setenv("SPELUNK_ROOT", "", 1);
	if (debuginfod)
		return ret;
	unsetenv("DEBUGINFOD_URLS");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	return ret;
}
