// SPDX-License-Identifier: GPL-2.0-only
/*
 * Landlock.  Its constants are spelled out, because headers of the build machine may be older than
 * the kernel that runs the program [linux include/uapi/linux/landlock.h; the versions: Linux
 * Documentation/userspace-api/landlock.rst].
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sandbox_impl.h"

/* The same on all architectures. */
#define CREATE_RULESET		444
#define ADD_RULE		445
#define RESTRICT_SELF		446

#define VERSION_FLAG		1	/* LANDLOCK_CREATE_RULESET_VERSION */
#define RULE_PATH_BENEATH	1

enum {
	WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REMOVE_DIR = 1 << 4,
	REMOVE_FILE = 1 << 5, MAKE_DIR = 1 << 7, MAKE_REG = 1 << 8, REFER = 1 << 13,
	TRUNCATE = 1 << 14,
	ON_FILES = WRITE_FILE | READ_FILE | TRUNCATE,
	READING = READ_FILE | READ_DIR,
	WRITING = READING | WRITE_FILE | TRUNCATE | MAKE_DIR | MAKE_REG | REMOVE_FILE | REMOVE_DIR |
		  REFER,
};

/* struct landlock_ruleset_attr; older kernels know the first members only. */
struct ruleset {
	uint64_t files;
	uint64_t net;		/* since 4 */
	uint64_t scoped;	/* since 6 */
};

/* struct landlock_path_beneath_attr */
struct path_beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

int sandbox_files_version(void)
{
	long version = syscall(CREATE_RULESET, NULL, 0, VERSION_FLAG);

	return version > 0 ? (int)version : 0;
}

/* All rights that this version knows are taken away; rules give some back. */
static struct ruleset all_of(int version, size_t *size)
{
	struct ruleset r = { .files = (1 << 13) - 1 };

	r.files |= version >= 2 ? 1 << 13 : 0;		/* REFER */
	r.files |= version >= 3 ? 1 << 14 : 0;		/* TRUNCATE */
	r.files |= version >= 5 ? 1 << 15 : 0;		/* ioctl() on devices */
	r.net = version >= 4 ? 3 : 0;			/* bind() and connect() by TCP */
	r.scoped = version >= 6 ? 3 : 0;		/* abstract Unix sockets, and signals */
	*size = version >= 6 ? sizeof(r) : version >= 4 ? offsetof(struct ruleset, scoped) :
		offsetof(struct ruleset, net);
	return r;
}

static void add_opened(int ruleset, uint64_t known, int fd, uint64_t allowed)
{
	struct path_beneath p = { .fd = fd };
	struct stat st;

	if (fstat(fd, &st) || S_ISLNK(st.st_mode))
		return;
	p.allowed = allowed & known & (S_ISDIR(st.st_mode) ? ~0ull : ON_FILES);
	/* a pipe or a socket has no rule: these are not restricted */
	syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &p, 0);
}

static void add(int ruleset, uint64_t known, const char *path, int flags, uint64_t allowed)
{
	int fd = open(path, O_PATH | O_CLOEXEC | flags);

	if (fd < 0)
		return;
	add_opened(ruleset, known, fd, allowed);
	close(fd);
}

static bool is_closed(const char *name)
{
	static const char *const closed[] = {
#define CLOSED(folder) folder,
#define OPEN(path)
#include "base/sandbox_folders.def"
#undef CLOSED
#undef OPEN
	};

	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (!strcmp(name, closed[i]))
			return true;
	return false;
}

/*
 * Links in / lead to other folders of it.  If / cannot be listed, an outer sandbox confines this
 * process already, and decides.
 */
static void add_root(int ruleset, uint64_t known)
{
	DIR *root = opendir("/");
	struct dirent *d;
	char path[sizeof(d->d_name) + 1];

	while (root && (d = readdir(root))) {
		if (is_closed(d->d_name) || !strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "/%s", d->d_name);
		add(ruleset, known, path, O_NOFOLLOW, READING);
	}
	if (root)
		closedir(root);
	else
		add(ruleset, known, "/", 0, READING);
}

static void add_open(int ruleset, uint64_t known)
{
	static const char *const paths[] = {
#define CLOSED(folder)
#define OPEN(path) path,
#include "base/sandbox_folders.def"
#undef CLOSED
#undef OPEN
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		add(ruleset, known, paths[i], 0, READING);
	add(ruleset, known, "/dev/null", 0, READ_FILE | WRITE_FILE);
}

static void add_rules(int ruleset, uint64_t known, const struct sandbox_rule *rules, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		uint64_t allowed = rules[i].access == SANDBOX_WRITE ? WRITING : READING;

		if (rules[i].path)
			add(ruleset, known, rules[i].path, 0, allowed);
		else
			add_opened(ruleset, known, rules[i].fd, allowed);
	}
}

/* Closes the ruleset.  0 or -errno. */
static int restrict_self(int ruleset)
{
	int ret = syscall(RESTRICT_SELF, ruleset, 0) ? -errno : 0;

	close(ruleset);
	return ret;
}

int sandbox_files_enter(const struct sandbox_rule *rules, size_t nr)
{
	int version = sandbox_files_version(), ruleset;
	size_t size;
	struct ruleset all = all_of(version, &size);

	if (!version)
		return 0;
	ruleset = (int)syscall(CREATE_RULESET, &all, size, 0);
	if (ruleset < 0)
		return 0;
	add_root(ruleset, all.files);
	add_open(ruleset, all.files);
	add_rules(ruleset, all.files, rules, nr);
	return restrict_self(ruleset) ? 0 : version;
}

int sandbox_enter_files(const struct sandbox_rule *rules, size_t nr)
{
	int version = sandbox_files_version(), ruleset;
	size_t size;
	struct ruleset all = all_of(version, &size);

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (!version)
		return 0;
	ruleset = (int)syscall(CREATE_RULESET, &all, offsetof(struct ruleset, net), 0);
	if (ruleset < 0)
		return -errno;
	add_rules(ruleset, all.files, rules, nr);
	return restrict_self(ruleset);
}
