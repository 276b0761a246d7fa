// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/record_options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/option_help.h"
#include "collector/perfdata/write.h"
#include "decoder/names.h"

/* Values of getopt_long() for options: above all letters. */
enum option_id {
	OPTION_FIRST = 256,
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) OPTION_##id,
#include "cmd/record_options.def"
#undef OPTION
#undef GROUP
};

static const struct option options[] = {
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) \
	{ name, (argument) ? required_argument : no_argument, NULL, OPTION_##id },
#include "cmd/record_options.def"
#undef OPTION
#undef GROUP
	{ NULL, 0, NULL, 0 }
};

struct parser {
	struct record_args *a;
	char *err;
	size_t errlen;
};

__attribute__((format(printf, 2, 3)))
static int fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->err, p->errlen, fmt, ap);
	va_end(ap);
	/* argv may hold anything: no control byte of it reaches the terminal. */
	for (char *c = p->err; p->errlen && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -EINVAL;
}

/*
 * Values
 */

static int parse_number(struct parser *p, const char *option, const char *word, uint64_t least,
			uint64_t most, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(word, &end, 0);
	if (*word < '0' || *word > '9' || *end || errno || *out < least || *out > most)
		return fail(p, "--%s takes a whole number from %llu to %llu, not '%.40s'", option,
			    (unsigned long long)least, (unsigned long long)most, word);
	return 0;
}

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit times[] = {
	{ "ms", 1 }, { "", 1000 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { NULL, 0 },
};
static const struct unit sizes[] = {
	{ "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { "T", 1ULL << 40 }, { NULL, 0 },
};

/* A number and one of the units; false: it is none, or 0, or too large. */
static bool read_unit(const char *word, const struct unit *units, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(word, &end, 10);
	if (*word < '0' || *word > '9' || errno || !*out)
		return false;
	for (; units->name; units++)
		if (!strcmp(end, units->name))
			return !__builtin_mul_overflow(*out, units->factor, out);
	return false;
}

static int parse_time(struct parser *p, const char *option, const char *word, uint64_t *out)
{
	if (read_unit(word, times, out))
		return 0;
	return fail(p, "--%s takes a time such as 10, 10s, 5m, 1h or 500ms, not '%.40s'", option,
		    word);
}

static int parse_size(struct parser *p, const char *option, const char *word, uint64_t *out)
{
	if (read_unit(word, sizes, out))
		return 0;
	return fail(p, "--%s takes a size such as 512K, 100M or 2G, not '%.40s'", option, word);
}

static int parse_buffer(struct parser *p, const char *option, const char *word, size_t *out)
{
	uint64_t size = 0;
	int ret = parse_size(p, option, word, &size);

	if (!ret && (size & (size - 1) || size < 8 << 10 || size > 1 << 30))
		return fail(p, "--%s takes a power of two from 8K to 1G, not '%.40s'", option,
			    word);
	*out = (size_t)size;
	return ret;
}

static int parse_rotate(struct parser *p, const char *word)
{
	struct record_args *a = p->a;

	a->rotate_ms = a->rotate_size = 0;
	if (read_unit(word, sizes, &a->rotate_size))
		return 0;
	a->rotate_size = 0;
	if (read_unit(word, times, &a->rotate_ms))
		return 0;
	return fail(p, "--rotate takes a size (100M, 2G) or a time (10s, 5m, 1h), not '%.40s'",
		    word);
}

/* Each word between commas. */
static int parse_list(struct parser *p, const char *option, const char *list, void *to,
		      int (*word)(struct parser *, const char *, const char *, size_t, void *))
{
	for (;;) {
		size_t len = strcspn(list, ",");
		int ret;

		if (!len)
			return fail(p, "--%s has an empty word: write words with one comma between "
				    "them, and no spaces", option);
		ret = word(p, option, list, len, to);
		if (ret || !list[len])
			return ret;
		list += len + 1;
	}
}

struct id_list {
	int32_t **ids;
	size_t *nr;
};

static int take_id(struct parser *p, const char *option, const char *word, size_t len, void *to)
{
	struct id_list *l = to;
	char *end;
	unsigned long id = strtoul(word, &end, 10);
	int32_t *more;

	if (*word < '0' || *word > '9' || end != word + len || !id || id > INT_MAX)
		return fail(p, "--%s takes numbers, not '%.*s'", option, len < 40 ? (int)len : 40,
			    word);
	more = realloc(*l->ids, (*l->nr + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	*l->ids = more;
	more[(*l->nr)++] = (int32_t)id;
	return 0;
}

static int take_event(struct parser *p, const char *option, const char *word, size_t len, void *to)
{
	uint64_t *mask = to;
	int bit = spe_event_find(word, len);

	if (bit < 0)
		return fail(p, "--%s: no event '%.*s'; `spelunk help filter` lists them, and ev0 "
			    "to ev63 are bits", option, len < 40 ? (int)len : 40, word);
	*mask |= 1ULL << bit;
	return 0;
}

static int take_kind(struct parser *p, const char *option, const char *word, size_t len, void *to)
{
	static const struct { const char *name; enum spe_knob knob; } kinds[] = {
		{ "loads", SPE_KNOB_LOADS }, { "stores", SPE_KNOB_STORES },
		{ "branches", SPE_KNOB_BRANCHES },
	};
	struct spe_wish *w = to;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == len && !memcmp(kinds[i].name, word, len)) {
			w->value[kinds[i].knob] = 1;
			w->must |= 1u << kinds[i].knob;
			return 0;
		}
	return fail(p, "--%s takes loads, stores, branches, not '%.*s'", option,
		    len < 40 ? (int)len : 40, word);
}

/* A value that is an error where the PMU lacks the knob. */
static void must(struct spe_wish *w, enum spe_knob knob, uint64_t value)
{
	w->value[knob] = value;
	w->must |= 1u << knob;
}

static int parse_events(struct parser *p, const char *option, const char *arg, enum spe_knob knob)
{
	uint64_t mask = 0;
	int ret = parse_list(p, option, arg, &mask, take_event);

	must(&p->a->wish, knob, mask);
	return ret;
}

static int parse_ids(struct parser *p, const char *option, const char *arg, int32_t **ids,
		     size_t *nr)
{
	struct id_list l = { ids, nr };

	return parse_list(p, option, arg, &l, take_id);
}

/*
 * Options
 */

static int parse_option(struct parser *p, int id, const char *arg)
{
	struct record_args *a = p->a;
	struct spe_wish *w = &a->wish;
	uint64_t n = 0;
	int ret = 0;

	switch ((enum option_id)id) {
	case OPTION_ALL:	a->all = true; break;
	case OPTION_CPUS:	a->cpus = arg; break;
	case OPTION_PIDS:	return parse_ids(p, "pid", arg, &a->pids, &a->nr_pids);
	case OPTION_TIDS:	return parse_ids(p, "tid", arg, &a->tids, &a->nr_tids);
	case OPTION_VM:		a->vm = arg; break;
	case OPTION_PERIOD:	return parse_number(p, "period", arg, 1, UINT32_MAX, &w->period);
	case OPTION_ONLY:	return parse_list(p, "only", arg, w, take_kind);
	case OPTION_MIN_LATENCY:
		ret = parse_number(p, "min-latency", arg, 1, UINT16_MAX, &n);
		must(w, SPE_KNOB_MIN_LATENCY, n);
		break;
	case OPTION_EVENTS:	return parse_events(p, "event-filter", arg, SPE_KNOB_EVENTS);
	case OPTION_NOT_EVENTS:
		return parse_events(p, "inverse-event-filter", arg, SPE_KNOB_NOT_EVENTS);
	case OPTION_SOURCES:	a->sources = arg; break;
	case OPTION_USER_ONLY:	w->exclude_kernel = true; break;
	case OPTION_KERNEL_ONLY: w->exclude_user = true; break;
	case OPTION_NO_JITTER:	w->value[SPE_KNOB_JITTER] = 0; break;
	case OPTION_PHYSICAL:	a->physical = true; break;
	case OPTION_VIRTUAL:	a->not_physical = true; break;
	case OPTION_NO_TIMES:	w->value[SPE_KNOB_TIMESTAMPS] = 0; break;
	case OPTION_NO_SYMBOLS:	a->symbols = false; break;
	case OPTION_DISCARD:	must(w, SPE_KNOB_DISCARD, 1); break;
	case OPTION_NO_SPE:	a->spe = false; break;
	case OPTION_KVM:	a->kvm_must = true; break;
	case OPTION_NO_KVM:	a->kvm = false; break;
	case OPTION_GUESTS:	w->guests = true; break;
	case OPTION_NO_HOST:	w->no_host = true; break;
	case OPTION_EXITS:	a->exits = a->kvm_must = true; break;
	case OPTION_OUTPUT:	a->output = arg; break;
	case OPTION_DURATION:	return parse_time(p, "duration", arg, &a->duration);
	case OPTION_SIZE:	return parse_size(p, "size", arg, &a->size);
	case OPTION_ROTATE:	return parse_rotate(p, arg);
	case OPTION_COMPRESS:
		return parse_number(p, "compress", arg, 1, PERFDATA_LEVEL_MAX, &a->level);
	case OPTION_OVERWRITE:	a->overwrite = true; break;
	case OPTION_LAST:	return parse_time(p, "last", arg, &a->last);
	case OPTION_BUFFER:	return parse_buffer(p, "buffer", arg, &a->data_size);
	case OPTION_AUX_BUFFER:	return parse_buffer(p, "aux-buffer", arg, &a->aux_size);
	case OPTION_QUIET:	a->quiet = true; break;
	case OPTION_HELP:	a->help = true; break;
	case OPTION_FIRST:	break;
	}
	return ret;
}

static int of_letter(int c)
{
	static const struct { int letter, id; } letters[] = {
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) { letter, OPTION_##id },
#include "cmd/record_options.def"
#undef OPTION
#undef GROUP
	};

	for (size_t i = 0; c && i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].letter == c)
			return letters[i].id;
	return c;
}

/* What getopt_long() answered with '?' or ':'. */
static int fail_option(struct parser *p, int c, char **argv)
{
	const char *arg = optind > 0 ? argv[optind - 1] : "";

	if (c == ':')
		return fail(p, "%.40s needs a value; `spelunk record --help` shows which", arg);
	if (optopt && optopt < OPTION_FIRST)
		return fail(p, "no option -%c; `spelunk record --help` lists them", optopt);
	if (optopt)
		return fail(p, "%.40s takes no value: leave the part from = on out", arg);
	return fail(p, "no option '%.40s'; `spelunk record --help` lists them", arg);
}

/* Which tasks is said once. */
static int check_target(struct parser *p)
{
	const struct record_args *a = p->a;
	bool tasks = a->nr_pids || a->nr_tids || a->vm;

	if (!!a->nr_pids + !!a->nr_tids + !!a->vm > 1)
		return fail(p, "of --pid, --tid and --vm give one");
	if (tasks && (a->all || a->command))
		return fail(p, "--pid, --tid and --vm record these tasks: leave %s out",
			    a->all ? "-a" : "the command");
	if (a->wish.exclude_user && a->wish.exclude_kernel)
		return fail(p, "--user-only and --kernel-only leave nothing: give one");
	if (a->wish.no_host && !a->wish.guests)
		return fail(p, "--no-host leaves nothing without --guests");
	if (a->physical && a->not_physical)
		return fail(p, "of --physical and --virtual give one");
	if (!a->kvm && a->kvm_must)
		return fail(p, "--no-kvm goes with neither --kvm nor --exits");
	return 0;
}

/* Which files. */
static int check_files(struct parser *p)
{
	const struct record_args *a = p->a;
	bool rotate = a->rotate_ms || a->rotate_size;

	if ((rotate || a->overwrite) && !strcmp(a->output, "-"))
		return fail(p, "--%s makes files: give their name with --output",
			    rotate ? "rotate" : "overwrite");
	if (a->overwrite && (rotate || a->size))
		return fail(p, "--overwrite writes when it is asked to: leave --%s out",
			    rotate ? "rotate" : "size");
	if (a->last && !a->overwrite)
		return fail(p, "--last says how much --overwrite keeps: give that, too");
	if (a->overwrite && !a->last)
		p->a->last = 10000;
	return 0;
}

int record_args_parse(struct record_args *a, int argc, char **argv, char *err, size_t errlen)
{
	struct parser p = { .a = a, .err = err, .errlen = errlen };
	int c, ret = 0;

	*a = (struct record_args){
		.output = "perf.data", .spe = true, .kvm = true, .symbols = true,
		.wish = { .period = 4096, .value[SPE_KNOB_TIMESTAMPS] = 1,
			  .value[SPE_KNOB_JITTER] = 1 },
	};
	optind = 0;	/* glibc: start anew, also for a second parse */
	while (!ret && !a->help) {
		/* '+': what follows the first other word is the command's */
		c = getopt_long(argc, argv, "+:aC:p:t:c:uko:m:qh", options, NULL);
		if (c == -1)
			break;
		ret = c == '?' || c == ':' ? fail_option(&p, c, argv)
					   : parse_option(&p, of_letter(c), optarg);
	}
	if (ret || a->help)
		return ret == -ENOMEM ? (fail(&p, "out of memory"), ret) : ret;
	if (optind < argc)
		a->command = argv + optind;
	return check_target(&p) ?: check_files(&p);
}

void record_args_free(struct record_args *a)
{
	free(a->pids);
	free(a->tids);
	*a = (struct record_args){ 0 };
}

struct source_list {
	uint64_t mask, midr;
};

static int take_source(struct parser *p, const char *option, const char *word, size_t len, void *to)
{
	struct source_list *s = to;
	char *end;
	unsigned long code = strtoul(word, &end, 0);

	if (*word >= '0' && *word <= '9' && end == word + len && code < 64) {
		s->mask |= 1ULL << code;
		return 0;
	}
	for (uint16_t i = 0; i < 64; i++) {
		const char *name = spe_source_name(s->midr, i);

		if (name && strlen(name) == len && !strncasecmp(name, word, len)) {
			s->mask |= 1ULL << i;
			return 0;
		}
	}
	return fail(p, "--%s: this CPU's sources have no '%.*s'; give its code, 0 to 63", option,
		    len < 40 ? (int)len : 40, word);
}

int record_sources(uint64_t *mask, const char *list, uint64_t midr, char *err, size_t errlen)
{
	struct parser p = { .err = err, .errlen = errlen };
	struct source_list s = { .midr = midr };
	int ret = parse_list(&p, "data-source", list, &s, take_source);

	*mask = s.mask;
	return ret;
}

void record_args_help(FILE *out)
{
	fputs("usage: spelunk record [options] [[--] COMMAND [ARG...]]\n\n"
	      "Record with Arm SPE what the CPUs do: all of them until interrupted, or while\n"
	      "COMMAND runs; or that command's, process's or virtual machine's part.\n",
	      out);
#define GROUP(title) fprintf(out, "\n%s:\n", title);
#define OPTION(id, letter, name, argument, what) \
	option_help(out, letter, name, argument, what);
#include "cmd/record_options.def"
#undef OPTION
#undef GROUP
	fputs("\nexamples:\n"
	      "  spelunk record -a --duration 10\n"
	      "  spelunk record --vm web --exits --duration 1m -o web.data\n"
	      "  spelunk record --only loads --min-latency 100 -- ./program\n", out);
}
