// SPDX-License-Identifier: GPL-2.0-only
/* The changes from another recording to this one, as printed by `spelunk diff`. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/quote.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

/* With this width counts and intervals fit, too. */
#define WIDE		150
#define CHANGES_MAX	1000	/* maximum rows of samples */

/*
 * Code without a symbol is one row when two recordings are compared, because its addresses may
 * differ (profile_query.together); in one recording it is named by address.
 */
static bool take_addresses(char filter[FILTER_LEN])
{
	static const char none[] = "!(symbol=~\"^\")";
	static const char both[] = "(!(symbol=~\"^\") || symbol=~\"^0x\")";
	char *at = strstr(filter, none), rest[FILTER_LEN];

	if (!at)
		return true;
	if (strlen(filter) + sizeof(both) - sizeof(none) >= FILTER_LEN)
		return false;
	strcpy(rest, at + strlen(none));
	strcpy(stpcpy(at, both), rest);
	return true;
}

/* Enter shows a line's samples in this recording. */
static void zoom_line(struct lines *l, const struct diff_line *line)
{
	struct text_line *last = &l->line[l->nr - 1];
	char filter[FILTER_LEN], crumb[CRUMB_LEN];

	if (line->row) {
		/* the last key is the time slice, used for the statistics */
		const struct rows one = {
			.keys = line->rows->keys, .nr_keys = line->rows->nr_keys - 1, .nr = 1,
			.row = (struct row *)line->row,
		};

		last->by_keys = true;
		crumb_of_row(&one, 0, crumb);
		if (!filter_of_row(&one, 0, filter) || !take_addresses(filter))
			return;
	} else if (line->reason && line->pid >= 0) {
		snprintf(filter, sizeof(filter), "reason=%s && pid=%d", line->reason, line->pid);
		snprintf(crumb, sizeof(crumb), "%s", line->reason);
	} else {
		return;
	}
	lines_zoom(l, last, filter, crumb);
}

/* More cost is bad; for accounts of a vCPU's time, less of one is more of another. */
static enum role role_of(const struct diff_line *line)
{
	bool costs = line->row || line->reason;

	return !line->change ? ROLE_TEXT : !costs ? ROLE_WARM : line->change > 0 ? ROLE_BAD : ROLE_GOOD;
}

/* A table's first line is preceded by two lines of titles. */
static void take_line(void *arg, const struct diff_line *line)
{
	struct text *t = arg;
	struct lines *l = t->lines;
	size_t before = l->nr;

	text_lines(t);
	if (!l->nr)
		return;
	for (size_t i = before + 1 < l->nr && l->nr > 2 ? l->nr - 3 : l->nr; i + 1 < l->nr; i++)
		l->line[i].role = ROLE_HEADER;
	l->line[l->nr - 1].role = role_of(line);
	zoom_line(l, line);
}

static void build(struct app *a, struct text *t)
{
	const struct diff_listener who = { take_line, t, t->width < WIDE };

	t->opt.width = (unsigned int)t->page.width;
	t->opt.limit = CHANGES_MAX;
	if (diff_tables_visit(t->page.out, a->result->changes, &t->opt, &who))
		t->lines->failed = true;
	text_lines(t);
	if (who.narrow)
		lines_add(t->lines, ROLE_DIM,
			  "  150 columns show samples, their share's * and intervals, too; w writes all.");
}

/* Opening */

static bool can_compare(struct app *a, const struct level *l)
{
	const uint64_t time = 1ull << FIELD_TIME | 1ull << FIELD_SLICE;

	if (filter_asks(l->filter, time) || filter_asks(a->zoom.filter, time))
		app_say(a, true, "a time range exists in one recording only: zoom out of it "
			"first, or F");
	else if (view_rows[l->view].ops->has_keys && l->nr_keys == PROFILE_KEYS)
		app_say(a, true, "compares by at most %d keys: g chooses fewer", PROFILE_KEYS - 1);
	else
		return true;
	return false;
}

