// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/partition.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NULL_PARTITION	"__HIVE_DEFAULT_PARTITION__"
#define RECORDING_SUFFIX	".data"

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

static void put_name(FILE *out, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(out, is_plain(name[i]) ? "%c" : "%%%02X", (unsigned char)name[i]);
}

/* The recording's name without folders and suffix. */
static void put_recording(FILE *out, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name), suffix = strlen(RECORDING_SUFFIX);

	if (len > suffix && !strcmp(name + len - suffix, RECORDING_SUFFIX))
		len -= suffix;
	put_name(out, name, len);
}

/* Owned by the caller; NULL: out of memory. */
static char *path_of(const char *dir, const char *recording, const struct input_info *info,
		     const char *host, const struct tm *day)
{
	char *path = NULL;
	size_t len;
	FILE *out = open_memstream(&path, &len);

	if (!out)
		return NULL;
	fprintf(out, "%s/date=%04d-%02d-%02d/host=", dir, day->tm_year + 1900, day->tm_mon + 1,
		day->tm_mday);
	if (host)
		put_name(out, host, strlen(host));
	else
		fputs(NULL_PARTITION, out);
	fputc('/', out);
	put_recording(out, recording);
	fprintf(out, "-%" PRIu64 ".parquet", info->first_time);
	if (fclose(out)) {
		free(path);
		return NULL;
	}
	return path;
}

/* Make all folders on the way to the path's last part.  0; -errno: path ends with the culprit. */
static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

int partition_begin(struct partition *p, const char *dir, const char *recording,
		    const struct input_info *info, const char *host)
{
	struct stat st;
	struct tm day;

	*p = (struct partition){ .path = NULL };
	if (stat(recording, &st))
		return -errno;
	p->path = gmtime_r(&st.st_mtime, &day) ? path_of(dir, recording, info, host, &day) : NULL;
	if (!p->path || asprintf(&p->new, "%s.new", p->path) < 0) {
		p->new = NULL;
		return -ENOMEM;
	}
	return make_folders(p->path);
}

int partition_end(struct partition *p, int err)
{
	if (!err && p->new && rename(p->new, p->path))
		err = -errno;
	if (err && p->new)
		unlink(p->new);
	free(p->path);
	free(p->new);
	*p = (struct partition){ .path = NULL };
	return err;
}
