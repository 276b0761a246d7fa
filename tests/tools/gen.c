/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * Write a perf.data file of any size in which every record is known.  Shares no code with the
 * program that it tests.
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/gen_access.h"
#include "tests/tools/gen_cgroup.h"
#include "tests/tools/gen_exits.h"
#include "tests/tools/gen_file.h"
#include "tests/tools/gen_machine.h"
#include "tests/tools/gen_symfs.h"
#include "tests/tools/gen_vmlinux.h"

static const char usage[] =
	"usage: gen -o FILE [options]        FILE - is standard output\n"
	"  --truth FILE       write what each record is\n"
	"  --kallsyms FILE    write the host kernel's symbols\n"
	"  --symfs DIR        write the symbols of the host's executables and libc: ELF files\n"
	"  --accesses FILE    loads and stores of given code at given data: gen_access.h\n"
	"  --bytes N          AUX bytes (K, M, G behind it count)    [64M]\n"
	"  --records N        records instead\n"
	"  --exits N          no records, but exits of guests, in a file that perf kvm stat\n"
	"                     of x86, too, takes for one of its own\n"
	"  --no-switches      of tasks: with --exits\n"
	"  --cpus N           1 to 512                               [16]\n"
	"  --pmus N           SPE PMUs: arm_spe_0 and so on          [1]\n"
	"  --nodes N          of CPUs and memory, and sections about them\n"
	"  --vms N            of 4 vCPUs each                        [half as many as CPUs]\n"
	"  --processes N      more of them, each with its own executable  [0]\n"
	"  --process-maps N   that each of these has                 [40]\n"
	"  --remaps N         mmaps of 16 processes, as of JIT compilers: each over one range\n"
	"                     of 64 MiB, spread over the recording   [0]\n"
	"  --places N         unique PCs, the first of them hot      [20000]\n"
	"  --lines N          cache lines of data, whoever it is     [2^28]\n"
	"  --no-physical      addresses of data: virtual ones only\n"
	"  --guest-share N    percent of records in guests           [25]\n"
	"  --guest-vmlinux FILE  write the guests' kernel: where a branch, load or store is\n"
	"                     sampled in it, it has one\n"
	"  --guest-slide N    its kernel lies so much higher than it was linked  [0]\n"
	"  --guest-build N    the file is another build, unless 0    [0]\n"
	"  --slower N         percent more cycles of total latency   [0]\n"
	"  --gap NS           from record to record of a CPU, on average  [1000]\n"
	"  --stint N          records of a task of the host until the next switch, on average\n"
	"                                               [50 to 200 in the kernel, 200 to 2000]\n"
	"  --mode vhe|nvhe    where the host's kernel runs           [vhe]\n"
	"  --seed N           same seed, same bytes                  [1]\n"
	"  --host NAME        of the machine                         [server]\n"
	"  --kernel RELEASE   of its kernel                          [6.12.0-arm64]\n"
	"  --run-seed N       another run of the machine that --seed makes\n"
	"  --align 64|0       bytes a record is padded to            [64]\n"
	"  --timer-hz N       of the generic timer                   [1000000000]\n"
	"  --orders fixed|random   packets within a record           [fixed]\n"
	"  --previous-target  some branches tell the one before      [no: old perfs complain]\n"
	"  --mixed-events     EVENTS packets of two and of four bytes  [two]\n"
	"  --info v1|v2       PERF_RECORD_AUXTRACE_INFO              [v1]\n"
	"  --damage N         of 1000 records\n"
	"  --damage-kind header|bytes|drop|insert                    [header]\n"
	"  --truncate-chunks  each chunk ends inside a record, which is lost\n"
	"  --split-chunks     chunks end anywhere, nothing is lost\n"
	"  --thread TID       the AUX buffers are a thread's, not CPUs'\n"
	"  --contexts all|host|guest|none   CONTEXT packets there are  [all]\n"
	"  --contexts-are-threads  guests' contexts are ids of host threads, too\n"
	"  --no-entries       kvm_entry and kvm_exit are not recorded\n"
	"  --no-names         vCPU threads are called what their VMM is\n"
	"  --no-timestamps    in records\n"
	"  --cntvoff N        guests' timestamps are virtual: ticks they are early [0]\n"
	"  --guests-from N    percent of the records before a guest first runs    [0]\n"
	"  --guest-first N    records of a guest's kernel that each CPU begins with [0]\n"
	"  --exclude-kernel   the host's kernel is not sampled, guests' kernels are\n"
	"  --lose N           of 1000 sideband records of the kernel, each with a LOST record\n"
	"  --cycles N         a sample of CPU cycles for about each N records\n"
	"  --cycles-truth FILE  what each of these is, as text\n"
	"  --counters         counters of each CPU, read now and then\n"
	"  --cgroups all|no-map|no-paths|none  samples of switches from one to another [none]\n"
	"  --shuffle-chunks   AUX data stands in the file in any order\n"
	"  --pipe             a pipe stream, not a file\n"
	"  --cause nothing|memory|far|peer|walks|mispredicted|stores|time   what costs, and nothing else\n"
	"  --cause-rate N     of 10000 operations of the host's kernel  [1000]\n"
	"  --cause-far N      percent of the cause's loads whose data is on the next node after the\n"
	"                     CPU's, of --nodes; the cause is in guests' kernels\n";

