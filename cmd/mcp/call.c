// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/cmd.h"
#include "cmd/mcp/answer.h"
#include "cmd/mcp/server.h"
#include "recording/recording.h"

#define JSON_DEPTH	64	/* of what commands write */

/* One call. */
struct call {
	struct server *s;
	enum tool_id tool;
	struct json_value arguments;
	struct opened recording[2];	/* .path and .symbols are borrowed if .id, else owned */
	struct chosen options;
	struct answer_part part[ANSWER_PARTS];
	size_t nr;			/* of these */
	char *err;
	size_t errlen;
};

/* A command line. */
struct words {
	char **word;		/* owned, as the list is; after the last one NULL */
	size_t nr;
	bool bad;		/* out of memory */
};

__attribute__((format(printf, 2, 3)))
static void add_word(struct words *w, const char *fmt, ...)
{
	char *text, **new;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	new = len < 0 ? NULL : array_add(w->word, w->nr);
	w->bad |= !new;
	if (new)
		*new = text;
	else if (len >= 0)
		free(text);
}

static void words_clear(struct words *w)
{
	for (size_t i = 0; i < w->nr; i++)
		free(w->word[i]);
	free(w->word);
}

/* The options that open a recording, as far as the command has them; side: "A=", "B=" or "". */
static void add_symbols(struct words *w, enum command_id command, const struct opened *o,
			const char *side)
{
	for (size_t i = 0; i < o->symbols.nr; i++) {
		const struct chosen_option *c = &o->symbols.list[i];
		struct option_value value;
		const struct option_row *row = options_find(command, c->option, &value);
		bool sided = row && !strncmp(row->argument, "[A=|B=]", strlen("[A=|B=]"));

		if (row)
			add_word(w, "--%s=%s%s", c->option, sided ? side : "", c->value);
	}
}

/* Does its JSON say how many rows there are?  Else answer_write() leaves rows out, and says so. */
static bool counts_rows(enum tool_id tool)
{
	return tool == TOOL_REPORT || tool == TOOL_ANNOTATE;
}

static void add_options(struct words *w, const struct call *c)
{
	for (size_t i = 0; i < c->options.nr; i++) {
		const struct chosen_option *o = &c->options.list[i];

		if (strcmp(o->option, "limit") || counts_rows(c->tool))
			add_word(w, "--%s%s%s", o->option, o->value ? "=" : "",
				 o->value ? o->value : "");
	}
}

/* The most rows of a table of the answer. */
static size_t limit_of(const struct call *c)
{
	for (size_t i = 0; i < c->options.nr; i++)
		if (!strcmp(c->options.list[i].option, "limit") && !counts_rows(c->tool))
			return strtoul(c->options.list[i].value, NULL, 10);
	return counts_rows(c->tool) ? TOOL_LIMIT_MAX : TOOL_LIMIT;
}

static void add_list(struct words *w, const char *list)
{
	const char *word;
	size_t len;

	while (next_word(&list, &word, &len))
		add_word(w, "%.*s", (int)len, word);
}

/* Options that are not given; a report of callers has neither keys nor columns. */
static void add_defaults(struct words *w, const struct call *c)
{
	bool calls = chosen_has(&c->options, "callers") || chosen_has(&c->options, "children");
	const char *list = tool_of(c->tool)->defaults, *word;
	char name[32];
	size_t len;

	while (next_word(&list, &word, &len)) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
		if (!chosen_has(&c->options, name) && (!calls || !strcmp(name, "limit")))
			add_word(w, "%.*s", (int)len, word);
	}
}

static void make_words(struct words *w, const struct call *c, const struct tool_run *run)
{
	const char *function = json_text(json_member(c->arguments, TOOL_FUNCTION));

	add_word(w, "%s", command_name(run->command));
	add_list(w, run->words);
	if (c->s->debuginfod && tool_of(c->tool)->recordings)
		add_word(w, "--debuginfod");
	if (tool_of(c->tool)->recordings)
		add_word(w, "--no-build-id-cache");
	for (unsigned int i = 0; i < tool_of(c->tool)->recordings; i++)
		add_symbols(w, run->command, &c->recording[i], i ? "B=" : "A=");
	if (c->tool != TOOL_OPEN)
		add_options(w, c);
	add_defaults(w, c);
	if (tool_of(c->tool)->recordings == 1)
		add_word(w, "--input=%s", c->recording[0].path);
	if (tool_of(c->tool)->recordings == 2 || function)
		add_word(w, "--");
	if (function)
		add_word(w, "%s", function);
	for (unsigned int i = 0; i < 2 && tool_of(c->tool)->recordings == 2; i++)
		add_word(w, "%s", c->recording[i].path);
	if (!array_add(w->word, w->nr))
		w->bad = true;
	else
		w->nr--;
}

