// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/top_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/option_help.h"

/* Options of report that say how text is to be, and those that make no sense for our files. */
#define OF_TEXT		" limit format color "
#define NOT_OURS	" input output quiet no-progress help "

static const struct report_option {
	const char *name;
	bool has_value;
} report_options[] = {
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) { name, (argument) != NULL },
#include "cmd/report_options.def"
#undef OPTION
#undef GROUP
};

/* One of those, as a word of the command line; *value: where its own value begins. */
static const struct report_option *find_option(const char *word, const char **value)
{
	char spaced[64];
	size_t len;

	if (strncmp(word, "--", 2))
		return NULL;
	word += 2;
	len = strcspn(word, "=");
	snprintf(spaced, sizeof(spaced), " %.*s ", (int)len, word);
	*value = word[len] ? word + len + 1 : NULL;
	for (size_t i = 0; i < sizeof(report_options) / sizeof(report_options[0]); i++) {
		const struct report_option *o = &report_options[i];

		if (strlen(o->name) == len && !memcmp(o->name, word, len))
			return strstr(NOT_OURS, spaced) ? NULL : o;
	}
	return NULL;
}

struct parser {
	struct top_args *a;
	int argc, at;		/* at: the word that is read */
	char **argv;
	int nr_rest;
	char *err;
	size_t errlen;
};

static int add_report(struct parser *p, char *word)
{
	if (p->a->nr_report == TOP_REPORT_MAX) {
		snprintf(p->err, p->errlen, "more than %d words for the report", TOP_REPORT_MAX);
		return -EINVAL;
	}
	p->a->report[p->a->nr_report++] = word;
	return 0;
}

static int take_report(struct parser *p, const struct report_option *o, const char *value)
{
	bool apart = o->has_value && !value;
	int ret = add_report(p, p->argv[p->at]);
	char spaced[64];

	snprintf(spaced, sizeof(spaced), " %s ", o->name);
	p->a->plain |= strstr(OF_TEXT, spaced) != NULL;
	if (apart && p->at + 1 == p->argc) {
		snprintf(p->err, p->errlen, "--%s needs a value", o->name);
		return -EINVAL;
	}
	if (!ret && apart)
		ret = add_report(p, p->argv[++p->at]);
	value = apart ? p->argv[p->at] : value;
	if (!strcmp(o->name, "format") && value && strcmp(value, "text"))
		p->a->head = false;
	return ret;
}

/* A whole number of units in word, or a part of one; false: it is none. */
static bool read_number(const char *word, double most, double *out)
{
	char *end;

	*out = word ? strtod(word, &end) : 0;
	return word && *word >= '0' && *word <= '9' && !*end && *out <= most;
}

/* --plain, and -d, -n and --keep with their values.  1: it is one; 0; -EINVAL. */
static int take_own(struct parser *p)
{
	const char *word = p->argv[p->at], *value = p->at + 1 < p->argc ? p->argv[p->at + 1] : NULL;
	struct top_args *a = p->a;
	double n;

	if (!strcmp(word, "--plain")) {
		a->plain = true;
		return 1;
	}
	if (!strcmp(word, "-d") || !strcmp(word, "--delay")) {
		if (!read_number(value, 3600, &n) || n < 0.1) {
			snprintf(p->err, p->errlen, "%s takes seconds from 0.1 to 3600", word);
			return -EINVAL;
		}
		a->delay_ms = (unsigned int)(n * 1000);
	} else if (!strcmp(word, "-n") || !strcmp(word, "--count")) {
		if (!read_number(value, 1e9, &n) || n < 1 || n != (unsigned int)n) {
			snprintf(p->err, p->errlen, "%s takes a number of screens from 1", word);
			return -EINVAL;
		}
		a->count = (unsigned int)n;
		a->plain = true;
	} else if (!strcmp(word, "--keep")) {
		if (!value) {
			snprintf(p->err, p->errlen, "--keep takes a folder");
			return -EINVAL;
		}
		a->keep = value;
	} else {
		return 0;
	}
	p->at++;
	return 1;
}

static int take_word(struct parser *p)
{
	const struct report_option *o;
	const char *value;
	int ret = take_own(p);

	if (ret)
		return ret < 0 ? ret : 0;
	o = find_option(p->argv[p->at], &value);
	if (o)
		return take_report(p, o, value);
	p->a->rest[p->nr_rest++] = p->argv[p->at];
	return 0;
}

/* What record would do and top cannot. */
static int check(struct parser *p)
{
	const struct record_args *r = &p->a->record;
	const char *wrong = r->rotate_ms || r->rotate_size ? "--rotate: the delay is that of -d" :
			    strcmp(r->output, "perf.data") ? "--output: --keep FOLDER keeps all" :
			    r->overwrite ? "--overwrite: --keep FOLDER keeps all" :
			    !r->spe ? "--no-spe: without samples there are no rows" : NULL;

	if (wrong)
		snprintf(p->err, p->errlen, "not %s", wrong);
	return wrong ? -EINVAL : 0;
}

int top_args_parse(struct top_args *a, int argc, char **argv, char *err, size_t errlen)
{
	struct parser p = { .a = a, .argc = argc, .argv = argv, .err = err, .errlen = errlen };
	static char *const defaults[] = { "--by", "world,vm,comm,symbol" };
	int ret = 0;

	*a = (struct top_args){ .head = true, .delay_ms = 2000 };
	a->rest = calloc((size_t)argc + 1, sizeof(*a->rest));
	if (!a->rest)
		return -ENOMEM;
	/* What is given again later counts. */
	for (size_t i = 0; i < 2; i++)
		add_report(&p, defaults[i]);
	a->rest[p.nr_rest++] = argv[0];
	for (p.at = 1; !ret && p.at < argc && strcmp(argv[p.at], "--"); p.at++)
		ret = take_word(&p);
	for (; !ret && p.at < argc; p.at++)
		a->rest[p.nr_rest++] = argv[p.at];
	ret = ret ?: record_args_parse(&a->record, p.nr_rest, a->rest, err, errlen);
	return ret || a->record.help ? ret : check(&p);
}

void top_args_free(struct top_args *a)
{
	free(a->rest);
	a->rest = NULL;
	record_args_free(&a->record);
}

void top_args_help(FILE *out)
{
	fputs("usage: spelunk top [options] [-- COMMAND [ARG...]]\n\n"
	      "Record with Arm SPE what the CPUs do, and show every few seconds whose\n"
	      "operations those were: on a terminal as screens (spelunk tui), elsewhere the rows\n"
	      "of `spelunk report` for that time.\n"
	      "\nWhen:\n", out);
	option_help(out, 'd', "delay", "SECONDS", "between screens (2)");
	option_help(out, 'n', "count", "N", "so many screens (until interrupted, or COMMAND's end)");
	option_help(out, 0, "plain", NULL, "rows on a terminal, too, and no screens; -n, --limit, --format\n"
		    "and --color mean that as well");
	option_help(out, 0, "keep", "FOLDER", "keep each screen's recording there: top.data,\n"
		    "top.data.1, ...");
	fputs("\nWhat is recorded: options of `spelunk record`, but --output, --rotate and\n"
	      "--no-spe.  What is shown: options of `spelunk report`, such as --by (world,vm,\n"
	      "comm,symbol), --filter, --sort, --limit and --guest; not --input and --output.\n"
	      "A command stands behind --.\n"
	      "\nexamples:\n"
	      "  spelunk top -a\n"
	      "  spelunk top -a -d 5 --by vm,vcpu,symbol --filter world=guest --guest vmlinux\n"
	      "  spelunk top -n 1 --format csv -- ./program\n", out);
}
