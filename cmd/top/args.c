// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "cmd/top/top.h"

/* Fractions of a second are allowed. */
static int take_delay(struct options *o, const char *name, const char *value)
{
	struct top_args *a = o->args[ARGS_top];
	char *end;
	double n = strtod(value, &end);

	if (*value < '0' || *value > '9' || *end || !(n >= 0.1) || n > 3600)
		return options_fail(o, "--%s takes seconds from 0.1 to 3600, not '%.40s'", name,
				    value);
	a->delay_ms = (unsigned int)(n * 1000);
	return 0;
}

static option_take_fn *const takes[NR_OPTION_OWN] = {
	[OWN_DELAY] = take_delay,
};

static void set_defaults(struct top_args *a)
{
	static const enum field keys[] = { FIELD_WORLD, FIELD_VM, FIELD_COMM, FIELD_SYMBOL };

	*a = (struct top_args){ .delay_ms = 2000 };
	record_args_defaults(&a->record);
	report_args_defaults(&a->report, COMMAND_REPORT);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		a->report.by[a->report.nr_by++] = keys[i];
	/* a pager would stop at each interval */
	a->report.config.local_files = a->report.quiet = a->report.to.no_pager = true;
}

int top_args_parse(struct top_args *a, int argc, char **argv, char *err, size_t errlen)
{
	struct options o = {
		.command = COMMAND_TOP, .stop = true, .err = err, .errlen = errlen,
		.args = { [ARGS_top] = a, [ARGS_record] = &a->record, [ARGS_report] = &a->report,
			  [ARGS_output] = &a->report.to },
		.own = { takes, record_takes, report_takes },
	};
	int ret;

	set_defaults(a);
	ret = options_read(&o, argc, argv);
	a->help = o.help;
	if (ret || a->help)
		return ret;
	a->plain |= a->count || options_given(&o, "limit") || options_given(&o, "format") ||
		    options_given(&o, "color");
	return record_args_complete(&a->record, &o) ?: report_args_complete(&a->report, &o);
}

void top_args_free(struct top_args *a)
{
	record_args_free(&a->record);
	report_args_free(&a->report);
}