static bool is_cancelled(void *arg)
{
	return server_look(arg);
}

static bool is_watching(void *arg)
{
	return messages_have_room(&((struct server *)arg)->in);
}

/* Standard error, or what happened if there is none; owned by the caller. */
static char *said(const struct child_result *r, uint64_t timeout)
{
	char *text = NULL;
	size_t len = r->errors.len;
	int ret = 0;

	while (len && r->errors.p[len - 1] == '\n')
		len--;
	switch (r->end) {
	case CHILD_EXITED:
		if (len)
			ret = asprintf(&text, "%.*s", (int)len, (const char *)r->errors.p);
		break;
	case CHILD_DIED:
		ret = asprintf(&text, "the command crashed with signal %d: the recording or a "
			       "symbol file is damaged in a way that is not handled", r->status);
		break;
	case CHILD_LATE:
		ret = asprintf(&text, "the command took longer than %llu s: filter by time, or "
			       "start the server with a longer --timeout",
			       (unsigned long long)timeout / 1000);
		break;
	case CHILD_TOO_MUCH:
		ret = asprintf(&text, "the command wrote more than %d MiB: give a smaller limit, "
			       "or a filter", CHILD_OUTPUT >> 20);
		break;
	case CHILD_CANCELLED:
		break;
	}
	return ret < 0 ? NULL : text;
}

/* Run one command of the tool into the next part. */
static int run_part(struct call *c, const struct tool_run *run)
{
	struct answer_part *part = &c->part[c->nr++];
	const struct child child = {
		.folders = tool_of(c->tool)->recordings ? &c->s->folders : NULL,
		.debuginfod = c->s->debuginfod, .timeout = c->s->timeout, .watch = c->s->in.fd,
		.cancelled = is_cancelled, .watching = is_watching, .arg = c->s,
	};
	struct child_result r = { 0 };
	struct words w = { 0 };
	int ret;

	make_words(&w, c, run);
	ret = w.bad ? -ENOMEM : c->s->run(&child, run->command, (int)w.nr, w.word, &r);
	words_clear(&w);
	*part = (struct answer_part){ .member = run->member, .drop = run->drop };
	if (!ret && r.end == CHILD_CANCELLED)
		ret = -ECANCELED;
	if (!ret) {
		part->warnings = said(&r, c->s->timeout);
		if (r.end == CHILD_EXITED && r.out.len)
			json_parse(c->s->json, (const char *)r.out.p, r.out.len, JSON_DEPTH,
				   &part->json);
		if (!part->json.known && !part->warnings)
			part->warnings = strdup("the command failed");
	}
	child_result_free(&r);
	return ret;
}

/* The archive of symbol files beside a recording is found without being named. */
static int check_archive(struct call *c, const char *word)
{
	char *archive, *path = NULL;
	int ret = asprintf(&archive, "%s" ARCHIVE_SUFFIX, word) < 0 ? -ENOMEM : 0;

	if (ret)
		return ret;
	ret = folders_find(&c->s->folders, archive, false, &path, c->err, c->errlen);
	free(archive);
	free(path);
	return ret == -ENOENT ? 0 : ret;
}