enum {
	OPT_TRUTH = 256,
	OPT_KALLSYMS,
	OPT_SYMFS,
	OPT_ACCESSES,
	OPT_BYTES,
	OPT_RECORDS,
	OPT_EXITS, OPT_NO_SWITCHES,
	OPT_CPUS,
	OPT_PMUS, OPT_NODES, OPT_VMS, OPT_PROCESSES, OPT_PROCESS_MAPS, OPT_REMAPS,
	OPT_PLACES,
	OPT_LINES, OPT_NO_PHYSICAL,
	OPT_GUEST_SHARE,
	OPT_VMLINUX, OPT_SLIDE, OPT_BUILD,
	OPT_SLOWER, OPT_GAP, OPT_STINT,
	OPT_MODE,
	OPT_SEED,
	OPT_RUN_SEED,
	OPT_HOST,
	OPT_KERNEL,
	OPT_ALIGN,
	OPT_TIMER,
	OPT_ORDERS,
	OPT_INFO,
	OPT_PREVIOUS,
	OPT_MIXED,
	OPT_DAMAGE,
	OPT_DAMAGE_KIND,
	OPT_TRUNCATE,
	OPT_SPLIT,
	OPT_THREAD,
	OPT_CONTEXTS, OPT_CONTEXTS_ARE_THREADS,
	OPT_NO_ENTRIES,
	OPT_NO_NAMES,
	OPT_NO_TIMESTAMPS,
	OPT_CNTVOFF,
	OPT_GUESTS_FROM, OPT_GUEST_FIRST,
	OPT_EXCLUDE_KERNEL,
	OPT_LOSE,
	OPT_CYCLES, OPT_CYCLES_TRUTH, OPT_COUNTERS,
	OPT_CGROUPS,
	OPT_SHUFFLE,
	OPT_PIPE,
	OPT_CAUSE, OPT_CAUSE_RATE, OPT_CAUSE_FAR,
};

