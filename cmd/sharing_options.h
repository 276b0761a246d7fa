/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SHARING_OPTIONS_H
#define CMD_SHARING_OPTIONS_H

#include "cmd/report_options.h"
#include "report/sharing/sharing.h"

/* The command line of `spelunk sharing`: options of report, and --table. */
struct sharing_args {
	struct report_args report;
	enum sharing_table table;
	char **rest;		/* words for report's parser; owned */
};

/* 0, or -EINVAL or -ENOMEM with a sentence in err; sharing_args_free() in either case. */
int sharing_args_parse(struct sharing_args *a, int argc, char **argv, char *err, size_t errlen);
void sharing_args_free(struct sharing_args *a);

#endif
