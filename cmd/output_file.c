// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/output_file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/create.h"

enum { CREATE, REMOVE };	/* questions */

/* Known to the helper since it started: who asks cannot choose another path. */
static char named[PATH_MAX];

static int do_it(int question, const char *path)
{
	if (question == CREATE)
		return create_file(path, false);
	return unlink(path) ? -errno : 0;
}

static void serve(const struct helper_ask *ask, struct helper_answer *answer)
{
	int ret = do_it(ask->number, named);

	answer->fd = ask->number == CREATE ? ret : -1;
	answer->result = ret < 0 ? ret : 0;
}

const struct helper_service output_service = { .serve = serve };

void output_name(const char *path)
{
	snprintf(named, sizeof(named), "%s", path);
}

static int ask_for(int question, const char *path)
{
	const struct helper_ask ask = { .number = question, .fd = -1, .bytes = "" };
	struct helper_answer answer;
	int ret;

	/* any other path is below a folder that stays writable */
	if (strcmp(path, named) != 0)
		return do_it(question, path);
	ret = helper_call(&output_service, &ask, &answer);
	return ret ?: question == CREATE ? answer.fd : 0;
}

int output_create(const char *path)
{
	return ask_for(CREATE, path);
}

int output_remove(const char *path)
{
	return ask_for(REMOVE, path);
}
