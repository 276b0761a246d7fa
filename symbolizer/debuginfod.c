// SPDX-License-Identifier: GPL-2.0-only
/* The door to libdebuginfod. */
#include <elfutils/debuginfod.h>
#include <stdlib.h>

#include "symbolizer/debuginfod.h"

struct debuginfod {
	debuginfod_client *client;
};

struct debuginfod *debuginfod_open(void)
{
	const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);
	struct debuginfod *d;

	if (!urls || !*urls)
		return NULL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->client = debuginfod_begin();
	if (!d->client) {
		free(d);
		return NULL;
	}
	return d;
}

void debuginfod_close(struct debuginfod *d)
{
	if (!d)
		return;
	debuginfod_end(d->client);
	free(d);
}

int debuginfod_fetch(struct debuginfod *d, const uint8_t *id, uint8_t len, bool debug,
		     char **path)
{
	*path = NULL;
	if (debug)
		return debuginfod_find_debuginfo(d->client, id, len, path);
	return debuginfod_find_executable(d->client, id, len, path);
}
