// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only user of libdebuginfod.  Loaded on first use, because it depends on curl, TLS and
 * Kerberos, which take longer to load than most reports take.
 */
#include "symbolizer/files/debuginfod.h"

#include <elfutils/debuginfod.h>
#include <stdlib.h>

#include "symbolizer/library.h"

struct debuginfod {
	void *library;
	__typeof__(debuginfod_begin) *begin;
	__typeof__(debuginfod_end) *end;
	__typeof__(debuginfod_find_debuginfo) *find_debuginfo;
	__typeof__(debuginfod_find_executable) *find_executable;
	debuginfod_client *client;
};

static bool load(struct debuginfod *d)
{
	d->library = library_open("libdebuginfod.so.1");
	if (!d->library)
		return false;
	d->begin = library_symbol(d->library, "debuginfod_begin");
	d->end = library_symbol(d->library, "debuginfod_end");
	d->find_debuginfo = library_symbol(d->library, "debuginfod_find_debuginfo");
	d->find_executable = library_symbol(d->library, "debuginfod_find_executable");
	return d->begin && d->end && d->find_debuginfo && d->find_executable;
}

const char *debuginfod_trouble(void)
{
	const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);
	struct debuginfod d = { 0 };

	if (!urls || !*urls)
		return "no server is named: set DEBUGINFOD_URLS";
	if (!load(&d))
		return library_no_debuginfod;
	return NULL;
}

struct debuginfod *debuginfod_open(void)
{
	struct debuginfod *d;

	if (debuginfod_trouble())
		return NULL;
	d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	if (load(d))
		d->client = d->begin();
	if (!d->client) {
		debuginfod_close(d);
		return NULL;
	}
	return d;
}

void debuginfod_close(struct debuginfod *d)
{
	if (!d)
		return;
	if (d->client)
		d->end(d->client);
	free(d);
}

int debuginfod_fetch(struct debuginfod *d, const uint8_t *id, uint8_t len, bool debug,
		     char **path)
{
	*path = NULL;
	if (debug)
		return d->find_debuginfo(d->client, id, len, path);
	return d->find_executable(d->client, id, len, path);
}