/* A short name for the level. */
static void name_level(const struct app *a, struct level *l)
{
	const char *path = a->changes.other, *slash = strrchr(path, '/');

	snprintf(l->crumb, sizeof(l->crumb), "changes since %.70s", slash ? slash + 1 : path);
}

static bool changes_open(struct app *a)
{
	struct level *top = app_top(a), next = *top;
	const struct view_ops *ops = app_view(a);

	if (!can_compare(a, top))
		return false;
	if (top->view != VIEW_CHANGES) {
		if (a->zoom.depth == DEPTH_MAX) {
			zoom_say_deep(a);
			return false;
		}
		if (!filter_join(next.filter, ops->filter ? ops->filter : "")) {
			app_say(a, true, "the filters together are too long: zoom out, or F");
			return false;
		}
		level_view(&next, VIEW_CHANGES, a->cfg);
		if (ops->has_keys)
			level_keys(&next, top->keys, top->nr_keys);
		next.base = a->zoom.depth - 1;
		a->zoom.level[a->zoom.depth++] = next;
	}
	name_level(a, app_top(a));
	return true;
}

/* Opening anything but a regular file may block. */
static const char *why_no_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) || access(path, R_OK))
		return strerror(errno);
	return S_ISREG(st.st_mode) ? NULL : "not a file";
}

bool changes_from(struct app *a, const char *path)
{
	const char *why = why_no_file(path);
	char before[FILTER_LEN];

	if (why) {
		app_say(a, true, "%.200s: %s", path, why);
		return false;
	}
	strcpy(before, a->changes.other);
	snprintf(a->changes.other, sizeof(a->changes.other), "%s", path);
	a->stopped = false;
	if (changes_open(a))
		return true;
	strcpy(a->changes.other, before);
	return false;
}

static void ask(struct app *a)
{
	prompt_open(a, ASK_OTHER);
}

/* Leaving */

/* Return to the compared view, and abandon a comparison in progress. */
static void leave(struct app *a)
{
	if (!a->result)
		passes_cancel(a->passes);
	if (a->zoom.depth > 1)
		a->zoom.depth--;
	else
		level_view(app_top(a), VIEW_OVERVIEW, a->cfg);
}

static void failed(struct app *a, struct pass_result *r)
{
	/* the file may have changed the next time */
	passes_forget(a->passes, r);
	leave(a);
	app_update(a);
}

/* The level below has the view that was compared. */
static void unfilter(struct app *a)
{
	size_t depth = a->zoom.depth;

	zoom_none(a, a->zoom.level[depth > 1 ? depth - 2 : 0].view);
	changes_open(a);
}

static bool act(struct app *a, enum action action)
{
	switch (action) {
	case ACTION_BACK:	leave(a); break;
	case ACTION_UNFILTER:	unfilter(a); break;
	default:		return false;
	}
	return true;
}

/*
 * The view
 */

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	strcpy(q->other, a->changes.other);
}

/* The former recording comes first. */
static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	const char *path = a->cfg->data.info->path;

	fputs("spelunk diff", out);
	command_keys(out, app_level(a));
	fprintf(out, " --limit %d", CHANGES_MAX);
	command_filter(out, q->filter);
	fprintf(out, "%s -- ", a->cfg->symbol_arguments);
	quote_word(out, q->other);
	fputc(' ', out);
	quote_word(out, path ? path : "");
}

static int write_tables(const struct app *a, FILE *out, struct report_data *d,
			struct report_options *opt)
{
	return diff_tables_write(out, a->result->changes, opt);
}

const struct view_ops view_changes = {
	.body = &lines_body, .build = build,
	VIEW_KEYS(FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT),
	.query = query, .failed = failed, .has_keys = true, .is_unlisted = true, .is_held = true,
	.open = ask, .leave = leave, .act = act, .view_menu = VIEW_ACTIONS(ACTION_GROUPING),
	.command = command, .write = write_tables,
};
