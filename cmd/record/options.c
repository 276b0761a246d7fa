// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/record/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options/values.h"
#include "decoder/names.h"

/*
 * Options
 */

/* Set a value that is an error if the PMU lacks the setting. */
static void must(struct options *o, enum spe_knob knob, uint64_t value)
{
	struct record_args *a = o->args[ARGS_record];

	a->wish.value[knob] = value;
	a->wish.must |= 1u << knob;
}

static const char *event_word(unsigned int bit)
{
	return spe_event_name(bit) ?: "";
}

static int take_event(struct options *o, const char *name, const char *word, size_t len, void *to)
{
	uint64_t *mask = to;
	int bit = spe_event_find(word, len);

	if (bit < 0)
		return option_no_word(o, "event", word, len, event_word, 64, "filter");
	*mask |= 1ULL << bit;
	return 0;
}

static int take_events(struct options *o, const char *name, const char *value)
{
	uint64_t mask = 0;
	int ret = option_list(o, name, value, take_event, &mask);

	must(o, SPE_KNOB_EVENTS, mask);
	return ret;
}

static int take_not_events(struct options *o, const char *name, const char *value)
{
	uint64_t mask = 0;
	int ret = option_list(o, name, value, take_event, &mask);

	must(o, SPE_KNOB_NOT_EVENTS, mask);
	return ret;
}

static int take_kind(struct options *o, const char *name, const char *word, size_t len, void *to)
{
	static const struct { const char *name; enum spe_knob knob; } kinds[] = {
		{ "loads", SPE_KNOB_LOADS }, { "stores", SPE_KNOB_STORES },
		{ "branches", SPE_KNOB_BRANCHES },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == len && !memcmp(kinds[i].name, word, len)) {
			must(o, kinds[i].knob, 1);
			return 0;
		}
	return options_fail(o, "--%s takes loads, stores, branches, not '%.*s'", name,
			    len < 40 ? (int)len : 40, word);
}

static int take_only(struct options *o, const char *name, const char *value)
{
	return option_list(o, name, value, take_kind, NULL);
}

static int take_rotate(struct options *o, const char *name, const char *value)
{
	struct record_args *a = o->args[ARGS_record];

	return option_size_or_time(o, name, value, &a->rotate_size, &a->rotate_ms);
}

option_take_fn *const record_takes[NR_OPTION_OWN] = {
	[OWN_ONLY] = take_only, [OWN_EVENTS] = take_events, [OWN_NOT_EVENTS] = take_not_events,
	[OWN_ROTATE] = take_rotate,
};

/* The command line */

/* Tasks may be selected in one way only. */
static int check_target(const struct record_args *a, struct options *o)
{
	bool tasks = a->pids.nr || a->tids.nr || a->vm, cgroup = a->cgroup || a->pod;

	if (!!a->pids.nr + !!a->tids.nr + !!a->vm + !!a->cgroup + !!a->pod > 1)
		return options_fail(o, "give one of --pid, --tid, --vm, --cgroup and --pod");
	if (cgroup && a->all)
		return options_fail(o, "--cgroup and --pod record a part of all tasks: leave -a out");
	if (tasks && (a->all || a->command))
		return options_fail(o, "--pid, --tid and --vm record these tasks: leave %s out",
			    a->all ? "-a" : "the command");
	if (a->wish.exclude_user && a->wish.exclude_kernel)
		return options_fail(o, "--user-only and --kernel-only leave nothing to sample");
	if (a->wish.no_host && !a->wish.guests)
		return options_fail(o, "--no-host leaves nothing to sample without --guests");
	if (a->physical && a->not_physical)
		return options_fail(o, "give one of --physical and --virtual");
	if (!a->kvm && a->kvm_must)
		return options_fail(o, "--no-kvm contradicts --kvm and --exits: leave it out");
	return 0;
}

static int check_files(struct record_args *a, struct options *o)
{
	bool rotate = a->rotate_ms || a->rotate_size;

	if ((rotate || a->overwrite) && !strcmp(a->output, "-"))
		return options_fail(o, "--%s writes files: name them with --output",
			    rotate ? "rotate" : "overwrite");
	if (a->overwrite && (rotate || a->size))
		return options_fail(o, "--overwrite writes only on request: leave --%s out",
			    rotate ? "rotate" : "size");
	if (a->last && !a->overwrite)
		return options_fail(o, "--last requires --overwrite: it says how much is saved");
	if (a->overwrite && !a->last)
		a->last = 10000;
	return 0;
}

