// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/jits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/buffer.h"
#include "base/io.h"
#include "base/sysfiles.h"
#include "base/zstd.h"
#include "collector/live/running_impl.h"

#define LEVEL		3
#define FILE_MAX	(64u << 20)
#define ALL_MAX		(256u << 20)
#define PROCESSES_MAX	(1u << 22)	/* linux PID_MAX_LIMIT */
#define MAPS_MAX	(16u << 20)
#define MOUNTS_MAX	256

/* A mount namespace: /proc/PID/ns/mnt has its number. */
struct mounts {
	char name[64];
	int fd;			/* O_PATH: its root */
};

struct jits_roots {
	struct mounts mounts[MOUNTS_MAX];
	size_t nr_mounts;
	struct rooted { int32_t pid; uint32_t mounts; } *process;	/* those in one of .mounts */
	size_t nr_processes;
};

struct jits {
	struct perfdata_writer *w;
	const struct jits_wish *wish;
	size_t total;		/* bytes of files so far */
	int ret;		/* the first failure */
};

/* Open path, relative to the folder at, without following a link anywhere.  -1: it cannot be. */
static int open_beneath(int at, const char *path)
{
	int fd = fcntl(at, F_DUPFD_CLOEXEC, 0), next;
	char name[NAME_MAX + 1];

	while (fd >= 0) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (!len || len > NAME_MAX)
			break;
		memcpy(name, path, len);
		name[len] = '\0';
		path += len;
		next = openat(fd, name, O_CLOEXEC | O_NOFOLLOW |
			      (*path ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK | O_NOCTTY));
		close(fd);
		fd = next;
		if (!*path)
			return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The number of a process's mount namespace among those known, or added; -1: not, or unknown. */
static int mounts_of(struct jits_roots *r, const char *root, int32_t pid, const char *name)
{
	struct mounts *m = &r->mounts[r->nr_mounts];
	char path[PATH_MAX];

	for (size_t i = 0; i < r->nr_mounts; i++)
		if (!strcmp(r->mounts[i].name, name))
			return (int)i;
	if (r->nr_mounts == MOUNTS_MAX)
		return -1;
	snprintf(path, sizeof(path), "%s/proc/%d/root", root, pid);
	m->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (m->fd < 0)
		return -1;
	strcpy(m->name, name);
	return (int)r->nr_mounts++;
}

static void look_at(struct jits_roots *r, const char *root, int32_t pid, const char *ours)
{
	struct rooted *new;
	char name[64];
	int n;

	if (sysfiles_link(root, name, sizeof(name), "/proc/%d/ns/mnt", pid) <= 0 ||
	    !strcmp(name, ours))
		return;
	n = mounts_of(r, root, pid, name);
	new = n < 0 ? NULL : array_add(r->process, r->nr_processes);
	if (new)
		*new = (struct rooted){ pid, (uint32_t)n };
}

struct jits_roots *jits_look(const char *root)
{
	struct jits_roots *r = calloc(1, sizeof(*r));
	struct sysfiles_names names;
	char ours[64];

	if (!r || sysfiles_link(root, ours, sizeof(ours), "/proc/self/ns/mnt") <= 0) {
		free(r);
		return NULL;
	}
	sysfiles_names(root, &names, PROCESSES_MAX, "/proc");
	for (size_t i = 0; i < names.nr; i++)
		if (running_number(names.name[i]))
			look_at(r, root, running_number(names.name[i]), ours);
	sysfiles_names_free(&names);
	return r;
}

void jits_roots_free(struct jits_roots *r)
{
	for (size_t i = 0; r && i < r->nr_mounts; i++)
		close(r->mounts[i].fd);
	if (r)
		free(r->process);
	free(r);
}

/* Compress and write the bytes as that process's next file. */
static int put_bytes(struct jits *j, int32_t pid, const uint8_t *bytes, size_t len)
{
	struct zstd_packer *z = zstd_packer_new(LEVEL);
	struct buffer packed = { 0 }, piece = { 0 };
	uint8_t *room = z ? buffer_take(&packed, zstd_bound(len)) : NULL;
	long n = room ? zstd_pack(z, bytes, len, room, packed.len) : -ENOMEM;
	int ret = n < 0 ? (int)n : 0;

	for (uint32_t at = 0, number = 0; !ret && at < n; number++) {
		size_t part = (size_t)n - at < JIT_PIECE ? (size_t)n - at : JIT_PIECE;

		piece.len = 0;
		buffer_u32(&piece, (uint32_t)pid);
		buffer_u32(&piece, number);
		buffer_add(&piece, packed.p + at, part);
		ret = piece.bad ? -ENOMEM : perfdata_writer_own(j->w, OWN_JIT, piece.p, piece.len);
		at += part;
	}
	zstd_packer_free(z);
	buffer_free(&packed);
	buffer_free(&piece);
	return ret;
}

static void put_file(struct jits *j, int32_t pid, int fd, size_t size)
{
	uint8_t *bytes;
	long n;

	if (!size || size > FILE_MAX || size > ALL_MAX - j->total)
		return;
	bytes = malloc(size);
	n = bytes ? read_at(fd, 0, bytes, size) : 0;
	if (n > 0) {
		j->total += (size_t)n;
		j->ret = put_bytes(j, pid, bytes, (size_t)n);
	}
	free(bytes);
}

static bool is_wanted(const struct jits *j, int32_t pid, const struct stat *st)
{
	if (!j->wish->pids || st->st_mtime >= j->wish->since)
		return true;
	for (size_t i = 0; i < j->wish->nr_pids; i++)
		if (j->wish->pids[i] == pid)
			return true;
	return false;
}

/* A file of a process that runs; false: it has none of that name. */
static bool take_own(struct jits *j, int32_t pid, uid_t uid, int root, const char *path)
{
	int fd = open_beneath(root, path);
	struct stat st;
	bool own;

	if (fd < 0)
		return false;
	own = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == uid;
	if (own && is_wanted(j, pid, &st))
		put_file(j, pid, fd, (size_t)st.st_size);
	close(fd);
	return own;
}

/* The path of a map's file if it is a jitdump, which its process maps for perf to see; else NULL. */
static const char *dump_path(char *line)
{
	char *path = strchr(line, '/'), *name, *end;

	if (!path)
		return NULL;
	name = strrchr(path, '/') + 1;
	if (strncmp(name, "jit-", 4) || name[4] < '0' || name[4] > '9')
		return NULL;
	strtol(name + 4, &end, 10);
	return strcmp(end, ".dump") ? NULL : path;
}

static bool take_dump(struct jits *j, int32_t pid, uid_t uid, int root)
{
	char *maps, *save = NULL;
	bool taken = false;

	if (sysfiles_whole(j->wish->root, &maps, MAPS_MAX, "/proc/%d/maps", pid) < 0)
		return false;
	for (char *line = strtok_r(maps, "\n", &save); line && !taken;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *path = dump_path(line);

		taken = path && take_own(j, pid, uid, root, path);
	}
	free(maps);
	return taken;
}

/* As that process sees it; shared: its pid is the one that we know. */
static int open_root(const struct jits *j, int32_t pid, bool shared)
{
	const struct jits_roots *r = j->wish->roots;
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/proc/%d/root", j->wish->root, pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; fd < 0 && r && i < r->nr_processes; i++)
		if (r->process[i].pid == pid)
			return fcntl(r->mounts[r->process[i].mounts].fd, F_DUPFD_CLOEXEC, 0);
	if (fd >= 0 || !shared)
		return fd;
	/* its file is its user's, so that it is not another's if its /tmp is not ours */
	snprintf(path, sizeof(path), "%s/", j->wish->root);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void take_process(struct jits *j, int32_t pid)
{
	int32_t nspid = running_nspid(j->wish->root, pid);
	char path[PATH_MAX], map[64];
	struct stat st;
	int root;

	snprintf(path, sizeof(path), "%s/proc/%d", j->wish->root, pid);
	if (stat(path, &st))
		return;
	root = open_root(j, pid, !nspid || nspid == pid);
	if (root < 0)
		return;
	snprintf(map, sizeof(map), "tmp/perf-%d.map", nspid ? nspid : pid);
	if (!take_dump(j, pid, st.st_uid, root))
		take_own(j, pid, st.st_uid, root, map);
	close(root);
}

/* The perf map of a process that has ended. */
static void take_left(struct jits *j, int tmp, const char *name)
{
	char expected[64], path[PATH_MAX];
	int32_t pid;
	struct stat st;
	int fd;

	if (sscanf(name, "perf-%" SCNd32 ".map", &pid) != 1 || pid <= 0)
		return;
	snprintf(expected, sizeof(expected), "perf-%" PRId32 ".map", pid);
	snprintf(path, sizeof(path), "%s/proc/%d", j->wish->root, pid);
	if (strcmp(name, expected) || !access(path, F_OK))
		return;
	fd = open_beneath(tmp, name);
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_mtime >= j->wish->since &&
	    (!st.st_uid || st.st_uid == geteuid() || st.st_uid == getuid()))
		put_file(j, pid, fd, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
}

int jits_put(struct perfdata_writer *w, const struct jits_wish *wish)
{
	struct jits j = { .w = w, .wish = wish };
	struct sysfiles_names names;
	char path[PATH_MAX];
	int tmp;

	sysfiles_names(wish->root, &names, PROCESSES_MAX, "/proc");
	for (size_t i = 0; i < names.nr && !j.ret; i++)
		if (running_number(names.name[i]))
			take_process(&j, running_number(names.name[i]));
	sysfiles_names_free(&names);
	snprintf(path, sizeof(path), "%s/tmp", wish->root);
	tmp = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (tmp < 0)
		return j.ret;
	sysfiles_names(wish->root, &names, PROCESSES_MAX, "/tmp");
	for (size_t i = 0; i < names.nr && !j.ret; i++)
		take_left(&j, tmp, names.name[i]);
	sysfiles_names_free(&names);
	close(tmp);
	return j.ret;
}