/* An id of open, or a path. */
static int find_recording(struct call *c, const char *argument, struct opened *out)
{
	const char *word = json_text(json_member(c->arguments, argument));
	const struct opened *o =
		word && c->tool != TOOL_OPEN ? opened_find(&c->s->opened, word) : NULL;
	int ret;

	if (!word)
		return call_refuse(c->err, c->errlen, "the argument %s is missing: it is text, the "
				   "path of a recording or an id from open", argument);
	if (o) {
		*out = *o;
		return 0;
	}
	ret = folders_find(&c->s->folders, word, false, &out->path, c->err, c->errlen);
	if (ret == -ENOENT && word[0] == 'r' && word[1] &&
	    !word[1 + strspn(word + 1, "0123456789")])
		return call_refuse(c->err, c->errlen,
				   "%.20s is not open, or not any more: call open again", word);
	ret = ret ?: check_archive(c, word);
	return ret && ret != -ENOMEM ? -EINVAL : ret;
}

static int find_recordings(struct call *c)
{
	unsigned int nr = tool_of(c->tool)->recordings;
	int ret = 0;

	for (unsigned int i = 0; i < nr && !ret; i++)
		ret = find_recording(c, nr == 1 ? "recording" : i ? "b" : "a", &c->recording[i]);
	if (!ret && c->tool == TOOL_ANNOTATE && json_member(c->arguments, TOOL_FUNCTION).known &&
	    !json_text(json_member(c->arguments, TOOL_FUNCTION)))
		ret = call_refuse(c->err, c->errlen, "%s takes text", TOOL_FUNCTION);
	return ret;
}

/* Does the answer have nothing but failures? */
static bool all_failed(const struct call *c)
{
	for (size_t i = 0; i < c->nr; i++)
		if (c->part[i].json.known)
			return false;
	return true;
}

/* Remember a recording that could be opened. */
static unsigned int keep(struct call *c)
{
	struct opened *o = &c->recording[0];
	unsigned int id = opened_add(&c->s->opened, o->path, &o->symbols);

	*o = (struct opened){ .id = id };
	return id;
}

static int run_tool(struct call *c, char **text, bool *failed)
{
	const struct tool_run *run;
	unsigned int id = 0;
	int ret = 0;

	for (size_t i = 0; (run = tool_run(c->tool, i)) && !ret; i++)
		ret = run_part(c, run);
	if (ret)
		return ret;
	*failed = all_failed(c);
	if (*failed) {
		*text = strdup(c->part[0].warnings ? c->part[0].warnings : "the command failed");
		return *text ? 0 : -ENOMEM;
	}
	if (c->tool == TOOL_OPEN)
		id = keep(c);
	ret = answer_write(c->part, c->nr, id, limit_of(c), text);
	if (ret != -E2BIG)
		return ret;
	free(*text);
	*failed = true;
	return asprintf(text, "the answer is larger than %d KiB: give a smaller limit, or a filter",
			ANSWER_BYTES >> 10) < 0 ? -ENOMEM : 0;
}

static void clear(struct call *c)
{
	for (size_t i = 0; i < 2; i++)
		if (!c->recording[i].id) {
			free(c->recording[i].path);
			chosen_clear(&c->recording[i].symbols);
		}
	for (size_t i = 0; i < c->nr; i++) {
		json_value_free(&c->part[i].json);
		free(c->part[i].warnings);
	}
	chosen_clear(&c->options);
}

int call_tool(struct server *s, struct json_value params, char **text, bool *failed, char *err,
	      size_t errlen)
{
	const char *name = json_text(json_member(params, "name"));
	struct call c = {
		.s = s, .tool = name ? tool_find(name) : NR_TOOLS, .err = err, .errlen = errlen,
		.arguments = json_member(params, "arguments"),
	};
	int ret;

	*text = NULL;
	if (c.tool == NR_TOOLS)
		return call_refuse(err, errlen, "no tool \"%.40s\": tools/list has their names",
				   name ? name : "");
	if (c.arguments.known && json_kind_of(c.arguments) != JSON_OBJECT)
		return call_refuse(err, errlen, "the arguments of %s must be an object", name);
	ret = find_recordings(&c) ?: call_options(s, c.tool, c.arguments, &c.options, err, errlen);
	if (ret == -EINVAL) {
		*failed = true;
		*text = strdup(err);
		ret = *text ? 0 : -ENOMEM;
	} else if (!ret) {
		if (c.tool == TOOL_OPEN) {
			c.recording[0].symbols = c.options;
			c.options = (struct chosen){ 0 };
		}
		ret = run_tool(&c, text, failed);
	}
	clear(&c);
	return ret;
}
