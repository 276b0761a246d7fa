// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/screens.h"

/* More than all columns of all views need. */
#define SIZE_LIMIT	(64 << 10)

/* The folder [XDG Base Directory Specification: relative paths are ignored]. */
static int folder(char *out, size_t len)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n = -1;

	if (config && config[0] == '/')
		n = snprintf(out, len, "%s/spelunk", config);
	else if (home && home[0] == '/')
		n = snprintf(out, len, "%s/.config/spelunk", home);
	return n > 0 && (size_t)n < len ? 0 : -ENOENT;
}

char *settings_load(void)
{
	char path[PATH_MAX], *text = calloc(1, SIZE_LIMIT + 1);
	long n = 0;
	int fd;

	if (!text || folder(path, sizeof(path) - sizeof("/screens")))
		return text;
	strcat(path, "/screens");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0) {
		n = read_at(fd, 0, text, SIZE_LIMIT);
		close(fd);
	}
	/* The text ends at a NUL. */
	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Create the folder and its parents. */
static int make_folders(char *path)
{
	for (char *at = path + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (mkdir(path, 0700) && errno != EEXIST && access(path, F_OK))
			return -errno;
		*at = '/';
	}
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

static int replace(const char *path, const char *text)
{
	char draft[PATH_MAX + 16];
	size_t len = strlen(text);
	int fd, ret;

	snprintf(draft, sizeof(draft), "%s.XXXXXX", path);
	fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write_full(fd, text, len);
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(draft, path))
		ret = -errno;
	if (ret)
		unlink(draft);
	return ret;
}

static void store(const struct helper_ask *ask, struct helper_answer *answer)
{
	char path[PATH_MAX];
	int ret = folder(path, sizeof(path) - sizeof("/screens"));

	answer->result = ret;
	if (ret) {
		snprintf(answer->text, sizeof(answer->text),
			 "no place for the settings: set HOME or XDG_CONFIG_HOME");
		return;
	}
	ret = make_folders(path);
	strcat(path, "/screens");
	ret = ret ?: replace(path, ask->bytes);
	answer->result = ret;
	if (ret)
		snprintf(answer->text, sizeof(answer->text), "cannot write the settings to %.900s: %s",
			 path, strerror(-ret));
}

const struct helper_service settings_service = { .serve = store };

int settings_store(const char *text, char *err, size_t errlen)
{
	const struct helper_ask ask = { .fd = -1, .bytes = text, .len = strlen(text) };
	struct helper_answer answer;
	int ret = helper_call(&settings_service, &ask, &answer);

	if (ret)
		snprintf(err, errlen, "%s", *answer.text ? answer.text : strerror(-ret));
	return ret;
}
