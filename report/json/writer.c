// SPDX-License-Identifier: GPL-2.0-only
#include "report/json/writer.h"

#include <string.h>

#include "report/escape.h"
#include "report/write.h"

/* Values nested deeper stay on their line, so that a row is one line. */
#define LINES_TO	3

_Static_assert(JSON_ONE_LINE > LINES_TO, "JSON_ONE_LINE begins on a line of its own");

static void put_escape(FILE *out, uint32_t code)
{
	if (code < 0x10000)
		fprintf(out, "\\u%04x", code);
	else
		fprintf(out, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10),
			0xdc00 + (code & 0x3ff));
}

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		if (!g.valid)
			fprintf(out, "\\\\x%02x", g.code); /* not valid text: write its byte */
		else if (g.code == '"' || g.code == '\\')
			fprintf(out, "\\%c", (int)g.code);
		else if (!g.safe)
			put_escape(out, g.code);
		else
			fwrite(text, 1, g.used, out);
		text += g.used;
	}
	fputc('"', out);
}

static void begin(struct json *j, const char *name)
{
	if (!j->first)
		fputc(',', j->out);
	if (j->depth && j->depth <= LINES_TO)
		fprintf(j->out, "\n%*s", (int)j->depth, "");
	j->first = false;
	if (!name)
		return;
	put_string(j->out, name);
	fputc(':', j->out);
}

void json_open(struct json *j, const char *name, char bracket)
{
	begin(j, name);
	fputc(bracket, j->out);
	j->depth++;
	j->first = true;
}

void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (!j->first && j->depth < LINES_TO)
		fprintf(j->out, "\n%*s", (int)j->depth, "");
	fputc(bracket, j->out);
	j->first = false;
}

void json_string(struct json *j, const char *name, const char *text)
{
	begin(j, name);
	if (text)
		put_string(j->out, text);
	else
		fputs("null", j->out);
}

void json_uint(struct json *j, const char *name, uint64_t v)
{
	begin(j, name);
	fprintf(j->out, "%llu", (unsigned long long)v);
}

void json_int(struct json *j, const char *name, int64_t v)
{
	begin(j, name);
	fprintf(j->out, "%lld", (long long)v);
}

void json_hex(struct json *j, const char *name, uint64_t v)
{
	begin(j, name);
	fprintf(j->out, "\"0x%llx\"", (unsigned long long)v);
}

void json_fixed(struct json *j, const char *name, double v, unsigned int decimals)
{
	char number[NUMBER_LEN];

	size_t len;

	begin(j, name);
	number_signed(number, v, decimals);
	/* Write 12.00 as the integer 12. */
	len = strlen(number);
	if (strchr(number, '.') && !strchr(number, 'e')) {
		while (number[len - 1] == '0')
			number[--len] = '\0';
		if (number[len - 1] == '.')
			number[--len] = '\0';
	}
	fputs(number, j->out);
}

void json_ms(struct json *j, const char *name, uint64_t ns)
{
	begin(j, name);
	fprintf(j->out, "%llu.%06llu", (unsigned long long)ns / 1000000,
		(unsigned long long)ns % 1000000);
}

void json_bool(struct json *j, const char *name, bool v)
{
	begin(j, name);
	fputs(v ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *name)
{
	begin(j, name);
	fputs("null", j->out);
}

void json_raw(struct json *j, const char *name, const char *source)
{
	begin(j, name);
	fputs(source, j->out);
}

bool json_known(struct json *j, const char *name, bool known)
{
	if (!known)
		json_null(j, name);
	return known;
}

void json_id(struct json *j, const char *name, int32_t id)
{
	if (json_known(j, name, id >= 0))
		json_int(j, name, id);
}
