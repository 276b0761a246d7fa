/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_OVERLAY_MENU_H
#define TUI_OVERLAY_MENU_H

#include "tui/canvas.h"

struct app;
struct menu;

/* What can be done with the cursor's line. */
void menu_open(struct app *a);
void menu_key(struct app *a, int press);
void menu_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* The mouse's button goes down there. */
void menu_press(struct app *a, unsigned int x, unsigned int y);

#endif
