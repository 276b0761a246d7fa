// SPDX-License-Identifier: GPL-2.0-only
#include "tui/filter_text.h"

#include <inttypes.h>
#include <stdlib.h>
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

/* Add an operand of &&, which binds tighter than ||. */
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

#define TERMS_MAX	32

/* FIELD=VALUE, of a field whose samples have one value each; borrowed from the filter. */
struct term {
	const char *text;
	size_t len;			/* bytes of all */
	enum field field;
	const char *value;		/* without quotes */
	size_t value_len;
};

/* Where the operand that begins there ends: behind it is "&&", "||", or nothing. */
static const char *operand_end(const char *at)
{
	unsigned int depth = 0;
	char quote = '\0';

	for (; *at; at++) {
		if (quote)
			quote = *at == quote ? '\0' : quote;
		else if (*at == '"' || *at == '\'')
			quote = *at;
		else if (*at == '(')
			depth++;
		else if (*at == ')' && depth)
			depth--;
		else if (!depth && (!strncmp(at, "&&", 2) || !strncmp(at, "||", 2)))
			break;
	}
	return at;
}

/* false: it is something else. */
static bool read_term(const char *at, const char *end, struct term *t)
{
	size_t name = strcspn(at, " =!<>~()");
	int field = field_find(at, name);
	const char *value = at + name + 1;

	while (end > at && end[-1] == ' ')
		end--;
	if (field < 0 || value >= end || at[name] != '=' || strchr("=~", *value) ||
	    (field != FIELD_WORLD && !is_kind((enum field)field, "NAME") &&
	     !is_kind((enum field)field, "NUMBER")))
		return false;
	*t = (struct term){ at, (size_t)(end - at), (enum field)field, value, (size_t)(end - value) };
	if (strchr("\"'", *value) && t->value_len > 1) {
		t->value++;
		t->value_len -= 2;
	}
	return true;
}

/* 0: they are not joined by && alone. */
static size_t read_terms(const char *filter, struct term out[TERMS_MAX])
{
	size_t nr = 0;

	for (const char *at = filter, *end; *at; at = *end ? end + 2 : end) {
		at += strspn(at, " ");
		end = operand_end(at);
		if (!strncmp(end, "||", 2))
			return 0;
		if (nr < TERMS_MAX && read_term(at, end, &out[nr]))
			nr++;
	}
	return nr;
}

/* "guest" is all of "guest-kernel". */
static bool holds(const struct term *x, const struct term *y)
{
	return x->value_len <= y->value_len && !strncmp(x->value, y->value, x->value_len) &&
	       (x->value_len == y->value_len || y->value[x->value_len] == '-');
}

static bool is_number(const struct term *t)
{
	char *end;

	strtoull(t->value, &end, 0);
	return end == t->value + t->value_len;
}

static bool excludes(const struct term *x, const struct term *y)
{
	if (x->field != y->field)
		return false;
	/* a VM's name and its number do not exclude each other */
	if (is_kind(x->field, "NUMBER") && (is_number(x) || is_number(y)))
		return is_number(x) && is_number(y) &&
		       strtoull(x->value, NULL, 0) != strtoull(y->value, NULL, 0);
	return !holds(x, y) && !holds(y, x);
}

bool filter_contradicts(const char *filter, char first[FILTER_LEN], char second[FILTER_LEN])
{
	struct term t[TERMS_MAX];
	size_t nr = read_terms(filter, t);

	for (size_t i = 0; i < nr; i++)
		for (size_t k = i + 1; k < nr; k++) {
			if (!excludes(&t[i], &t[k]))
				continue;
			snprintf(first, FILTER_LEN, "%.*s", (int)t[i].len, t[i].text);
			snprintf(second, FILTER_LEN, "%.*s", (int)t[k].len, t[k].text);
			return true;
		}
	return false;
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
	 * To select unknown values, negate a comparison that is true for every value, because
	 * comparisons with a missing field are false.  "^" always matches; "." does not match
	 * invalid UTF-8.
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
