/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SCREENS_H
#define CMD_SCREENS_H

#include "cmd/options/report_options.h"
#include "recording/recording.h"
#include "tui/app.h"

/* A recording on its way to the screens of tui/: the passes they ask for are made here. */
struct screens {
	const struct report_args *args;	/* borrowed */
	struct recording rec;
	struct app_config cfg;		/* for app_new(), once open */
	char *arguments, *dump_arguments, *symbol_arguments;
	struct other *other;		/* compared with last; NULL: none */
};

/*
 * Open the recording of that path as a says, and fill cfg; both are borrowed.   0 or
 * -errno with a sentence in err; screens_close() in either case.
 */
int screens_open(struct screens *s, const struct report_args *a, const char *path,
		 char *err, size_t errlen);
void screens_close(struct screens *s);

/*
 * On screens: what changed from another recording to the one that is shown.  The other
 * is opened when it is first asked for, with the same options, and stays open until one of
 * another name is.
 */

/* Fill out with what changed, by its query; out->why where that cannot be.  0 or -errno. */
int compared_make(struct screens *s, const struct filter *filter, struct pass_watch *watch,
		  struct pass_result *out);
/* Free what that put there, from any thread.  Also of a result that has no changes. */
void compared_clear(struct pass_result *r);
/* Close the other recording, once no result of it is left. */
void compared_close(struct screens *s);

/*
 * What the screens remember: $XDG_CONFIG_HOME/spelunk/screens, else
 * ~/.config/spelunk/screens; its lines are tui/settings.h's.
 */

/* The text, "" if there is none; the caller's to free.  NULL: out of memory. */
char *settings_load(void);

/* 0, or -errno with a sentence in err.  The file is replaced as a whole. */
int settings_store(const char *text, char *err, size_t errlen);

#endif