/* The recordings of other machines come here, each as one complete file. */
static int check_remote(struct record_args *a, struct options *o)
{
	static const char *const only_on[] = { "program", "archive", "ssh", "sudo" };
	static const char *const only_here[] = { "rotate", "overwrite", "cpu-table" };

	for (size_t i = 0; !a->on && i < sizeof(only_on) / sizeof(only_on[0]); i++)
		if (options_given(o, only_on[i]))
			return options_fail(o, "--%s requires --on", only_on[i]);
	if (!a->on)
		return 0;
	for (size_t i = 0; i < sizeof(only_here) / sizeof(only_here[0]); i++)
		if (options_given(o, only_here[i]))
			return options_fail(o, "--%s works only on this machine: leave it or --on out",
					    only_here[i]);
	if (!options_given(o, "output"))
		a->output = ".";
	if (!strcmp(a->output, "-"))
		return options_fail(o, "--on writes a file for each host: name their folder with --output");
	return 0;
}

void record_args_defaults(struct record_args *a)
{
	*a = (struct record_args){
		.output = "perf.data", .ssh = "ssh", .spe = true, .kvm = true, .symbols = true,
		.time = true, .cycles_freq = 499,
		.wish = { .period = 4096, .value[SPE_KNOB_TIMESTAMPS] = 1,
			  .value[SPE_KNOB_JITTER] = 1 },
	};
}

int record_args_complete(struct record_args *a, struct options *o)
{
	if (o->nr_rest)
		a->command = o->rest;
	a->kvm_must |= a->exits;
	/* like must(), for settings that rows of options.def set */
	a->wish.must |= (uint32_t)options_given(o, "min-latency") << SPE_KNOB_MIN_LATENCY |
			(uint32_t)options_given(o, "discard") << SPE_KNOB_DISCARD;
	if (!a->time && options_given(o, "cycles-freq"))
		return options_fail(o, "--no-time contradicts --cycles-freq: leave one out");
	return check_target(a, o) ?: check_files(a, o) ?: check_remote(a, o);
}

int record_args_parse(struct record_args *a, int argc, char **argv, char *err, size_t errlen)
{
	struct options o = {
		.command = COMMAND_RECORD, .stop = true, .args = { [ARGS_record] = a },
		.own = { record_takes }, .err = err, .errlen = errlen, .words = &a->given,
	};
	int ret;

	record_args_defaults(a);
	ret = options_read(&o, argc, argv);
	a->help = o.help;
	return ret || a->help ? ret : record_args_complete(a, &o);
}

void record_args_free(struct record_args *a)
{
	free(a->pids.id);
	free(a->tids.id);
	free(a->programs.word);
	free(a->given.list);
	*a = (struct record_args){ 0 };
}

struct source_list {
	uint64_t mask, midr;
};

static int take_source(struct options *o, const char *name, const char *word, size_t len, void *to)
{
	struct source_list *s = to;
	char *end;
	unsigned long code = strtoul(word, &end, 0);

	if (*word >= '0' && *word <= '9' && end == word + len && code < 64) {
		s->mask |= 1ULL << code;
		return 0;
	}
	for (uint16_t i = 0; i < 64; i++) {
		const char *source = spe_source_name(s->midr, i);

		if (source && strlen(source) == len && !strncasecmp(source, word, len)) {
			s->mask |= 1ULL << i;
			return 0;
		}
	}
	return options_fail(o, "--%s: this CPU has no data source '%.*s'; give its code, 0 to 63", name,
			    len < 40 ? (int)len : 40, word);
}

int record_sources(uint64_t *mask, const char *list, uint64_t midr, char *err, size_t errlen)
{
	struct options o = { .err = err, .errlen = errlen };
	struct source_list s = { .midr = midr };
	int ret = option_list(&o, "data-source", list, take_source, &s);

	*mask = s.mask;
	return ret;
}
