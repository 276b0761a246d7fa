// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a name: as escaped text, a cell, a JSON string and in HTML they must be well-formed,
 * harmless and bounded.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/html/page.h"
#include "report/json/writer.h"
#include "report/report.h"

#define NAME_MAX_LEN	2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_text(const char *text)
{
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		check(g.safe && g.valid);
		text += g.used;
	}
}

static void check_cells(const char *name, char *out, size_t outlen)
{
	for (size_t width = 0; width < 40; width += 3)
		for (unsigned int mode = 0; mode < 4; mode++) {
			FILE *f = fmemopen(out, outlen, "w");
			size_t n;

			check(f != NULL);
			n = cell_write(f, name, width, mode & 1, mode & 2);
			check(n <= width && (!(mode & 1) || n == width));
			fclose(f);
			check_text(out);
		}
}

/* Nothing may begin markup, or end an attribute in quotes. */
static void check_html(const char *name, size_t most, char *out, size_t outlen)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	struct html h = { .out = fmemopen(out, outlen, "w") };

	check(h.out != NULL);
	html_text(&h, name, most);
	fclose(h.out);
	check(h.written == strlen(out));
	check_text(out);
	check(!strpbrk(out, "<>\"'"));
	for (const char *at = out; (at = strchr(at, '&')); at++) {
		bool known = false;

		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
			known |= !strncmp(at, entities[i], strlen(entities[i]));
		check(known);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[NAME_MAX_LEN + 1], out[NAME_MAX_LEN * 16];
	struct json j = { .first = true };
	size_t limit;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!size || size > NAME_MAX_LEN)
		return 0;
	memcpy(name, data, size);
	name[size] = '\0';
	limit = (size_t)data[0] * 8 + 1;
	memset(out, 'Z', sizeof(out));
	check(report_escape(out, limit, name) == strlen(out) && strlen(out) < limit);
	check(out[limit] == 'Z');
	check_text(out);
	check_cells(name, out, sizeof(out));
	check_html(name, limit, out, sizeof(out));
	j.out = fmemopen(out, sizeof(out), "w");
	check(j.out != NULL);
	json_string(&j, NULL, name);
	fclose(j.out);
	check_text(out);
	check(out[0] == '"' && out[strlen(out) - 1] == '"');
	return 0;
}
