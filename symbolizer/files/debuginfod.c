// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only user of libdebuginfod, in a helper: it depends on curl, TLS and Kerberos, needs sockets
 * and threads, and takes longer to load than most reports take.
 */
#include "symbolizer/files/debuginfod.h"

#include <elfutils/debuginfod.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/helper.h"
#include "symbolizer/library.h"

/* Questions; the bytes are the build-id, the answer a file and its path. */
enum { CAN_RUN, EXECUTABLE, DEBUGINFO };

/* The helper's side */

static struct {
	__typeof__(debuginfod_begin) *begin;
	__typeof__(debuginfod_find_debuginfo) *find_debuginfo;
	__typeof__(debuginfod_find_executable) *find_executable;
	debuginfod_client *client;
} lib;

/* Load the library, and make a client that lives as long as the helper. */
static bool load(void)
{
	void *library = lib.client ? NULL : library_open("libdebuginfod.so.1");

	if (!library)
		return lib.client;
	lib.begin = library_symbol(library, "debuginfod_begin");
	lib.find_debuginfo = library_symbol(library, "debuginfod_find_debuginfo");
	lib.find_executable = library_symbol(library, "debuginfod_find_executable");
	if (lib.begin && lib.find_debuginfo && lib.find_executable)
		lib.client = lib.begin();
	return lib.client;
}

static void serve(const struct helper_ask *ask, struct helper_answer *answer)
{
	char *path = NULL;
	int fd;

	if (!load()) {
		answer->result = -ENOENT;
		return;
	}
	if (ask->number == CAN_RUN)
		return;
	fd = ask->number == DEBUGINFO ?
	     lib.find_debuginfo(lib.client, ask->bytes, (int)ask->len, &path) :
	     lib.find_executable(lib.client, ask->bytes, (int)ask->len, &path);
	answer->fd = fd < 0 ? -1 : fd;
	answer->result = fd < 0 ? fd : 0;
	snprintf(answer->text, sizeof(answer->text), "%s", path ? path : "");
	free(path);
}

static const struct helper_service service = { .serve = serve };

/* The side that asks */

static bool is_wanted(void)
{
	const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);

	return urls && *urls;
}

int debuginfod_start(void)
{
	static const struct helper_service *const services[] = { &service };

	return is_wanted() ? helper_start(services, 1) : 0;
}

const char *debuginfod_trouble(void)
{
	const struct helper_ask ask = { .number = CAN_RUN, .fd = -1, .bytes = "" };
	struct helper_answer answer;

	if (!is_wanted())
		return "no server is named: set DEBUGINFOD_URLS";
	if (debuginfod_start())
		return "cannot start the process that asks the servers";
	return helper_call(&service, &ask, &answer) ? library_no_debuginfod : NULL;
}

int debuginfod_fetch(const uint8_t *id, uint8_t len, bool debug, char **path)
{
	char bytes[UINT8_MAX + 1] = "";
	const struct helper_ask ask = { .number = debug ? DEBUGINFO : EXECUTABLE, .fd = -1,
					.bytes = bytes, .len = len };
	struct helper_answer answer;

	memcpy(bytes, id, len);
	if (helper_call(&service, &ask, &answer) < 0)
		return answer.result;
	*path = answer.fd < 0 ? NULL : strdup(answer.text);
	return answer.fd < 0 ? -EIO : answer.fd;
}
