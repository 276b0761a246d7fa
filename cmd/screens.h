/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SCREENS_H
#define CMD_SCREENS_H

#include "recording/exit_sites.h"
#include "recording/recording.h"
#include "tui/app.h"

/* A recording on its way to the screens of tui/: the passes they ask for are made here. */
struct screens {
	struct report_args args;
	struct recording rec;
	struct exit_sites sites;
	struct app_config cfg;		/* for app_new(), once open */
	char *arguments, *dump_arguments, *symbol_arguments;
	struct other *other;		/* compared with last; NULL: none */
};

/*
 * Open what args (parsed, in s) names, and fill cfg.  0 or -errno with a sentence in
 * err; screens_close() in either case.
 */
int screens_open(struct screens *s, char *err, size_t errlen);
void screens_close(struct screens *s);

#endif
