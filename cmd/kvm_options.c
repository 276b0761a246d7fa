// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/kvm_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OPT_FORMAT = 256, OPT_TABLE, OPT_LIMIT, OPT_HOST_MODE, OPT_SYMFS, OPT_KALLSYMS,
       OPT_VMLINUX, OPT_LOCAL_FILES };

static const struct option options[] = {
	{ "input", required_argument, NULL, 'i' },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "table", required_argument, NULL, OPT_TABLE },
	{ "limit", required_argument, NULL, OPT_LIMIT },
	{ "output", required_argument, NULL, 'o' },
	{ "host-mode", required_argument, NULL, OPT_HOST_MODE },
	{ "symfs", required_argument, NULL, OPT_SYMFS },
	{ "kallsyms", required_argument, NULL, OPT_KALLSYMS },
	{ "vmlinux", required_argument, NULL, OPT_VMLINUX },
	{ "local-files", no_argument, NULL, OPT_LOCAL_FILES },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static const char *const formats[] = { "text", "csv", "json", NULL };
static const char *const modes[] = { "vhe", "nvhe", NULL };

/* Which of the words it is; -EINVAL with a sentence if none. */
static int choose(const char *option, const char *word, const char *const *words, char *err,
		  size_t errlen)
{
	size_t len;
	int i;

	for (i = 0; words[i]; i++) {
		if (!strcmp(word, words[i]))
			return i;
	}
	len = (size_t)snprintf(err, errlen, "--%s takes ", option);
	for (i = 0; words[i] && len < errlen; i++)
		len += (size_t)snprintf(err + len, errlen - len, "%s%s",
					!i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return -EINVAL;
}

static int take_limit(struct kvm_args *a, const char *text, char *err, size_t errlen)
{
	char *end;

	errno = 0;
	a->limit = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && a->limit)
		return 0;
	snprintf(err, errlen, "--limit takes a number from 1 on");
	return -EINVAL;
}

static int add_symfs(struct kvm_args *a, const char *dir)
{
	const char **more = realloc(a->symfs, (a->nr_symfs + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	a->symfs = more;
	a->symfs[a->nr_symfs++] = dir;
	return 0;
}

static int take_word(struct kvm_args *a, int opt, const char *word, char *err, size_t errlen)
{
	const char *tables[NR_KVM_TABLES + 1] = { NULL };
	int ret;

	for (enum kvm_table t = 0; t < NR_KVM_TABLES; t++)
		tables[t] = kvm_table_name(t);
	ret = opt == OPT_FORMAT ? choose("format", word, formats, err, errlen) :
	      opt == OPT_TABLE ? choose("table", word, tables, err, errlen) :
				 choose("host-mode", word, modes, err, errlen);
	if (ret < 0)
		return ret;
	if (opt == OPT_FORMAT) {
		a->format = ret;
	} else if (opt == OPT_TABLE) {
		a->table = ret;
		a->table_given = true;
	} else {
		a->host_mode = ret ? HOST_NVHE : HOST_VHE;
	}
	return 0;
}

static int take_option(struct kvm_args *a, int opt, char *err, size_t errlen)
{
	switch (opt) {
	case 'i':		a->input = optarg; return 0;
	case 'o':		a->output = optarg; return 0;
	case 'q':		a->quiet = true; return 0;
	case 'h':		a->help = true; return 0;
	case OPT_KALLSYMS:	a->kallsyms = optarg; return 0;
	case OPT_VMLINUX:	a->vmlinux = optarg; return 0;
	case OPT_LOCAL_FILES:	a->local_files = true; return 0;
	case OPT_SYMFS:		return add_symfs(a, optarg);
	case OPT_LIMIT:		return take_limit(a, optarg, err, errlen);
	case OPT_FORMAT:
	case OPT_TABLE:
	case OPT_HOST_MODE:	return take_word(a, opt, optarg, err, errlen);
	}
	snprintf(err, errlen, opt == ':' ? "the last option needs a value" :
		 "no such option (see `spelunk kvm --help`)");
	return -EINVAL;
}

int kvm_args_parse(struct kvm_args *a, int argc, char **argv, char *err, size_t errlen)
{
	int opt, ret = 0, first;

	*a = (struct kvm_args){ .input = NULL };
	optind = 0;	/* glibc: start anew, also for a second parse */
	while (!ret && !a->help && (opt = getopt_long(argc, argv, ":i:o:qh", options, NULL)) != -1)
		ret = take_option(a, opt, err, errlen);
	if (ret || a->help)
		return ret;
	/* the one thing it can do has a name, for when there are more */
	first = optind < argc && !strcmp(argv[optind], "report") ? optind + 1 : optind;
	if (first + 1 == argc && !a->input)
		a->input = argv[first];
	else if (first < argc) {
		snprintf(err, errlen, "'%.40s' is one recording too many: one at a time",
			 argv[argc - 1]);
		ret = -EINVAL;
	}
	if (!ret && a->table_given && a->format != REPORT_CSV) {
		snprintf(err, errlen, "--table chooses what CSV shows: add --format csv");
		ret = -EINVAL;
	}
	if (!a->input)
		a->input = "perf.data";
	return ret;
}

void kvm_args_free(struct kvm_args *a)
{
	free(a->symfs);
}

void kvm_args_help(FILE *out)
{
	fputs("usage: spelunk kvm [report] [OPTION ...] [FILE]\n"
	      "\n"
	      "Where the time of each vCPU went, what its exits cost, in which code, who ran\n"
	      "while it was preempted, and what of it stands out.\n"
	      "\n"
	      "  -i, --input FILE         recording to read (perf.data); - is standard input\n"
	      "      --format FORMAT      text, csv or json (text)\n"
	      "      --table TABLE        what csv shows: ledger, exits, steal, costs, times,\n"
	      "                           cpus or irqs (ledger)\n"
	      "      --limit N            rows of each part (text: a few; json: all functions)\n"
	      "  -o, --output FILE        write there, not to standard output\n"
	      "      --host-mode MODE     vhe or nvhe, where the records do not tell\n"
	      "      --symfs DIR          look files up under DIR; may be repeated\n"
	      "      --kallsyms FILE      copy of the host's /proc/kallsyms\n"
	      "      --vmlinux FILE       the host kernel's ELF file\n"
	      "      --local-files        also read this machine's own files: only for\n"
	      "                           recordings made here\n"
	      "  -q, --quiet              no progress on standard error\n"
	      "\n"
	      "A recording that has all it can show is one of the whole machine, with task\n"
	      "switches, SPE, and kvm:kvm_entry, kvm_exit, kvm_userspace_exit, kvm_mmio,\n"
	      "kvm_mmio_nisv, kvm_guest_fault, kvm_wfx_arm64, kvm_hvc_arm64, kvm_sys_access,\n"
	      "vgic_update_irq_pending: spelunk-kvm(1) has the line for perf record.\n"
	      "\n"
	      "Exit status: 0 done; 1 the recording could not be used; 2 usage.\n", out);
}
