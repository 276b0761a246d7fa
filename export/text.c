// SPDX-License-Identifier: GPL-2.0-only
#include "export/text.h"

#include "report/escape.h"

void export_text(struct buffer *b, const char *text)
{
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		char piece[GLYPH_TEXT_LEN];

		buffer_add(b, piece, glyph_text(piece, text, &g));
		text += g.used;
	}
}