static const struct option options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "truth", required_argument, NULL, OPT_TRUTH },
	{ "kallsyms", required_argument, NULL, OPT_KALLSYMS },
	{ "symfs", required_argument, NULL, OPT_SYMFS },
	{ "accesses", required_argument, NULL, OPT_ACCESSES },
	{ "bytes", required_argument, NULL, OPT_BYTES },
	{ "records", required_argument, NULL, OPT_RECORDS },
	{ "exits", required_argument, NULL, OPT_EXITS },
	{ "no-switches", no_argument, NULL, OPT_NO_SWITCHES },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "pmus", required_argument, NULL, OPT_PMUS },
	{ "nodes", required_argument, NULL, OPT_NODES },
	{ "vms", required_argument, NULL, OPT_VMS },
	{ "processes", required_argument, NULL, OPT_PROCESSES },
	{ "process-maps", required_argument, NULL, OPT_PROCESS_MAPS },
	{ "remaps", required_argument, NULL, OPT_REMAPS },
	{ "places", required_argument, NULL, OPT_PLACES },
	{ "lines", required_argument, NULL, OPT_LINES },
	{ "no-physical", no_argument, NULL, OPT_NO_PHYSICAL },
	{ "guest-share", required_argument, NULL, OPT_GUEST_SHARE },
	{ "guest-vmlinux", required_argument, NULL, OPT_VMLINUX },
	{ "guest-slide", required_argument, NULL, OPT_SLIDE },
	{ "guest-build", required_argument, NULL, OPT_BUILD },
	{ "slower", required_argument, NULL, OPT_SLOWER },
	{ "gap", required_argument, NULL, OPT_GAP },
	{ "stint", required_argument, NULL, OPT_STINT },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "host", required_argument, NULL, OPT_HOST },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "run-seed", required_argument, NULL, OPT_RUN_SEED },
	{ "align", required_argument, NULL, OPT_ALIGN },
	{ "timer-hz", required_argument, NULL, OPT_TIMER },
	{ "orders", required_argument, NULL, OPT_ORDERS },
	{ "info", required_argument, NULL, OPT_INFO },
	{ "previous-target", no_argument, NULL, OPT_PREVIOUS },
	{ "mixed-events", no_argument, NULL, OPT_MIXED },
	{ "damage", required_argument, NULL, OPT_DAMAGE },
	{ "damage-kind", required_argument, NULL, OPT_DAMAGE_KIND },
	{ "truncate-chunks", no_argument, NULL, OPT_TRUNCATE },
	{ "split-chunks", no_argument, NULL, OPT_SPLIT },
	{ "thread", required_argument, NULL, OPT_THREAD },
	{ "contexts", required_argument, NULL, OPT_CONTEXTS },
	{ "contexts-are-threads", no_argument, NULL, OPT_CONTEXTS_ARE_THREADS },
	{ "no-entries", no_argument, NULL, OPT_NO_ENTRIES },
	{ "no-names", no_argument, NULL, OPT_NO_NAMES },
	{ "no-timestamps", no_argument, NULL, OPT_NO_TIMESTAMPS },
	{ "cntvoff", required_argument, NULL, OPT_CNTVOFF },
	{ "guests-from", required_argument, NULL, OPT_GUESTS_FROM },
	{ "guest-first", required_argument, NULL, OPT_GUEST_FIRST },
	{ "exclude-kernel", no_argument, NULL, OPT_EXCLUDE_KERNEL },
	{ "lose", required_argument, NULL, OPT_LOSE },
	{ "cycles", required_argument, NULL, OPT_CYCLES },
	{ "cycles-truth", required_argument, NULL, OPT_CYCLES_TRUTH },
	{ "counters", no_argument, NULL, OPT_COUNTERS },
	{ "cgroups", required_argument, NULL, OPT_CGROUPS },
	{ "shuffle-chunks", no_argument, NULL, OPT_SHUFFLE },
	{ "pipe", no_argument, NULL, OPT_PIPE },
	{ "cause", required_argument, NULL, OPT_CAUSE },
	{ "cause-rate", required_argument, NULL, OPT_CAUSE_RATE },
	{ "cause-far", required_argument, NULL, OPT_CAUSE_FAR },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void bad(const char *what)
{
	fprintf(stderr, "gen: %s\n%s", what, usage);
	exit(2);
}

static uint64_t number(const char *text, uint64_t least, uint64_t most)
{
	static const char units[] = "KMG";
	const char *unit;
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &end, 0);
	if (*end && (unit = strchr(units, *end)) && !end[1])
		n <<= 10 * (unit - units + 1), end++;
	if (errno || end == text || *end || n < least || n > most)
		bad(text);
	return n;
}

/* The index of text in words. */
static int word(const char *text, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(text, words[i]))
			return i;
	bad(text);
	return 0;
}

