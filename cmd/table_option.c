// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/table_option.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define OPTION	"--table"

int table_option_take(int argc, char **argv, char **rest, const char **table, char *err,
		      size_t errlen)
{
	int nr = 0;

	*table = NULL;
	for (int i = 0; i < argc; i++) {
		bool apart = !strcmp(argv[i], OPTION);

		if (!apart && strncmp(argv[i], OPTION "=", sizeof(OPTION))) {
			rest[nr++] = argv[i];
			continue;
		}
		if (apart && i + 1 == argc) {
			snprintf(err, errlen, OPTION " needs a value: which table CSV shows");
			return -EINVAL;
		}
		*table = apart ? argv[++i] : argv[i] + sizeof(OPTION);
	}
	rest[nr] = NULL;
	return nr;
}
