// SPDX-License-Identifier: GPL-2.0-only
#include "tui/views/text.h"

#include <stdlib.h>

#include "tui/app_impl.h"

bool text_begin(struct text *t, const struct app *a, struct lines *l, unsigned int width)
{
	*t = (struct text){ .lines = l, .width = width };
	app_report_data(a, &t->data);
	/* One column at each side, and as much as a sentence can be read across. */
	t->page = (struct page){
		.d = &t->data, .opt = &t->opt,
		.width = width < 42 ? 40 : width - 2 < PAGE_MAX ? width - 2 : PAGE_MAX,
		.out = open_memstream(&t->text, &t->len),
	};
	l->failed = !t->page.out;
	return !l->failed;
}

const char *text_written(struct text *t)
{
	fputc('\0', t->page.out);
	fflush(t->page.out);
	rewind(t->page.out);
	return t->text;
}

void text_lines(struct text *t)
{
	lines_add_text(t->lines, text_written(t));
}

struct text_line *text_line(struct text *t, enum role role)
{
	return lines_add(t->lines, role, text_written(t));
}

void text_end(struct text *t)
{
	fclose(t->page.out);
	free(t->text);
}

const enum role world_role[NR_WORLDS] = {
	[WORLD_UNKNOWN] = ROLE_UNKNOWN, [WORLD_SWITCH] = ROLE_SWITCH,
	[WORLD_HOST_USER] = ROLE_HOST, [WORLD_HOST_KERNEL] = ROLE_HOST,
	[WORLD_GUEST_USER] = ROLE_GUEST, [WORLD_GUEST_KERNEL] = ROLE_GUEST,
};

enum world world_at(unsigned int i)
{
	return (i + 1) % NR_WORLDS;
}
