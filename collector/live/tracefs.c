// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/tracefs.h"

#include <errno.h>
#include <unistd.h>

#include "base/sysfiles.h"

#define FILE_MAX_SIZE	(256u << 10)

long tracefs_id(const char *tracefs, const char *system, const char *name)
{
	int64_t id;
	int ret;

	ret = sysfiles_number(tracefs, &id, SYSFILES_NUMBER_DECIMAL, "/events/%s/%s/id", system, name);
	return ret ? ret : id > 0 && id <= INT32_MAX ? id : -EINVAL;
}

/* A u64 size, then the bytes. */
static int add_file(struct buffer *out, char *data, ssize_t len)
{
	if (len >= 0) {
		buffer_u64(out, (uint64_t)len);
		buffer_add(out, data, (size_t)len);
	}
	free(data);
	return len < 0 ? (int)len : 0;
}

/* As linux tools/perf/util/trace-event-info.c writes it; perfdata/tracing.c reads it. */
int tracefs_data(struct buffer *out, const char *tracefs, const char *system,
		 const char *const *names, size_t nr)
{
	static const uint8_t magic[] = "\x17\x08\x44tracing" "0.6";	/* including its NUL */
	const uint8_t ends_and_long[] = { 0, sizeof(long) };	/* 0: little-endian */
	char *data;
	ssize_t len;
	int ret;

	buffer_add(out, magic, sizeof(magic));
	buffer_add(out, ends_and_long, sizeof(ends_and_long));
	buffer_u32(out, (uint32_t)sysconf(_SC_PAGESIZE));
	buffer_add(out, "header_page", 12);
	len = sysfiles_whole(tracefs, &data, FILE_MAX_SIZE, "/events/header_page");
	ret = add_file(out, data, len);
	buffer_add(out, "header_event", 13);
	len = sysfiles_whole(tracefs, &data, FILE_MAX_SIZE, "/events/header_event");
	ret = add_file(out, data, len) ?: ret;
	buffer_u32(out, 0);		/* formats of ftrace */
	buffer_u32(out, 1);		/* systems */
	buffer_add(out, system, strlen(system) + 1);
	buffer_u32(out, (uint32_t)nr);
	for (size_t i = 0; !ret && i < nr; i++) {
		len = sysfiles_whole(tracefs, &data, FILE_MAX_SIZE, "/events/%s/%s/format", system,
				 names[i]);
		ret = add_file(out, data, len);
	}
	buffer_u32(out, 0);		/* kallsyms */
	buffer_u32(out, 0);		/* printk formats */
	buffer_u64(out, 0);		/* saved command lines */
	return ret ? ret : out->bad ? -ENOMEM : 0;
}
