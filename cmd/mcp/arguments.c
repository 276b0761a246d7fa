// SPDX-License-Identifier: GPL-2.0-only
/* Arguments of a tool's call as options of a command. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cmd/mcp/server.h"

struct taking {
	struct server *s;
	enum tool_id tool;
	struct chosen *out;
	char *err;
	size_t errlen;
};

int call_refuse(char *err, size_t errlen, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errlen, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* Takes ownership of value. */
static int add(const struct taking *t, const struct argument *a, char *value)
{
	if (!chosen_add(t->out, a->option, value))
		return 0;
	return call_refuse(t->err, t->errlen, "more than %d options", CHOSEN_MAX);
}

/* Before the path: "[VM=]" of a guest, which must precede a slash. */
static size_t prefix_of(const struct argument *a, const char *text)
{
	const char *equals = strchr(text, '='), *slash = strchr(text, '/');

	if (strncmp(a->row->argument, "[VM=]", 5) || !equals || (slash && slash < equals))
		return 0;
	return (size_t)(equals - text) + 1;
}

/* "[VM=]FILE[@SLIDE]" with the path of a file that may be read. */
static int take_path(const struct taking *t, const struct argument *a, const char *text)
{
	size_t prefix = prefix_of(a, text);
	char *word = strdup(text + prefix), *slide = NULL, *path = NULL, *value;
	int ret = word ? folders_find(&t->s->folders, word, a->folder, &path, t->err, t->errlen) :
			 -ENOMEM;

	if (ret == -ENOENT && a->row->argument[strlen(a->row->argument) - 1] == ']')
		slide = strrchr(word, '@');
	if (slide) {
		*slide = '\0';
		ret = folders_find(&t->s->folders, word, a->folder, &path, t->err, t->errlen);
	}
	if (!ret && asprintf(&value, "%.*s%s%s%s", (int)prefix, text, path, slide ? "@" : "",
			     slide ? slide + 1 : "") < 0)
		ret = -ENOMEM;
	free(word);
	free(path);
	return ret == -ENOMEM ? ret : ret ? -EINVAL : add(t, a, value);
}

static int take_text(const struct taking *t, const struct argument *a, struct json_value v)
{
	const char *text = json_text(v);
	char *value;

	if (!text)
		return call_refuse(t->err, t->errlen, "%s takes text", a->name);
	if (a->file || a->folder)
		return take_path(t, a, text);
	value = strdup(text);
	return value ? add(t, a, value) : -ENOMEM;
}

static int take_texts(const struct taking *t, const struct argument *a, struct json_value v)
{
	int ret = 0;

	if (json_kind_of(v) != JSON_ARRAY)
		return take_text(t, a, v);
	for (size_t i = 0; i < json_length(v) && !ret; i++)
		ret = take_text(t, a, json_element(v, i));
	return ret;
}

/* A list of names, or the text that options have. */
static int take_names(const struct taking *t, const struct argument *a, struct json_value v)
{
	struct buffer b = { 0 };

	if (json_kind_of(v) != JSON_ARRAY)
		return take_text(t, a, v);
	for (size_t i = 0; i < json_length(v); i++) {
		const char *name = json_text(json_element(v, i));

		if (!name) {
			buffer_free(&b);
			return call_refuse(t->err, t->errlen, "%s takes a list of names", a->name);
		}
		if (i)
			buffer_add(&b, ",", 1);
		buffer_add(&b, name, strlen(name));
	}
	buffer_add(&b, "", 1);
	if (!b.bad)
		return add(t, a, (char *)b.p);
	buffer_free(&b);
	return -ENOMEM;
}

static int take_number(const struct taking *t, const struct argument *a, struct json_value v)
{
	bool limit = !strcmp(a->option, "limit");
	char *value;
	int64_t n;

	if (!json_number(v, &n) || n < 0)
		return call_refuse(t->err, t->errlen, "%s takes a whole number", a->name);
	if (limit && (n < 1 || n > TOOL_LIMIT_MAX))
		return call_refuse(t->err, t->errlen, "limit takes a whole number from 1 to %d",
				   TOOL_LIMIT_MAX);
	return asprintf(&value, "%" PRId64, n) < 0 ? -ENOMEM : add(t, a, value);
}

static int take_flag(const struct taking *t, const struct argument *a, struct json_value v)
{
	if (json_kind_of(v) != JSON_BOOL)
		return call_refuse(t->err, t->errlen, "%s takes true or false", a->name);
	return json_true(v) ? add(t, a, NULL) : 0;
}

static int take(const struct taking *t, const struct argument *a, struct json_value v)
{
	switch (a->type) {
	case ARGUMENT_FLAG:
		return take_flag(t, a, v);
	case ARGUMENT_NUMBER:
		return take_number(t, a, v);
	case ARGUMENT_KEYS:
	case ARGUMENT_COLUMNS:
		return take_names(t, a, v);
	case ARGUMENT_TEXTS:
		return take_texts(t, a, v);
	case ARGUMENT_WORD:
	case ARGUMENT_TEXT:
		break;
	}
	return take_text(t, a, v);
}

/* The arguments that are no options. */
static bool is_other(enum tool_id tool, const char *name)
{
	unsigned int recordings = tool_of(tool)->recordings;

	return (tool == TOOL_ANNOTATE && !strcmp(name, TOOL_FUNCTION)) ||
	       (recordings == 1 && !strcmp(name, "recording")) ||
	       (recordings == 2 && (!strcmp(name, "a") || !strcmp(name, "b")));
}

static int take_member(void *arg, const char *name, struct json_value v)
{
	const struct taking *t = arg;
	struct argument a;

	if (is_other(t->tool, name) || json_kind_of(v) == JSON_NULL)
		return 0;
	for (size_t i = 0; tool_argument(t->tool, i, &a); i++)
		if (!strcmp(a.name, name))
			return take(t, &a, v);
	return call_refuse(t->err, t->errlen,
			   "%s has no argument \"%.40s\"; tools/list has its arguments",
			   tool_of(t->tool)->name, name);
}

int call_options(struct server *s, enum tool_id tool, struct json_value arguments,
		 struct chosen *out, char *err, size_t errlen)
{
	struct taking t = { s, tool, out, err, errlen };

	*out = (struct chosen){ 0 };
	return json_each(arguments, take_member, &t);
}