static void option(struct gen_config *c, int o, const char *arg)
{
	static const char *const modes[] = { "vhe", "nvhe", NULL };
	static const char *const orders[] = { "fixed", "random", NULL };
	static const char *const infos[] = { "v1", "v2", NULL };
	static const char *const contexts[] = { "all", "host", "guest", "none", NULL };
	static const char *const causes[] = {
		"nothing", "memory", "far", "peer", "walks", "mispredicted", "stores", "time", NULL
	};
	static const char *const cgroups[] = { "none", "all", "no-map", "no-paths", NULL };
	static const char *const kinds[] = { "header", "bytes", "drop", "insert", NULL };

	switch (o) {
	case 'o': c->output = arg; break;
	case OPT_TRUTH: c->truth = arg; break;
	case OPT_KALLSYMS: c->kallsyms = arg; break;
	case OPT_SYMFS: c->symfs = arg; break;
	case OPT_ACCESSES: c->accesses = arg; break;
	case OPT_BYTES: c->bytes = number(arg, 1, 1ull << 40); break;
	case OPT_RECORDS: c->records = number(arg, 1, 1ull << 36); break;
	case OPT_EXITS: c->exits = number(arg, 1, 1ull << 32); break;
	case OPT_NO_SWITCHES: c->no_switches = true; break;
	case OPT_CPUS: c->cpus = number(arg, 1, 512); break;
	case OPT_PMUS: c->pmus = number(arg, 1, 8); break;
	case OPT_NODES: c->nodes = number(arg, 1, 64); break;
	case OPT_VMS: c->vms = number(arg, 1, 256); break;
	case OPT_PROCESSES: c->processes = number(arg, 1, 1 << 20); break;
	case OPT_PROCESS_MAPS: c->process_maps = number(arg, 2, 1024); break;
	case OPT_REMAPS: c->remaps = number(arg, 1, 1 << 26); break;
	case OPT_PLACES: c->places = number(arg, 64, 1 << 20); break;
	case OPT_LINES: c->lines = number(arg, 1, 1 << 28); break;
	case OPT_NO_PHYSICAL: c->no_physical = true; break;
	case OPT_GUEST_SHARE: c->guest_share = number(arg, 0, 95); break;
	case OPT_VMLINUX: c->vmlinux = arg; break;
	case OPT_SLIDE: c->slide = number(arg, 0, UINT64_MAX); break;
	case OPT_BUILD: c->build = number(arg, 0, UINT64_MAX); break;
	case OPT_SLOWER: c->slower = number(arg, 0, 1000); break;
	case OPT_GAP: c->gap_ns = number(arg, 1000, 1000000); break;
	case OPT_STINT: c->stint = number(arg, 1, 1 << 20); break;
	case OPT_MODE: c->nvhe = word(arg, modes); break;
	case OPT_SEED: c->seed = number(arg, 0, UINT64_MAX); break;
	case OPT_HOST: c->host = arg; break;
	case OPT_KERNEL: c->kernel = arg; break;
	case OPT_RUN_SEED: c->run_seed = number(arg, 1, UINT64_MAX); break;
	case OPT_ALIGN: c->align = number(arg, 0, 64); break;
	case OPT_TIMER: c->timer_hz = number(arg, 1000000, 1000000000); break;
	case OPT_ORDERS: c->random_orders = word(arg, orders); break;
	case OPT_INFO: c->info = word(arg, infos) + 1; break;
	case OPT_PREVIOUS: c->previous_target = true; break;
	case OPT_MIXED: c->mixed_events = true; break;
	case OPT_DAMAGE: c->damage_permille = number(arg, 0, 1000); break;
	case OPT_DAMAGE_KIND: c->damage = GEN_DAMAGE_HEADER + word(arg, kinds); break;
	case OPT_TRUNCATE: c->truncate_chunks = true; break;
	case OPT_SPLIT: c->split_chunks = true; break;
	case OPT_THREAD: c->thread = number(arg, 1, INT32_MAX); break;
	case OPT_CONTEXTS: c->contexts = word(arg, contexts); break;
	case OPT_CONTEXTS_ARE_THREADS: c->contexts_are_threads = true; break;
	case OPT_NO_ENTRIES: c->no_entries = true; break;
	case OPT_NO_NAMES: c->no_names = true; break;
	case OPT_NO_TIMESTAMPS: c->no_timestamps = true; break;
	case OPT_CNTVOFF: c->cntvoff = number(arg, 1, 1ull << 50); break;
	case OPT_GUESTS_FROM: c->guests_from = number(arg, 0, 100); break;
	case OPT_GUEST_FIRST: c->guest_first = number(arg, 1, 1 << 20); break;
	case OPT_EXCLUDE_KERNEL: c->exclude_kernel = true; break;
	case OPT_LOSE: c->lose_permille = number(arg, 1, 1000); break;
	case OPT_CYCLES: c->cycles = number(arg, 1, 1 << 30); break;
	case OPT_CYCLES_TRUTH: c->cycles_truth = arg; break;
	case OPT_COUNTERS: c->counters = true; break;
	case OPT_CGROUPS: c->cgroups = word(arg, cgroups); break;
	case OPT_SHUFFLE: c->shuffle_chunks = true; break;
	case OPT_PIPE: c->pipe = true; break;
	case OPT_CAUSE: c->cause = GEN_CAUSE_NOTHING + word(arg, causes); break;
	case OPT_CAUSE_RATE: c->cause_rate = number(arg, 0, 10000); break;
	case OPT_CAUSE_FAR: c->cause_far = (int32_t)number(arg, 0, 100); break;
	default: bad("unknown option");
	}
}

