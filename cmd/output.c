// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/output_file.h"
#include "cmd/pager.h"

/* A number in the environment; 0: none. */
static unsigned int number(const char *name)
{
	const char *text = getenv(name);
	unsigned long n = text ? strtoul(text, NULL, 10) : 0;

	return n < 10000 ? (unsigned int)n : 0;
}

/* The size of the terminal on standard output, else from the environment, else the usual one. */
static void measure(unsigned int *rows, unsigned int *columns)
{
	struct winsize w = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w))
		w = (struct winsize){ 0 };
	*columns = w.ws_col ? w.ws_col : number("COLUMNS") ?: 80;
	*rows = w.ws_row ? w.ws_row : number("LINES") ?: 24;
}

/* Is it a terminal that can position its cursor, and do we get its keys? */
static bool takes_pager(void)
{
	const char *term = getenv("TERM");

	return term && *term && strcmp(term, "dumb") && tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

static enum palette_depth depth(enum output_color color, bool terminal)
{
	if (color == OUTPUT_COLOR_ALWAYS)
		return palette_depth() ?: DEPTH_16;
	return color == OUTPUT_COLOR_AUTO && terminal && !palette_unwanted() ? palette_depth() :
	       DEPTH_NONE;
}

int output_open(struct output *o, const char *path, const struct output_args *a)
{
	bool terminal = !path && isatty(STDOUT_FILENO);
	int fd = path ? output_create(path) : -1;
	unsigned int rows = 0;

	if (path && fd < 0)
		return fd;
	*o = (struct output){
		.out = path ? fdopen(fd, "w") : stdout, .is_file = path,
		.pictures = terminal || a->color == OUTPUT_COLOR_ALWAYS,
	};
	if (!o->out)
		return -errno;
	palette_make(&o->palette, depth(a->color, terminal), palette_ground());
	if (terminal)
		measure(&rows, &o->width);
	if (terminal && !a->no_pager && takes_pager())
		o->pager = pager_new(&o->out, rows, o->width);
	return 0;
}

int output_close(struct output *o, int ret)
{
	bool left = false;
	int err = 0;

	if (o->pager)
		err = pager_end(o->pager, &left);
	else if (fflush(o->out))
		err = -errno;
	if (o->is_file && fclose(o->out) && !err)
		err = -errno;
	if (left && ret < 0)
		return 0;
	return ret ?: err;
}
