// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/running.h"

#include <errno.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/sysfiles.h"
#include "collector/live/running_impl.h"
#include "collector/perfdata/format.h"

#define BLOCK		(256u << 10)
#define TASKS_MAX	(1u << 22)	/* PID_MAX_LIMIT */
#define PATH_ROOM	4096

static void flush(struct batch *t)
{
	struct iovec iov = { .iov_base = t->b.p, .iov_len = t->b.len };

	if (t->b.bad)
		t->ret = t->ret ?: -ENOMEM;
	if (!t->ret && t->b.len)
		t->ret = t->out->put(t->out->to, &iov, 1);
	t->b.len = 0;
}

/* A record with that body and the trailer. */
static void batch_record(struct batch *t, unsigned int type, uint16_t misc, const struct buffer *body)
{
	struct perf_event_header h = {
		.type = type, .misc = misc,
		.size = (uint16_t)(sizeof(h) + body->len + RUNNING_TRAILER),
	};

	buffer_add(&t->b, &h, sizeof(h));
	buffer_add(&t->b, body->p, body->len);
	buffer_take(&t->b, RUNNING_TRAILER);
	t->b.bad |= body->bad;
	if (t->b.len > BLOCK || t->b.bad)
		flush(t);
}

int batch_end(struct batch *t)
{
	flush(t);
	buffer_free(&t->b);
	return t->ret;
}

void batch_cgroup(struct batch *t, uint64_t id, const char *path)
{
	struct buffer b = { 0 };

	buffer_u64(&b, id);
	buffer_text(&b, path, 8);
	batch_record(t, PERF_REC_CGROUP, 0, &b);
	buffer_free(&b);
}

void batch_map(struct batch *t, const struct running_map *m)
{
	struct buffer b = { 0 };
	uint8_t id[24] = { (uint8_t)m->id_len };

	buffer_u32(&b, (uint32_t)m->pid);
	buffer_u32(&b, (uint32_t)m->tid);
	buffer_u64(&b, m->start);
	buffer_u64(&b, m->len);
	buffer_u64(&b, m->pgoff);
	if (m->id_len) {
		memcpy(id + 4, m->id, m->id_len);
		buffer_add(&b, id, sizeof(id));
	} else {
		buffer_u32(&b, m->major);
		buffer_u32(&b, m->minor);
		buffer_u64(&b, m->ino);
		buffer_u64(&b, 0);	/* generation */
	}
	buffer_u32(&b, m->prot);
	buffer_u32(&b, m->flags);
	buffer_text(&b, m->path, 8);
	batch_record(t, PERF_REC_MMAP2, m->misc | (m->id_len ? PERF_MISC_MMAP_BUILD_ID : 0), &b);
	buffer_free(&b);
}

/* The file whose build-id was read last: neighbouring maps are often of the same file. */
struct last_file {
	uint32_t major, minor;
	uint64_t ino;
	uint8_t id[BUILD_ID_MAX];
	size_t len;
};

/* "start-end perms pgoff major:minor inode path"; false: not executable, or malformed. */
static bool parse_map(struct running_map *m, char *line)
{
	unsigned long long start, end, pgoff, ino;
	char perms[5];
	int at = 0;

	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &start, &end, perms, &pgoff,
		   &m->major, &m->minor, &ino, &at) < 7 || !at || perms[2] != 'x')
		return false;
	m->start = start;
	m->len = end - start;
	m->pgoff = pgoff;
	m->ino = ino;
	m->prot = PROT_EXEC | (perms[0] == 'r' ? PROT_READ : 0) |
		  (perms[1] == 'w' ? PROT_WRITE : 0);
	m->flags = perms[3] == 's' ? MAP_SHARED : MAP_PRIVATE;
	m->path = line[at] ? line + at : "//anon";
	return strlen(m->path) < PATH_MAX;
}

/* Open the file through the process, which may be in another mount namespace. */
static void identify(struct running_map *m, struct last_file *last)
{
	char path[PATH_ROOM + 64];

	if (*m->path != '/' || !m->ino)
		return;
	if (last->ino != m->ino || last->major != m->major || last->minor != m->minor) {
		snprintf(path, sizeof(path), "/proc/%d/root%s", m->pid, m->path);
		*last = (struct last_file){ .major = m->major, .minor = m->minor, .ino = m->ino };
		last->len = build_id_of_file(last->id, path);
	}
	memcpy(m->id, last->id, last->len);
	m->id_len = last->len;
}

