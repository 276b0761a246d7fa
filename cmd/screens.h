/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SCREENS_H
#define CMD_SCREENS_H

#include "base/helper.h"
#include "cmd/options/report_options.h"
#include "recording/recording.h"
#include "tui/app.h"

/* Connects a recording to the screens of tui/: makes the passes that they request. */
struct screens {
	const struct report_args *args;	/* borrowed */
	struct recording rec;
	struct app_config cfg;		/* for app_new(), once the recording is open */
	char *arguments, *dump_arguments, *symbol_arguments;
	struct other *other;		/* the recording last compared with; NULL: none */
};

/*
 * Open the recording at path with the options in a, and fill cfg; both are borrowed.  0 or -errno
 * with a sentence in err; call screens_close() in either case.
 */
int screens_open(struct screens *s, const struct report_args *a, const char *path,
		 char *err, size_t errlen);
void screens_close(struct screens *s);

/*
 * The changes from another recording to the displayed one.  The other one is opened on first use,
 * with the same options, and stays open until a different one is requested.
 */

/* Fill out with the changes for its query; out->why says why that is impossible.  0 or -errno. */
int compared_make(struct screens *s, const struct filter *filter, struct pass_watch *watch,
		  struct pass_result *out);
/* Free the changes in r, if there are any.  Any thread. */
void compared_clear(struct pass_result *r);
/* Close the other recording, after all results that use it were freed. */
void compared_close(struct screens *s);

/*
 * Settings that the screens remember: $XDG_CONFIG_HOME/spelunk/screens, else
 * ~/.config/spelunk/screens.  tui/settings.h describes the lines.
 */

/* The text, "" if there is none; owned by the caller.  NULL: out of memory. */
char *settings_load(void);

/* Stores the settings, for settings_store(). */
extern const struct helper_service settings_service;

/* Replace the file atomically.  0, or -errno with a sentence in err. */
int settings_store(const char *text, char *err, size_t errlen);

#endif
