// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a name: escaped text, a cell and a JSON string are well-formed and harmless. */
#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include "report/escape.h"
#include "report/json/writer.h"
#include "report/report.h"
#include "tests/fuzz/lean.h"

#define NAME_LEN	512

/* One file for all runs, because opening it takes longer than writing to it. */
static char out[NAME_LEN * 16];
static FILE *file;

static void check_text(const char *text)
{
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		lean_require(g.safe && g.valid);
		text += g.used;
	}
}

static FILE *begin(void)
{
	if (!file) {
		setlocale(LC_CTYPE, "C.UTF-8");
		file = fmemopen(out, sizeof(out), "w");
	}
	lean_require(file != NULL);
	rewind(file);
	return file;
}

/* The text of an earlier run may follow it. */
static void check_written(void)
{
	lean_require(!fflush(file) && ftell(file) < (long)sizeof(out));
	out[ftell(file)] = '\0';
	check_text(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json j = { .first = true };
	char name[NAME_LEN + 1];
	size_t limit, width;
	bool pad, tail;

	if (!size || size > NAME_LEN)
		return 0;
	memcpy(name, data, size);
	name[size] = '\0';
	limit = (size_t)data[0] * 8 + 1;
	lean_require(report_escape(out, limit, name) == strlen(out) && strlen(out) < limit);
	check_text(out);
	pad = data[size - 1] & 1;
	tail = data[size - 1] & 2;
	width = data[size - 1] >> 2;
	lean_require(cell_write(begin(), name, width, pad, tail) <= width);
	check_written();
	j.out = begin();
	json_string(&j, NULL, name);
	check_written();
	lean_require(out[0] == '"' && out[strlen(out) - 1] == '"');
	return 0;
}