static void arguments(struct gen_config *c, int argc, char **argv)
{
	int o;

	*c = (struct gen_config){
		.seed = 1, .host = "server", .kernel = "6.12.0-arm64",
		.cpus = 16,
		.pmus = 1,
		.places = 20000,
		.process_maps = 40,
		.guest_share = 25,
		.align = 64,
		.timer_hz = 1000000000,
		.gap_ns = 1000,
		.info = 1,
		.cause_rate = 1000, .cause_far = -1,
	};
	while ((o = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		if (o == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		option(c, o, optarg);
	}
	if (optind < argc)
		bad(argv[optind]);
	if (!c->output)
		bad("no -o FILE");
	if (c->align & (c->align - 1))
		bad("--align is no power of two");
	if (c->pmus > c->cpus)
		bad("more --pmus than --cpus");
	if (c->thread && c->cpus > 1)
		bad("--thread with more than one of --cpus");
	if (c->bytes && c->records)
		bad("--bytes and --records");
	if (!c->bytes && !c->records)
		c->bytes = 64 << 20;
	if (c->damage_permille && c->damage == GEN_DAMAGE_NONE)
		c->damage = GEN_DAMAGE_HEADER;
}

/* Open the truth file; NULL: not requested. */
static FILE *truth_begin(const struct gen_config *c)
{
	struct truth_header none = { 0 };
	FILE *f;

	if (!c->truth)
		return NULL;
	f = fopen(c->truth, "wb");
	if (!f || fwrite(&none, sizeof(none), 1, f) != 1) {
		perror(c->truth);
		exit(1);
	}
	return f;
}

static void truth_write(FILE *f, const struct gen_config *c, const struct gen_slice *s)
{
	if (f && s->nr_truth &&
	    fwrite(s->truth, sizeof(*s->truth), s->nr_truth, f) != s->nr_truth) {
		perror(c->truth);
		exit(1);
	}
}

static void truth_end(FILE *f, const struct gen_config *c, const struct gen_machine *m,
		      uint64_t aux_bytes)
{
	struct truth_header h = {
		.magic = TRUTH_MAGIC,
		.record_size = sizeof(struct truth_record),
		.nr_cpus = c->cpus,
		.records = m->records,
		.aux_bytes = aux_bytes,
		.vhe = !c->nvhe,
		.damaged = c->damage != GEN_DAMAGE_NONE || c->truncate_chunks,
	};

	if (!f)
		return;
	rewind(f);
	if (fwrite(&h, sizeof(h), 1, f) != 1 || fclose(f)) {
		perror(c->truth);
		exit(1);
	}
}

/* Functions one after another, as in /proc/kallsyms. */
static void write_kallsyms(const struct gen_machine *m)
{
	FILE *f;

	if (!m->cfg->kallsyms)
		return;
	f = fopen(m->cfg->kallsyms, "w");
	if (!f)
		goto fail;
	fprintf(f, "%016llx T _text\n%016llx T _stext\n", GEN_KERNEL_TEXT,
		GEN_KERNEL_TEXT);
	for (uint32_t i = 0; i < m->kernel.functions; i++)
		fprintf(f, "%016llx t kernel_function_%u\n",
			GEN_KERNEL_TEXT + i * (uint64_t)GEN_FUNCTION_SIZE, i);
	for (uint32_t i = 0; i < m->swtch.functions; i++)
		fprintf(f, "%016llx t switch_function_%u\n",
			GEN_KERNEL_TEXT + 0x3000000 + i * (uint64_t)GEN_FUNCTION_SIZE, i);
	fprintf(f, "%016llx T _etext\n", GEN_KERNEL_TEXT + 0x4000000);
	if (!fclose(f))
		return;
fail:
	perror(m->cfg->kallsyms);
	exit(1);
}

/* The number of ticks that all CPUs run before the trace is read out. */
static uint64_t window_ticks(const struct gen_config *c, const struct gen_machine *m,
			     uint64_t records)
{
	uint64_t per_cpu = records / c->cpus / 4 + 1;

	if (per_cpu > 32768) /* for chunks of about 2 MiB */
		per_cpu = 32768;
	return per_cpu * m->gap;
}

/*
 * Write a slice's bytes; with split_chunks, leaves some for the next chunk, at the start of s->aux.
 */
static void write_slice(struct gen_file *f, struct gen_machine *m, struct gen_slice *s,
			struct gen_buf *left)
{
	size_t keep = 0;

	gen_file_write(f, s->sideband.data, s->sideband.len);
	s->offset += s->aux.len;
	buf_put(left, s->aux.data, s->aux.len);
	if (m->cfg->split_chunks)
		keep = gen_below(&m->rng, left->len < 200 ? left->len + 1 : 200);
	if (left->len > keep)
		gen_file_aux(f, s->cpu, s->offset - left->len, left->data,
			     left->len - keep);
	if (keep)
		memmove(left->data, left->data + left->len - keep, keep);
	left->len = keep;
	s->aux.len = s->sideband.len = s->nr_truth = 0;
}

static uint64_t limit_of(const struct gen_config *c, uint64_t left, uint32_t cpu)
{
	uint32_t cpus_left = c->cpus - cpu;

	return cpus_left == 1 ? left : left / cpus_left;
}

static uint64_t generate(struct gen_file *f, struct gen_machine *m, FILE *truth)
{
	const struct gen_config *c = m->cfg;
	uint64_t records = c->records ? c->records : (c->bytes + 63) / 64;
	struct gen_slice *s = calloc(c->cpus, sizeof(*s));
	struct gen_buf *left = calloc(c->cpus, sizeof(*left));
	uint64_t length = window_ticks(c, m, records), t = m->start, bytes = 0, last = 0;
	struct gen_buf map = { 0 };

	if (!s || !left)
		exit(1);
	for (uint64_t window = 0; m->records < records; window++) {
		for (uint32_t cpu = 0; cpu < c->cpus; cpu++) {
			s[cpu].cpu = cpu;
			s[cpu].from = t + cpu * 3;
			/* CPUs differ in load: from half to one and a half. */
			s[cpu].until = s[cpu].from + length / 2 + length * cpu / c->cpus;
			s[cpu].limit = limit_of(c, records - m->records, cpu);
			gen_machine_run(m, &s[cpu], window);
			truth_write(truth, c, &s[cpu]);
			write_slice(f, m, &s[cpu], &left[cpu]);
		}
		gen_file_round(f);
		t += length * 3 / 2 + 4000 * m->gap;
		last = window;
	}
	if (c->cgroups) {
		gen_cgroup_map(&map, m, gen_ns(m, t), last);
		gen_file_write(f, map.data, map.len);
		free(map.data);
	}
	for (uint32_t cpu = 0; cpu < c->cpus; cpu++) {
		if (left[cpu].len)
			gen_file_aux(f, cpu, s[cpu].offset - left[cpu].len,
				     left[cpu].data, left[cpu].len);
		bytes += s[cpu].offset;
		free(s[cpu].aux.data);
		free(s[cpu].sideband.data);
		free(s[cpu].truth);
		free(left[cpu].data);
	}
	free(s);
	free(left);
	return bytes;
}

int main(int argc, char **argv)
{
	struct gen_config cfg;
	struct gen_machine m;
	struct gen_file file;
	FILE *truth;
	uint64_t bytes;

	arguments(&cfg, argc, argv);
	gen_access_read(cfg.accesses);
	gen_machine_init(&m, &cfg);
	m.limit = cfg.records ? cfg.records : (cfg.bytes + 63) / 64;
	truth = truth_begin(&cfg);
	write_kallsyms(&m);
	gen_symfs_write(&m);
	gen_vmlinux_write(&m);
	gen_file_begin(&file, &m);
	if (cfg.exits)
		gen_exits(&file, &m, cfg.exits);
	bytes = cfg.exits ? 0 : generate(&file, &m, truth);
	gen_file_shuffled(&file, &m.rng);
	gen_file_end(&file);
	truth_end(truth, &cfg, &m, bytes);
	fprintf(stderr, "%s: %llu records, %llu AUX bytes, %llu in guests\n", cfg.output,
		(unsigned long long)m.records, (unsigned long long)bytes,
		(unsigned long long)m.guest_records);
	if (cfg.cause)
		fprintf(stderr, "caused %llu samples, %llu of %llu cycles, squares %llu of %llu\n",
			(unsigned long long)m.caused, (unsigned long long)m.cause_cycles,
			(unsigned long long)m.cycles, (unsigned long long)m.cause_squares,
			(unsigned long long)m.squares);
	if (cfg.cause_far >= 0)
		fprintf(stderr, "far %llu\n", (unsigned long long)m.caused_far);
	gen_machine_free(&m);
	return 0;
}
