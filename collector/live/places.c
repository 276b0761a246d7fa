// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/sysfiles.h"
#include "collector/live/running_impl.h"
#include "collector/perfdata/write.h"

#define TASKS_MAX	(1u << 22)	/* linux PID_MAX_LIMIT */
#define TEXT_ROOM	16384
#define PATH_MOST	4096

struct reader {
	const struct places_sink *out;
	const char *root;
	struct buffer b;
	int ret;		/* the first failure */
};

/* Is it one of a comma-separated list? */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ',') && (!at[len] || at[len] == ','))
			return true;
	return false;
}

/* Lines are "4:perf_event:/docker/..." or, for cgroup v2, "0::/system.slice/...": cgroups(7). */
const char *places_cgroup(char *text)
{
	const char *perf = NULL, *unified = NULL, *systemd = NULL;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;

		if (!path || path[1] != '/')
			continue;
		*path++ = '\0';
		list++;
		if (has_word(list, "perf_event"))
			perf = path;
		else if (has_word(list, "name=systemd"))
			systemd = path;
		else if (!*list)
			unified = path;
	}
	if (!perf || !strcmp(perf, "/"))
		perf = unified && strcmp(unified, "/") ? unified : systemd ?: perf ?: unified;
	return perf;
}

static void flush(struct reader *r)
{
	if (r->b.bad)
		r->ret = r->ret ?: -ENOMEM;
	if (!r->ret && r->b.len)
		r->ret = r->out->put(r->out->to, r->b.p, r->b.len);
	r->b.len = 0;
}

static void add_thread(struct reader *r, int32_t pid, int32_t tid, int32_t nspid)
{
	char text[TEXT_ROOM];
	const char *path;
	uint64_t now;
	size_t len;

	if (sysfiles_text(r->root, text, sizeof(text), "/proc/%d/task/%d/cgroup", pid, tid) <= 0)
		return;
	path = places_cgroup(text);
	len = path ? strlen(path) : 0;
	now = r->out->now(r->out->to);
	if (!now || (!len && !nspid))
		return;
	len = len < PATH_MOST ? len : 0;
	if (r->b.len + TASKS_EACH + len + 8 > PERFDATA_OWN_MAX)
		flush(r);
	buffer_u64(&r->b, now);
	buffer_u32(&r->b, (uint32_t)pid);
	buffer_u32(&r->b, (uint32_t)tid);
	buffer_u32(&r->b, (uint32_t)nspid);
	buffer_u32(&r->b, (uint32_t)len);
	buffer_add(&r->b, path, len);
	buffer_take(&r->b, -len % 8);
}

int32_t running_nspid(const char *root, int32_t pid)
{
	char text[4096], *at, *end;

	if (sysfiles_text(root, text, sizeof(text), "/proc/%d/status", pid) <= 0)
		return 0;
	at = strstr(text, "\nNSpid:");
	if (!at)
		return 0;
	end = strchr(++at, '\n');
	if (end)
		*end = '\0';
	at = strrchr(at, '\t');
	return at ? (int32_t)strtol(at, NULL, 10) : 0;
}

static void add_process(struct reader *r, int32_t pid)
{
	struct sysfiles_names tids;
	int32_t nspid = running_nspid(r->root, pid);

	sysfiles_names(r->root, &tids, TASKS_MAX, "/proc/%d/task", pid);
	for (size_t i = 0; i < tids.nr && !r->ret; i++)
		if (running_number(tids.name[i]))
			add_thread(r, pid, running_number(tids.name[i]), nspid);
	sysfiles_names_free(&tids);
}

int places_read(const struct places_sink *out, const char *root, const int32_t *tids, size_t nr)
{
	struct reader r = { .out = out, .root = root };
	struct sysfiles_names names = { 0 };
	int32_t pid = 0;

	if (!out->now(out->to))
		return 0;
	for (size_t i = 0; tids && i < nr; i++) {
		int32_t next = running_process(root, tids[i]);

		if (next > 0 && next != pid)	/* the threads of a process are adjacent */
			add_process(&r, next);
		pid = next;
	}
	if (!tids)
		sysfiles_names(root, &names, TASKS_MAX, "/proc");
	for (size_t i = 0; i < names.nr && !r.ret; i++)
		if (running_number(names.name[i]))
			add_process(&r, running_number(names.name[i]));
	sysfiles_names_free(&names);
	flush(&r);
	buffer_free(&r.b);
	return r.ret;
}
