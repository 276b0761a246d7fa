// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "report/escape.h"
#include "report/write.h"

/* RFC 4180: fields with a separator or a quote are quoted, and their quotes doubled. */
void csv_id(FILE *out, int32_t id)
{
	if (id >= 0)
		fprintf(out, "%" PRId32, id);
}

void csv_text(FILE *out, const char *text)
{
	size_t len = strlen(text);
	bool quote = strpbrk(text, ",\"\r\n") ||
		     (len && (text[0] == ' ' || text[len - 1] == ' '));

	if (quote)
		fputc('"', out);
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		char piece[GLYPH_TEXT_LEN];
		size_t n = glyph_text(piece, text, &g);

		if (g.code == '"')
			fputc('"', out);
		fwrite(piece, 1, n, out);
		text += g.used;
	}
	if (quote)
		fputc('"', out);
}

void csv_metric(FILE *out, enum column c, const struct metrics *m, const struct metrics *sum)
{
	char number[NUMBER_LEN];
	double v;

	if (column_value(c, m, sum, &v))
		fputs(number_fixed(number, v, column_is_integer(c) ? 0 : 2), out);
}

void csv_write(FILE *out, const struct report_data *d, const struct report_options *opt)
{
	const struct rows *r = d->rows;
	const char *comma = "";

	if (!r)
		return;
	for (size_t k = 0; k < r->nr_keys; k++, comma = ",")
		fprintf(out, "%s%s", comma, field_name(r->keys[k]));
	for (size_t i = 0; i < columns_nr(opt); i++, comma = ",")
		fprintf(out, "%s%s", comma, column_name(columns_at(opt, i)));
	fputc('\n', out);
	for (size_t n = 0; n < report_shown(opt, r->nr, 0); n++) {
		const struct row *row = &r->row[n];

		comma = "";
		for (size_t k = 0; k < r->nr_keys; k++, comma = ",") {
			fputs(comma, out);
			if (row->keys[k].known)
				csv_text(out, row->keys[k].text);
		}
		for (size_t i = 0; i < columns_nr(opt); i++, comma = ",") {
			fputs(comma, out);
			csv_metric(out, columns_at(opt, i), &row->m, &r->sum);
		}
		fputc('\n', out);
	}
}
