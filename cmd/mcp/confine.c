// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Before Linux 5.13 there is no such header. */
#if __has_include(<linux/landlock.h>) && defined(SYS_landlock_restrict_self)
#include <linux/landlock.h>

#define READS	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* All rights of its first version: what no rule allows is denied. */
#define ALL	((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

static int allow(int rules, int fd, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };

	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		return -errno;
	return 0;
}

/* Paths that do not exist need no rule. */
static int allow_path(int rules, const char *path, uint64_t access)
{
	int fd = open(path, O_PATH | O_CLOEXEC), ret;
	struct stat st;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && !S_ISDIR(st.st_mode))
		access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
	ret = allow(rules, fd, access);
	close(fd);
	return ret;
}

/* The disassembler's libraries are loaded when they are needed. */
static int allow_libraries(int rules)
{
	static const char *const paths[] = {
		"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
		"/sys/devices/system/cpu",
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !ret; i++)
		ret = allow_path(rules, paths[i], READS);
	return ret;
}

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

/* Names, certificates, and libdebuginfod's cache (debuginfod-client-config(7)). */
static int allow_debuginfod(int rules)
{
	const char *own = getenv("DEBUGINFOD_CACHE_PATH"), *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char path[PATH_MAX];

	if (own)
		snprintf(path, sizeof(path), "%s", own);
	else if (cache)
		snprintf(path, sizeof(path), "%s/debuginfod_client", cache);
	else
		snprintf(path, sizeof(path), "%s/.cache/debuginfod_client", home ? home : "");
	make_folder(path);
	return allow_path(rules, "/etc", READS) ?: allow_path(rules, "/usr/share", READS) ?:
	       allow_path(rules, "/run/systemd/resolve", READS) ?:
	       allow_path(rules, path, ALL & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
}

bool confine_works(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static int restrict_files(const struct folders *f, bool debuginfod)
{
	const struct landlock_ruleset_attr all = { .handled_access_fs = ALL };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0), ret;

	if (rules < 0)
		return confine_works() ? -errno : 0;
	ret = allow_libraries(rules);
	for (size_t i = 0; i < f->nr && !ret; i++)
		ret = allow(rules, f->list[i].fd, READS);
	if (!ret && debuginfod)
		ret = allow_debuginfod(rules);
	if (!ret && syscall(SYS_landlock_restrict_self, rules, 0))
		ret = -errno;
	close(rules);
	return ret;
}
#else
bool confine_works(void)
{
	return false;
}

static int restrict_files(const struct folders *f, bool debuginfod)
{
	return 0;
}
#endif

int confine(const struct folders *f, bool debuginfod)
{
	int ret;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	ret = restrict_files(f, debuginfod);
	setenv("SPELUNK_ROOT", "", 1);
	if (debuginfod)
		return ret;
	unsetenv("DEBUGINFOD_URLS");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	return ret;
}
