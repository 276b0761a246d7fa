/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PALETTE_H
#define REPORT_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

/* Colours of text and pictures, in reports and on screens: the rows of report/palette.def. */

enum role {
#define ROLE(id, dark, light, any, eight, dark_ground, light_ground, attr, plain) ROLE_##id,
#include "report/palette.def"
#undef ROLE
	NR_ROLES
};

/* The terminal's background. */
enum palette_ground { GROUND_ANY, GROUND_DARK, GROUND_LIGHT, NR_GROUNDS };

/* The colours it supports: none, 16, 256, 24 bits. */
enum palette_depth { DEPTH_NONE, DEPTH_16, DEPTH_256, DEPTH_TRUE };

#define PALETTE_BOLD		1
#define PALETTE_DIM		2
#define PALETTE_UNDERLINE	4
#define PALETTE_REVERSE		8

struct palette_role {
	int32_t color[NR_GROUNDS];	/* 0xRRGGBB; -1: the terminal's default, here and below */
	int32_t ground[NR_GROUNDS];	/* background */
	int8_t eight;			/* colour of 8 */
	uint8_t attr, plain;		/* PALETTE_*, with colour and without */
};

extern const struct palette_role palette_roles[NR_ROLES];

/* The background according to the environment (COLORFGBG). */
enum palette_ground palette_ground(void);
/*
 * The colours that the terminal supports, by TERM and COLORTERM.  Ignores NO_COLOR and whether
 * standard output is a terminal.
 */
enum palette_depth palette_depth(void);
/* Is NO_COLOR set, and not empty (no-color.org)? */
bool palette_unwanted(void);
/* The nearest of a terminal's 256 colours, 16 to 255; -1 stays -1. */
int palette_256(int32_t color);

/* The sequences that begin text of a role (ECMA-48, SGR).  One sequence ends all of them. */
#define PALETTE_SGR_LEN	48
struct palette {
	char on[NR_ROLES][PALETTE_SGR_LEN];	/* "": default text */
	char behind[NR_ROLES][PALETTE_SGR_LEN];	/* the role's colour as background */
	unsigned int colors;			/* as for canvas_set_colors(): 0 or 2 */
};
#define PALETTE_OFF	"\033[0m"

void palette_make(struct palette *p, enum palette_depth depth, enum palette_ground ground);

#endif
