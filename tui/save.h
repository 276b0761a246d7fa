/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SAVE_H
#define TUI_SAVE_H

struct app;

/* Write what is seen to a new file: by the end of its name CSV, JSON or text. */
void save(struct app *a, const char *path);

#endif
