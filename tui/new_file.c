// SPDX-License-Identifier: GPL-2.0-only
#include "tui/new_file.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/create.h"

/* Is real, the real path of a folder, that one or below it?  Not everything is below /. */
static bool lies_below(const char *real, const char *folder)
{
	char *top = folder ? realpath(folder, NULL) : NULL;
	size_t len = top ? strlen(top) : 0;
	bool below = top && !strncmp(real, top, len) &&
		     (!real[len] || (len > 1 && real[len] == '/'));

	free(top);
	return below;
}

static bool is_for_users(const char *real)
{
	static const char *const temporary[] = { "/tmp", "/var/tmp", "/dev/shm" };
	bool fine = lies_below(real, ".") || lies_below(real, getenv("HOME"));

	for (size_t i = 0; !fine && i < sizeof(temporary) / sizeof(temporary[0]); i++)
		fine = lies_below(real, temporary[i]);
	return fine && !strstr(real, "/.");
}

static void serve(const struct helper_ask *ask, struct helper_answer *answer)
{
	char copy[PATH_MAX], *real;
	const char *name;
	int fd;

	if (snprintf(copy, sizeof(copy), "%s", (const char *)ask->bytes) >= (int)sizeof(copy)) {
		answer->result = -ENAMETOOLONG;
		return;
	}
	name = strrchr(ask->bytes, '/');
	name = name ? name + 1 : ask->bytes;
	real = realpath(dirname(copy), NULL);
	if (!real) {
		answer->result = -errno;
	} else if (*name == '.' || !is_for_users(real)) {
		answer->result = -EACCES;
		snprintf(answer->text, sizeof(answer->text), "write it below this folder, your "
			 "home or /tmp, not to a hidden one");
	} else {
		fd = create_file(ask->bytes, true);
		answer->fd = fd;
		answer->result = fd < 0 ? fd : 0;
	}
	free(real);
}

const struct helper_service new_file_service = { .serve = serve };
