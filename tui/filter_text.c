// SPDX-License-Identifier: GPL-2.0-only
#include "tui/filter_text.h"

#include <inttypes.h>
#include <string.h>

#include "profile/filter/filter.h"

static bool put(char out[FILTER_LEN], const char *text)
{
	size_t len = strlen(out);

	if (strlen(text) >= FILTER_LEN - len)
		return false;
	strcpy(out + len, text);
	return true;
}

/* && binds tighter than ||. */
static bool put_operand(char out[FILTER_LEN], const char *text)
{
	bool loose = strstr(text, "||");

	return (!loose || put(out, "(")) && put(out, text) && (!loose || put(out, ")"));
}

bool filter_join(char out[FILTER_LEN], const char *more)
{
	char joined[FILTER_LEN] = "";

	if (!*more)
		return true;
	if (!*out)
		return put(out, more);
	if (!put_operand(joined, out) || !put(joined, " && ") || !put_operand(joined, more))
		return false;
	strcpy(out, joined);
	return true;
}

bool filter_asks(const char *filter, uint64_t fields)
{
	struct filter *f = NULL;
	char why[256];
	bool asks = false;

	if (*filter && !filter_parse(&f, filter, why, sizeof(why)))
		asks = filter_fields(f) & fields;
	filter_free(f);
	return asks;
}

static bool is_kind(enum field f, const char *kind)
{
	static const char *const kinds[NR_FIELDS] = {
#define FIELD(id, name, kind, unit, what) [FIELD_##id] = #kind,
#include "profile/fields.def"
#undef FIELD
	};

	return !strcmp(kinds[f], kind);
}

static bool is_text(enum field f)
{
	return is_kind(f, "NAME") || is_kind(f, "WORD");
}

bool field_has_values(int field)
{
	enum field f = (enum field)field;

	return field >= 0 && (is_text(f) || (is_kind(f, "NUMBER") && !*field_unit(f)));
}

bool filter_word(const char *text, char out[FILTER_LEN])
{
	const char *quote = strchr(text, '"') ? "'" : "\"";

	*out = '\0';
	if (*text && !text[strcspn(text, " \t\n\r()&|!<>=\"'")])
		return put(out, text);
	return !strchr(text, *quote) && put(out, quote) && put(out, text) && put(out, quote);
}

static bool put_value(char out[FILTER_LEN], enum field f, const struct value *v)
{
	const char *quote = strchr(v->text, '"') ? "'" : "\"";

	/*
	 * A comparison with what is not there is false, so that ! of one which is true of
	 * all values finds it: "^" is, and "." is not of names that are no UTF-8.
	 */
	if (!v->known)
		return put(out, "!(") && put(out, field_name(f)) &&
		       put(out, is_text(f) ? "=~\"^\")" : ">=0)");
	if (!put(out, field_name(f)) || !put(out, "="))
		return false;
	if (!is_text(f))
		return put(out, v->text);
	return !strchr(v->text, *quote) && put(out, quote) && put(out, v->text) && put(out, quote);
}

bool filter_of_row(const struct rows *r, size_t i, char out[FILTER_LEN])
{
	*out = '\0';
	for (size_t k = 0; k < r->nr_keys; k++) {
		if (k && !put(out, " && "))
			return false;
		if (!put_value(out, r->keys[k], &r->row[i].keys[k]))
			return false;
	}
	return true;
}

bool filter_of_key(const struct rows *r, size_t i, size_t key, char out[FILTER_LEN])
{
	*out = '\0';
	return put_value(out, r->keys[key], &r->row[i].keys[key]);
}

bool filter_of_place(const char *symbol, const char *object, const uint64_t *offset,
		     char out[FILTER_LEN])
{
	struct value v = { .text = symbol, .known = true };
	char number[24];

	*out = '\0';
	if (!put_value(out, FIELD_SYMBOL, &v))
		return false;
	v.text = object;
	if (!put(out, " && ") || !put_value(out, FIELD_OBJECT, &v))
		return false;
	if (!offset)
		return true;
	snprintf(number, sizeof(number), "0x%" PRIx64, *offset);
	v.text = number;
	return put(out, " && ") && put_value(out, FIELD_OFFSET, &v);
}

void crumb_of_row(const struct rows *r, size_t i, char out[CRUMB_LEN])
{
	size_t len = 0;

	*out = '\0';
	for (size_t k = 0; k < r->nr_keys && len < CRUMB_LEN; k++) {
		const struct value *v = &r->row[i].keys[k];

		if (!v->known)
			continue;
		len += (size_t)snprintf(out + len, CRUMB_LEN - len, "%s%s%s%s", len ? " " : "",
					v->is_num ? field_name(r->keys[k]) : "",
					v->is_num ? " " : "", v->text);
	}
	if (!*out)
		strcpy(out, "(unknown)");
}
