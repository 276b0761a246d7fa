// SPDX-License-Identifier: GPL-2.0-only
#include "report/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct palette_role palette_roles[NR_ROLES] = {
#define ROLE(id, dark, light, any, eight, dark_ground, light_ground, attr, plain) \
	{ { any, dark, light }, { -1, dark_ground, light_ground }, eight, attr, plain },
#include "report/palette.def"
#undef ROLE
};

/* COLORFGBG is "foreground;background", if the terminal sets it: 7 and 9 to 15 are light. */
enum palette_ground palette_ground(void)
{
	const char *set = getenv("COLORFGBG"), *last = set ? strrchr(set, ';') : NULL;
	long ground;

	if (!last || last[1] < '0' || last[1] > '9')
		return GROUND_ANY;
	ground = strtol(last + 1, NULL, 10);
	return ground == 7 || ground >= 9 ? GROUND_LIGHT : GROUND_DARK;
}

static bool is_any(const char *word, const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

/* By TERM alone, so that reports have colours without terminfo installed. */
enum palette_depth palette_depth(void)
{
	static const char *const deep[] = { "truecolor", "24bit" };
	static const char *const none[] = {
		"dumb", "unknown", "vt52", "vt100", "vt102", "vt220", "vt320", "xterm-mono",
	};
	static const char *const many[] = {
		"alacritty", "foot", "ghostty", "xterm-ghostty", "xterm-kitty", "wezterm",
	};
	const char *term = getenv("TERM"), *more = getenv("COLORTERM");

	if (!term || !*term || is_any(term, none, sizeof(none) / sizeof(none[0])))
		return DEPTH_NONE;
	if (more && is_any(more, deep, sizeof(deep) / sizeof(deep[0])))
		return DEPTH_TRUE;
	if (strstr(term, "-direct"))
		return DEPTH_TRUE;
	return strstr(term, "256color") || is_any(term, many, sizeof(many) / sizeof(many[0])) ?
	       DEPTH_256 : DEPTH_16;
}

bool palette_unwanted(void)
{
	const char *no = getenv("NO_COLOR");

	return no && *no;
}

/* xterm's 256 colours: 16 to 231 are a cube of these levels, 232 to 255 greys. */
static const int levels[] = { 0, 95, 135, 175, 215, 255 };

static int nearest_level(int v)
{
	int best = 0;

	for (int i = 1; i < 6; i++)
		if (abs(levels[i] - v) < abs(levels[best] - v))
			best = i;
	return best;
}

int palette_256(int32_t color)
{
	int part[3] = { color >> 16 & 255, color >> 8 & 255, color & 255 };
	int cube = 16, far = 0, far_grey = 0, grey;

	if (color < 0)
		return -1;
	grey = ((part[0] + part[1] + part[2]) / 3 - 3) / 10;
	grey = grey < 0 ? 0 : grey > 23 ? 23 : grey;
	for (int i = 0; i < 3; i++) {
		int level = nearest_level(part[i]), d = levels[level] - part[i];
		int d_grey = 8 + 10 * grey - part[i];

		cube = i ? (cube - 16) * 6 + level + 16 : 16 + level;
		far += d * d;
		far_grey += d_grey * d_grey;
	}
	return far_grey < far ? 232 + grey : cube;
}

/* Append a parameter of SGR. */
static void add(char out[PALETTE_SGR_LEN], const char *parameter)
{
	size_t len = strlen(out);

	snprintf(out + len, PALETTE_SGR_LEN - len, "%s%s", len ? ";" : "\033[", parameter);
}

static void end(char out[PALETTE_SGR_LEN])
{
	if (*out)
		strncat(out, "m", PALETTE_SGR_LEN - strlen(out) - 1);
}

static void add_color(char out[PALETTE_SGR_LEN], enum palette_depth depth, bool behind,
		      int32_t color, int eight)
{
	char parameter[32];

	if (depth == DEPTH_16 ? eight < 0 : color < 0)
		return;
	if (depth == DEPTH_16)
		snprintf(parameter, sizeof(parameter), "%d", (behind ? 40 : 30) + eight);
	else if (depth == DEPTH_256)
		snprintf(parameter, sizeof(parameter), "%d;5;%d", behind ? 48 : 38, palette_256(color));
	else
		snprintf(parameter, sizeof(parameter), "%d;2;%d;%d;%d", behind ? 48 : 38,
			 color >> 16 & 255, color >> 8 & 255, color & 255);
	add(out, parameter);
}

static void add_attr(char out[PALETTE_SGR_LEN], unsigned int attr)
{
	static const struct { unsigned int attr; const char *parameter; } codes[] = {
		{ PALETTE_BOLD, "1" }, { PALETTE_DIM, "2" }, { PALETTE_UNDERLINE, "4" },
		{ PALETTE_REVERSE, "7" },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (attr & codes[i].attr)
			add(out, codes[i].parameter);
}

void palette_make(struct palette *p, enum palette_depth depth, enum palette_ground ground)
{
	*p = (struct palette){ .colors = depth == DEPTH_NONE ? 0 : 2 };
	for (unsigned int i = 0; depth != DEPTH_NONE && i < NR_ROLES; i++) {
		const struct palette_role *r = &palette_roles[i];
		bool plain = depth == DEPTH_16 ? r->eight < 0 : r->color[ground] < 0;

		add_attr(p->on[i], plain ? r->plain : r->attr);
		add_color(p->on[i], depth, false, r->color[ground], r->eight);
		add_color(p->behind[i], depth, true, r->color[ground], r->eight);
		end(p->on[i]);
		end(p->behind[i]);
	}
}
