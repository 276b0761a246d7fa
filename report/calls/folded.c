// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks in the format of flame graph tools: frames separated by ;, outermost first, a blank, and a
 * number.
 */
#include "report/calls/folded.h"

#include "report/calls/calls_impl.h"

void folded_frame(FILE *out, const char *text)
{
	fputc(';', out);
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		char piece[GLYPH_TEXT_LEN];

		if (g.code == ';')
			fputs("\\x3b", out);
		else
			fwrite(piece, 1, glyph_text(piece, text, &g), out);
		text += g.used;
	}
}

void folded_task(FILE *out, enum world world, int32_t vm, const char *comm)
{
	char number[NUMBER_LEN];

	fprintf(out, "%s;%s", world_name(world), number_id(number, vm));
	folded_frame(out, comm);
}

void calls_put_folded(FILE *out, const struct calltree *t, uint32_t node)
{
	const struct call_node *task = calls_top(t, node), *leaf = calltree_node(t, node);
	uint32_t frames[CALL_DEPTH];
	size_t nr = calls_frames(t, node, frames);

	folded_task(out, leaf->world, task->vm, calls_name(task));
	while (nr)
		folded_frame(out, calls_name(calltree_node(t, frames[--nr])));
}
