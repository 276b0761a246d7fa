// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/dump/dump.h"
#include "cmd/options/options.h"
#include "cmd/options/report_options.h"
#include "cmd/options/values.h"
#include "profile/filter/filter.h"

/* "STREAM:OFFSET", with the offset as printed in text (0x40) or in CSV. */
static int take_at(struct options *o, const char *name, const char *value)
{
	struct dump_args *a = o->args[ARGS_dump];
	char *end = NULL;

	errno = 0;
	if (*value >= '0' && *value <= '9')
		a->at.stream = strtoull(value, &end, 10);
	if (end && *end == ':' && end[1] >= '0' && end[1] <= '9')
		a->at.offset = strtoull(end + 1, &end, strncmp(end + 1, "0x", 2) ? 10 : 16);
	else
		end = NULL;
	a->at.given = end && !*end && !errno;
	return a->at.given ? 0 : options_fail(o, "--%s takes STREAM:OFFSET, such as 0:0x40, not "
					      "'%.40s'", name, value);
}

static int take_filter(struct options *o, const char *name, const char *value)
{
	struct dump_args *a = o->args[ARGS_dump];

	return option_filter(o, name, value, &a->filter);
}

static int add_field(struct options *o, const char *name, const char *word, size_t len, void *arg)
{
	struct dump_args *a = arg;
	struct dump_field *new = array_add(a->fields, a->nr_fields);
	unsigned int nr = 0;

	if (!new)
		return -ENOMEM;
	if (dump_field_find(new, word, len))
		return 0;
	while (dump_field_name(nr))
		nr++;
	return option_no_word(o, "field", word, len, dump_field_name, nr, "keys");
}

static int take_fields(struct options *o, const char *name, const char *value)
{
	struct dump_args *a = o->args[ARGS_dump];

	a->nr_fields = 0;
	return option_list(o, name, value, add_field, a);
}

static option_take_fn *const takes[NR_OPTION_OWN] = {
	[OWN_AT] = take_at, [OWN_DUMP_FILTER] = take_filter, [OWN_FIELDS] = take_fields,
};

static int complete(struct dump_args *a, struct options *o)
{
	bool named = options_given(o, "input");

	((struct report_args *)o->args[ARGS_report])->input_usual = !named && !o->nr_rest;
	if (o->nr_rest > !named)
		return options_fail(o, "unexpected '%.40s': dump reads one recording at a "
				    "time", o->rest[o->nr_rest - 1]);
	if (o->nr_rest)
		a->input = *o->rest;
	if (a->nr_fields && options_given(o, "packets"))
		return options_fail(o, "--fields is for samples: leave --packets out");
	if (a->nr_fields)
		a->what = DUMP_SAMPLES;
	if (a->csv && a->what == DUMP_PACKETS)
		return options_fail(o, "packets have no CSV form: add --records or --samples");
	if (a->filter && a->what == DUMP_PACKETS)
		return options_fail(o, "--filter chooses samples: add --records or --samples");
	return 0;
}

int dump_args_parse(struct dump_args *a, struct report_args *r, int argc, char **argv, char *err,
		    size_t errlen)
{
	struct options o = {
		.command = COMMAND_DUMP, .args = { [ARGS_dump] = a, [ARGS_output] = &a->to, [ARGS_report] = r }, .own = { takes, report_takes },
		.err = err, .errlen = errlen,
	};
	int ret;

	report_args_defaults(r, COMMAND_DUMP);
	r->config.progress = false;
	*a = (struct dump_args){ .input = "perf.data", .cpu = -1, .limit = UINT64_MAX };
	ret = options_read(&o, argc, argv);
	a->help = o.help;
	return ret || a->help ? ret : complete(a, &o);
}

void dump_args_free(struct dump_args *a)
{
	filter_free(a->filter);
	free(a->fields);
}
