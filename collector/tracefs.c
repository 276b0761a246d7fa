// SPDX-License-Identifier: GPL-2.0-only
#include "collector/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FILE_MAX_SIZE	(256u << 10)

const char *tracefs_find(void)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[64];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/events", places[i]);
		if (!access(path, R_OK | X_OK))
			return places[i];
	}
	return NULL;
}

/* The whole file; tracefs states no sizes. */
static int read_file(struct buffer *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t block[4096];
	ssize_t n;
	int ret = 0;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, block, sizeof(block))) > 0 && out->len < FILE_MAX_SIZE)
		buffer_add(out, block, (size_t)n);
	if (n < 0)
		ret = -errno;
	close(fd);
	return out->bad ? -ENOMEM : ret;
}

long tracefs_id(const char *tracefs, const char *system, const char *name)
{
	struct buffer b = { 0 };
	char path[256];
	long id;
	int ret;

	snprintf(path, sizeof(path), "%s/events/%s/%s/id", tracefs, system, name);
	ret = read_file(&b, path);
	buffer_add(&b, "", 1);
	id = ret || b.bad ? 0 : strtol((char *)b.p, NULL, 10);
	buffer_free(&b);
	return ret ? ret : id > 0 ? id : -EINVAL;
}

/* u64 size and the bytes; of a file that is not there, size 0. */
static int add_file(struct buffer *out, const char *path)
{
	struct buffer b = { 0 };
	int ret = read_file(&b, path);

	if (!ret || ret == -ENOENT) {
		buffer_u64(out, b.len);
		buffer_add(out, b.p, b.len);
		ret = 0;
	}
	buffer_free(&b);
	return ret;
}

/* As linux tools/perf/util/trace-event-info.c writes it; perfdata_tracing.c reads it. */
int tracefs_data(struct buffer *out, const char *tracefs, const char *system,
		 const char *const *names, size_t nr)
{
	static const uint8_t magic[] = "\x17\x08\x44tracing" "0.6";	/* its NUL counts */
	const uint8_t ends_and_long[] = { 0, sizeof(long) };	/* 0: little-endian */
	char path[256];
	int ret;

	buffer_add(out, magic, sizeof(magic));
	buffer_add(out, ends_and_long, sizeof(ends_and_long));
	buffer_u32(out, (uint32_t)sysconf(_SC_PAGESIZE));
	buffer_add(out, "header_page", 12);
	snprintf(path, sizeof(path), "%s/events/header_page", tracefs);
	ret = add_file(out, path);
	buffer_add(out, "header_event", 13);
	snprintf(path, sizeof(path), "%s/events/header_event", tracefs);
	ret = ret ?: add_file(out, path);
	buffer_u32(out, 0);		/* formats of ftrace */
	buffer_u32(out, 1);		/* systems */
	buffer_add(out, system, strlen(system) + 1);
	buffer_u32(out, (uint32_t)nr);
	for (size_t i = 0; !ret && i < nr; i++) {
		snprintf(path, sizeof(path), "%s/events/%s/%s/format", tracefs, system,
			 names[i]);
		ret = add_file(out, path);
	}
	buffer_u32(out, 0);		/* kallsyms */
	buffer_u32(out, 0);		/* printk formats */
	buffer_u64(out, 0);		/* saved command lines */
	return ret ? ret : out->bad ? -ENOMEM : 0;
}