static void add_maps(struct batch *t, int32_t pid)
{
	struct last_file last = { 0 };
	char path[64], line[PATH_ROOM + 128];
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	in = fopen(path, "re");
	while (in && fgets(line, sizeof(line), in)) {
		struct running_map m = { .misc = PERF_MISC_USER, .pid = pid, .tid = pid };

		line[strcspn(line, "\n")] = '\0';
		if (parse_map(&m, line)) {
			identify(&m, &last);
			batch_map(t, &m);
		}
	}
	if (in)
		fclose(in);
}

/* FORK and COMM of one thread. */
static void add_thread(struct batch *t, int32_t pid, int32_t tid, int32_t parent)
{
	struct buffer b = { 0 };
	char name[64];

	if (sysfiles_text("", name, sizeof(name), "/proc/%d/task/%d/comm", pid, tid) < 0)
		return;
	buffer_u32(&b, (uint32_t)pid);
	buffer_u32(&b, (uint32_t)parent);
	buffer_u32(&b, (uint32_t)tid);
	buffer_u32(&b, (uint32_t)parent);
	buffer_u64(&b, 0);
	batch_record(t, PERF_REC_FORK, 0, &b);
	b.len = 0;
	buffer_u32(&b, (uint32_t)pid);
	buffer_u32(&b, (uint32_t)tid);
	buffer_text(&b, name, 8);
	batch_record(t, PERF_REC_COMM, 0, &b);
	buffer_free(&b);
}

static int32_t parent_of(int32_t pid)
{
	char text[1024], *at;
	int32_t ppid = 0;

	/* pid (comm) state ppid: the name may contain any byte and ends at the last ')' */
	if (sysfiles_text("", text, sizeof(text), "/proc/%d/stat", pid) <= 0)
		return -1;
	at = strrchr(text, ')');
	if (!at || sscanf(at + 1, " %*c %d", &ppid) != 1)
		return -1;
	return ppid;
}

int32_t running_number(const char *name)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	return *name < '0' || *name > '9' || *end || !n || n > INT_MAX ? 0 : (int32_t)n;
}

int running_threads(int32_t pid, int32_t **tids)
{
	struct sysfiles_names names;
	int ret = sysfiles_names("", &names, TASKS_MAX, "/proc/%d/task", pid);
	int nr = 0;

	*tids = ret ? NULL : calloc(names.nr + 1, sizeof(**tids));
	for (size_t i = 0; *tids && i < names.nr; i++)
		if (running_number(names.name[i]))
			(*tids)[nr++] = running_number(names.name[i]);
	sysfiles_names_free(&names);
	return ret ? ret : *tids ? nr : -ENOMEM;
}

static void add_process(struct batch *t, int32_t pid)
{
	int32_t parent = parent_of(pid), *tids;
	int nr;

	if (parent < 0)
		return;
	add_thread(t, pid, pid, parent);
	add_maps(t, pid);
	nr = running_threads(pid, &tids);
	for (int i = 0; i < nr; i++)
		if (tids[i] != pid)
			add_thread(t, pid, tids[i], pid);
	free(tids);
}

int32_t running_process(const char *root, int32_t tid)
{
	char text[4096], *at;

	if (sysfiles_text(root, text, sizeof(text), "/proc/%d/status", tid) <= 0)
		return 0;
	at = strstr(text, "\nTgid:");
	return at ? (int32_t)strtol(at + 6, NULL, 10) : 0;
}

int running_tasks(const struct running_sink *out, const int32_t *tids, size_t nr)
{
	int32_t pid = 0;
	struct sysfiles_names names = { 0 };
	struct batch t = { .out = out };
	int ret = 0;

	for (size_t i = 0; tids && i < nr; i++) {
		int32_t next = running_process("", tids[i]);

		if (next > 0 && next != pid)	/* threads of a process are adjacent */
			add_process(&t, next);
		pid = next;
	}
	if (!tids)
		ret = sysfiles_names("", &names, TASKS_MAX, "/proc");
	for (size_t i = 0; i < names.nr && !t.ret; i++)
		if (running_number(names.name[i]))
			add_process(&t, running_number(names.name[i]));
	sysfiles_names_free(&names);
	return batch_end(&t) ?: ret;
}
