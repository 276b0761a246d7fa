// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/dump_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "profile/filter.h"

enum { OPT_PACKETS = 256, OPT_RECORDS, OPT_SAMPLES, OPT_FORMAT, OPT_CPU, OPT_LIMIT,
       OPT_FILTER, OPT_HOST_MODE, OPT_AT };

static const struct option options[] = {
	{ "input", required_argument, NULL, 'i' },
	{ "packets", no_argument, NULL, OPT_PACKETS },
	{ "records", no_argument, NULL, OPT_RECORDS },
	{ "samples", no_argument, NULL, OPT_SAMPLES },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "filter", required_argument, NULL, OPT_FILTER },
	{ "at", required_argument, NULL, OPT_AT },
	{ "host-mode", required_argument, NULL, OPT_HOST_MODE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static int number(const char *option, const char *text, uint64_t max, uint64_t *out,
		  char *err, size_t errlen)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || *out > max) {
		snprintf(err, errlen, "%s takes a number from 0 to %llu", option,
			 (unsigned long long)max);
		return -EINVAL;
	}
	return 0;
}

/* "STREAM:OFFSET": the offset as text has it (0x40) or as CSV has it. */
static int take_at(struct dump_args *a, const char *text, char *err, size_t errlen)
{
	char *end = NULL;

	errno = 0;
	if (*text >= '0' && *text <= '9')
		a->at.stream = strtoull(text, &end, 10);
	if (end && *end == ':' && end[1] >= '0' && end[1] <= '9')
		a->at.offset = strtoull(end + 1, &end, strncmp(end + 1, "0x", 2) ? 10 : 16);
	else
		end = NULL;
	a->at.given = end && !*end && !errno;
	if (a->at.given)
		return 0;
	snprintf(err, errlen, "--at takes STREAM:OFFSET, such as 0:0x40");
	return -EINVAL;
}

static int take_filter(struct dump_args *a, const char *text, char *err, size_t errlen)
{
	const uint64_t names = 1ull << FIELD_OBJECT | 1ull << FIELD_SYMBOL | 1ull << FIELD_LINE |
			       1ull << FIELD_OFFSET;
	int ret;

	filter_free(a->filter);
	a->filter = NULL;
	ret = filter_parse(&a->filter, text, err, errlen);
	if (!ret && filter_fields(a->filter) & names) {
		snprintf(err, errlen, "dump knows no places of code: filter by object, symbol, line or "
			 "offset with `spelunk report --by address --filter ...`");
		return -EINVAL;
	}
	return ret;
}

static int take_word(struct dump_args *a, int opt, const char *word, char *err, size_t errlen)
{
	if (opt == OPT_FORMAT && (!strcmp(word, "csv") || !strcmp(word, "text"))) {
		a->csv = *word == 'c';
		return 0;
	}
	if (opt == OPT_HOST_MODE && (!strcmp(word, "vhe") || !strcmp(word, "nvhe"))) {
		a->host_mode = *word == 'v' ? HOST_VHE : HOST_NVHE;
		return 0;
	}
	snprintf(err, errlen, opt == OPT_FORMAT ? "--format takes text or csv" :
		 "--host-mode takes vhe or nvhe");
	return -EINVAL;
}

static int take_option(struct dump_args *a, int opt, char *err, size_t errlen)
{
	uint64_t cpu;
	int ret;

	switch (opt) {
	case 'i':
		a->input = optarg;
		a->input_given = true;
		return 0;
	case 'h':
		a->help = true;
		return 0;
	case OPT_PACKETS:
	case OPT_RECORDS:
	case OPT_SAMPLES:
		a->what = (enum dump_what)(opt - OPT_PACKETS);
		return 0;
	case OPT_CPU:
		ret = number("--cpu", optarg, INT32_MAX, &cpu, err, errlen);
		a->cpu = ret ? -1 : (int32_t)cpu;
		return ret;
	case OPT_LIMIT:
		return number("--limit", optarg, UINT64_MAX - 1, &a->limit, err, errlen);
	case OPT_FILTER:
		return take_filter(a, optarg, err, errlen);
	case OPT_AT:
		return take_at(a, optarg, err, errlen);
	case OPT_FORMAT:
	case OPT_HOST_MODE:
		return take_word(a, opt, optarg, err, errlen);
	}
	snprintf(err, errlen, opt == ':' ? "the last option needs a value" :
		 "no such option (see `spelunk dump --help`)");
	return -EINVAL;
}

int dump_args_parse(struct dump_args *a, int argc, char **argv, char *err, size_t errlen)
{
	int opt, ret = 0;

	*a = (struct dump_args){ .input = "perf.data", .cpu = -1, .limit = UINT64_MAX };
	optind = 1;
	while (!ret && (opt = getopt_long(argc, argv, ":i:h", options, NULL)) != -1)
		ret = take_option(a, opt, err, errlen);
	if (!ret && optind + 1 == argc && !a->input_given) {
		a->input = argv[optind];
	} else if (!ret && optind < argc) {
		snprintf(err, errlen, "'%.40s' is one recording too many: one at a time",
			 argv[argc - 1]);
		ret = -EINVAL;
	}
	if (!ret && a->csv && a->what == DUMP_PACKETS) {
		snprintf(err, errlen, "packets have no CSV form: ask for --records or --samples");
		ret = -EINVAL;
	}
	if (!ret && a->filter && a->what == DUMP_PACKETS) {
		snprintf(err, errlen, "--filter chooses samples: ask for --records or --samples, too");
		ret = -EINVAL;
	}
	return ret;
}

void dump_args_free(struct dump_args *a)
{
	filter_free(a->filter);
}

void dump_args_help(FILE *out)
{
	fputs("usage: spelunk dump [--packets | --records | --samples] [OPTION ...] [FILE]\n"
	      "\n"
	      "What a recording holds, a line each: packets as the hardware wrote them\n"
	      "(the default), records, or samples: records with their time and owner.\n"
	      "FILE is a perf.data, a perf pipe stream or raw AUX bytes; - is standard input.\n"
	      "\n"
	      "  -i, --input FILE      the recording (perf.data)\n"
	      "      --packets         every packet: offset in its stream, bytes, meaning\n"
	      "      --records         every record\n"
	      "      --samples         and time, world, basis, vm, vcpu, pid, tid\n"
	      "      --format csv      a header line, then one column per field of a record;\n"
	      "                        what the hardware did not give is empty\n"
	      "      --filter EXPR     only samples that match: 'world=guest && total>200'\n"
	      "      --cpu N           only that CPU's\n"
	      "      --limit N         the first N lines\n"
	      "      --at STREAM:OFFSET  the record that begins there (0:0x40); of packets also\n"
	      "                        where each is in the file, and what the record says\n"
	      "      --host-mode MODE  vhe or nvhe, where the records do not tell\n"
	      "\n"
	      "examples:\n"
	      "  spelunk dump -i perf.data | less\n"
	      "  spelunk dump --samples --format csv -i perf.data > samples.csv\n", out);
}
