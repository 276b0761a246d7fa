// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/cmd.h"
#include "report/report.h"

void cmd_error(const char *command, const char *path, const char *sentence)
{
	char shown[1024];

	fprintf(stderr, "spelunk%s%s: ", *command ? " " : "", command);
	if (path) {
		report_escape(shown, sizeof(shown), path);
		fprintf(stderr, "%s: ", shown);
	}
	fprintf(stderr, "%s\n", sentence);
}
