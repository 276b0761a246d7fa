/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SETTINGS_H
#define CMD_SETTINGS_H

#include <stddef.h>

/*
 * What the screens remember: $XDG_CONFIG_HOME/spelunk/screens, else
 * ~/.config/spelunk/screens; its lines are tui/settings.h's.
 */

/* The text, "" if there is none; the caller's to free.  NULL: out of memory. */
char *settings_load(void);

/* 0, or -errno with a sentence in err.  The file is replaced as a whole. */
int settings_store(const char *text, char *err, size_t errlen);

#endif
