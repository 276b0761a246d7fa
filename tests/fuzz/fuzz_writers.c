// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input is the names of a small recording, with a NUL behind each: tasks, paths, functions of
 * the kernel, of programs, of generated code and of a guest, host, command, VM, and the file.  Every
 * format that a command writes is then well formed, by readers that do not know the writers
 * (reread.h).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cmd/cmd.h"
#include "cmd/confine.h"
#include "tests/fuzz/reread.h"
#include "tests/perfdata/typical.h"
#include "tests/spe/encode.h"
#include "tests/unit/elf_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The names, in the order of the input. */
enum name {
	TASK, VCPU, PATH, KERNEL, PROGRAM, LOCAL, CODE, GUEST, HOST, COMMAND, VM, RECORDING,
	NR_NAMES
};

#define NAME_MAX_LEN	20000
#define MAX_LEN		65536

/* Neoverse N2 r0p3, which has no erratum that biases branches. */
#define N2_MIDR		0x410fd493ull
/* Room for a name in the ELF file. */
#define ELF_NAME	2000

/* Where things are. */
#define KERNEL_TEXT	0xffff800080000000ull
#define PROGRAM_AT	0x400000ull
#define OTHER_AT	0x500000ull
#define CODE_AT		0x600000ull
#define GUEST_AT	(TEXT_ADDR - 0x1000ull)

static const char *names[NR_NAMES];
static char folder[] = "/tmp/fuzz-writers-XXXXXX";
static char recording[256];	/* its path */

static void check(bool holds, const char *what)
{
	if (holds)
		return;
	printf("# %s\n", what);
	fflush(stdout);
	abort();
}

/*
 * The recording
 */

static void put_cycles_attr(struct build *b)
{
	/* IP TID TIME CALLCHAIN CPU PERIOD IDENTIFIER; attr.freq */
	struct build_attr *a = build_attr(b, 0, 0, "cycles");

	a->sample_type = ST_PLAIN | 1u << 5 | 1u << 8;
	a->flags |= 1ull << 10;
	a->period = 499;
	build_attr_id(a, 58);
}

static void put_cycles(struct build *b, uint16_t mode, uint64_t time, const uint64_t *entry,
		       size_t nr)
{
	struct bytes_buf *d = &b->data;

	put32(d, 9);
	put16(d, mode);
	put16(d, 8 + 7 * 8 + 8 * nr);
	put64(d, 58);
	put64(d, entry[1]);
	put32(d, 700);
	put32(d, 700);
	put64(d, time);
	put64(d, 0);
	put64(d, 1000);
	put64(d, nr);
	for (size_t i = 0; i < nr; i++)
		put64(d, entry[i]);
}

/* A name of a function of the kernel, such as a BPF program's [linux/perf_event.h, KSYMBOL]. */
static void put_ksymbol(struct build *b, uint64_t addr, const char *name)
{
	struct bytes_buf o = { 0 };

	put64(&o, addr);
	put32(&o, 0x100);
	put16(&o, 1);
	put16(&o, 0);
	put_text(&o, name, 8);
	rec(b, 17, 0, &o, (struct at){ 56, 900, 0, 0, 0 });
	free(o.p);
}

/* The vCPU's thread of the VMM. */
static void put_thread(struct build *b, const char *name)
{
	struct bytes_buf o = { 0 };

	put32(&o, 700);
	put32(&o, 701);
	put_text(&o, name, 8);
	rec(b, 3, 0, &o, (struct at){ 0 });
	free(o.p);
}

static struct spe_record sampled(uint64_t ticks, uint64_t pc, uint8_t el)
{
	return (struct spe_record){
		.has = SPE_HAS_PC | SPE_HAS_OP | SPE_HAS_EVENTS | SPE_HAS_TICKS | SPE_HAS_TOTAL |
		       SPE_HAS_ISSUE | SPE_HAS_CTX_EL2 | SPE_HAS_VA | SPE_HAS_PA | SPE_HAS_SOURCE,
		.pc = pc,
		.pc_el = el,
		.ticks = ticks,
		.events = 2 | 1 << 3,
		.op_class = 1,
		.total = 40,
		.issue = 7,
		.ctx_el2 = el == 1 ? 701 : 700,
		.va = 0x7f0000001000 + ticks % 64,
		.pa = 0x80001000 + ticks % 64,
	};
}

static struct spe_record branch(uint64_t ticks, uint64_t pc, uint64_t target)
{
	struct spe_record r = sampled(ticks, pc, 0);

	r.has &= ~(uint32_t)(SPE_HAS_VA | SPE_HAS_PA | SPE_HAS_SOURCE);
	r.has |= SPE_HAS_TARGET | SPE_HAS_PREV_TARGET;
	r.va = r.pa = 0;
	r.op_class = 2;
	r.op = 1;
	r.events = 2;
	r.target = target;
	r.prev_target = pc - 8;
	return r;
}

static void put_records(struct build *b)
{
	struct bytes_buf aux = { 0 }, head = { 0 };
	struct spe_encoding e;
	uint8_t buf[256];

	spe_encoding_init(&e);
	for (uint64_t i = 0; i < 60; i++) {
		uint64_t at = 1100 + 10 * i;
		const struct spe_record recs[] = {
			sampled(at, KERNEL_TEXT + 0x1000 + 4 * (i % 8), 2),
			sampled(at + 1, PROGRAM_AT + 0x1000 + 4 * (i % 8), 0),
			branch(at + 2, PROGRAM_AT + 0x1020, PROGRAM_AT + 0x1100),
			branch(at + 3, PROGRAM_AT + 0x1120, PROGRAM_AT + 0x1010),
			sampled(at + 4, OTHER_AT + 0x10, 0), sampled(at + 5, CODE_AT + 0x10, 0),
			sampled(20000 + at, GUEST_AT + 0x1000, 1),
		};

		for (size_t k = i < 30 ? 0 : 6; k < (i < 30 ? 6u : 7u); k++)
			put(&aux, buf, spe_record_encode(buf, sizeof(buf), &recs[k], &e));
	}
	rec_aux(b, 0, aux.len, 0, (struct at){ 50, 25000, 700, 701, 0 });
	put64(&head, aux.len);
	put64(&head, 0);
	put64(&head, 0);
	put32(&head, 0);
	put32(&head, UINT32_MAX);
	put32(&head, 0);
	put32(&head, 0);
	rec_user(&b->data, 71, 0, &head);
	put(&b->data, aux.p, aux.len);
	free(aux.p);
	free(head.p);
}

static void put_data(struct build *b)
{
	static const uint64_t kernel = (uint64_t)-128, user = (uint64_t)-512;
	static const struct build_cpu cpu = { 0, N2_MIDR, TYPICAL_SPE_TYPE, 256 };
	const struct at none = { 0 };

	rec_info_v2(b, &cpu, 1);
	rec_time_conv(b, 21, 1 << 21, 0);
	rec_mmap(b, 1, UINT32_MAX, KERNEL_TEXT, 0x1000000, KERNEL_TEXT, "[kernel.kallsyms]_text",
		 none);
	rec_comm(b, 0, 700, names[TASK], none);
	put_thread(b, names[VCPU]);
	rec_mmap2(b, 700, PROGRAM_AT + 0x1000, 0x1000, "/program", none);
	rec_mmap2(b, 700, OTHER_AT, 0x1000, names[PATH], none);
	rec_mmap2(b, 700, CODE_AT, 0x1000, "//anon", none);
	put_ksymbol(b, KERNEL_TEXT + 0x1000, names[KERNEL]);
	rec_switch_wide(b, 0, 700, (struct at){ 56, 1000, 0, 0, 0 });
	for (uint64_t t = 1100; t < 1500; t += 40) {
		put_cycles(b, 1, t,
			   (uint64_t[]){ kernel, KERNEL_TEXT + 0x1010, user, PROGRAM_AT + 0x1010,
					 CODE_AT + 0x10 },
			   5);
		put_cycles(b, 2, t + 1,
			   (uint64_t[]){ user, CODE_AT + 0x10, OTHER_AT + 0x14,
					 PROGRAM_AT + 0x1014 },
			   4);
	}
	rec_kvm_entry(b, 0x40001000, (struct at){ 52, 20500, 700, 701, 0 });
	rec_kvm_exit(b, GUEST_AT + 0x1010, 2, 0x16, (struct at){ 54, 24000, 700, 701, 0 });
	rec_kvm_entry(b, 0x40001000, (struct at){ 52, 24100, 700, 701, 0 });
	rec_kvm_exit(b, GUEST_AT + 0x1010, 2, 0x24, (struct at){ 54, 24900, 700, 701, 0 });
	put_records(b);
}

static void put_features(struct build *b)
{
	put_tracing(&b->tracing, kvm_entry_format, kvm_exit_format);
	feature_string(b, 3, names[HOST]);
	feature_string(b, 4, "6.12.0");
	feature_string(b, 5, "6.13");
	feature_string(b, 6, "aarch64");
	put32(&b->feature[7], 1);
	put32(&b->feature[7], 1);
	feature_string(b, 9, "0x00000000410fd493");
	put32(&b->feature[11], 2);
	put_string(&b->feature[11], "perf");
	put_string(&b->feature[11], names[COMMAND]);
	feature_pmus(b, TYPICAL_SPE_TYPE, 1);
	put64(&b->feature[18], 0);
}

/* In place of those of cmd/confine.c, whose sandbox would last for all inputs that follow. */
void confine_command(const struct run *r, enum command_writes writes)
{
	(void)r;
	(void)writes;
}

void confine_reader(const struct report_args *a, const char *to, enum command_writes writes)
{
	(void)a;
	(void)to;
	(void)writes;
}

static void save(const char *name, const void *p, size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	check(f && fwrite(p, 1, len, f) == len && !fclose(f), "a file in /tmp");
}

/* A line of a perf map, in which a newline would end the name. */
static void save_map(const char *value, const char *name)
{
	char *text;
	int len = asprintf(&text, "%s %s\n", value, name);

	check(len > 0, "memory");
	for (char *c = text + strlen(value) + 1; c < text + len - 1; c++)
		if (*c == '\n')
			*c = ' ';
	save("perf-700.map", text, (size_t)len);
	free(text);
}

/* Its name on disk: all of the input's that one may have. */
static void name_recording(void)
{
	int n = snprintf(recording, sizeof(folder) + 200, "%s/r%s", folder, names[RECORDING]);

	check(n > 0, "a name");
	for (char *c = recording + sizeof(folder); *c; c++)
		if (*c == '/')
			*c = '_';
}

static void save_files(void)
{
	char program[ELF_NAME], local[ELF_NAME], guest[ELF_NAME];
	const struct sym syms[] = {
		{ program, 0, 0x100, STT_FUNC, STB_GLOBAL },
		{ local, 0x100, 0x100, STT_FUNC, STB_LOCAL },
	};
	const struct sym in_guest = { guest, 0, 0x100, STT_FUNC, STB_GLOBAL };
	struct build b = { 0 };
	struct image im = { 0 };

	typical_attrs(&b);
	put_cycles_attr(&b);
	put_data(&b);
	put_features(&b);
	build_file(&b);
	name_recording();
	save(recording + sizeof(folder), b.out.p, b.out.len);
	build_free(&b);
	snprintf(program, sizeof(program), "%s", names[PROGRAM]);
	snprintf(local, sizeof(local), "%s", names[LOCAL]);
	snprintf(guest, sizeof(guest), "%s", names[GUEST]);
	build(&im, ET_EXEC, syms, 2);
	save("symfs/program", im.data, im.len);
	build(&im, ET_EXEC, &in_guest, 1);
	save("guest", im.data, im.len);
	save_map("600000 100", names[CODE]);
}

/*
 * The commands
 */

static const struct message value_type = { 0 };
/* profile.proto of google/pprof: string_table; and the messages that have no text. */
static const struct message pprof = {
	.texts = 1ull << 6,
	.sub = {
		{ 1, &value_type }, { 2, &value_type }, { 3, &value_type }, { 4, &value_type },
		{ 5, &value_type },
	},
};
/* Perfetto: Trace.packet; TracePacket.track_descriptor, .track_event, .interned_data. */
static const struct message annotation = { .texts = 1 << 6 | 1 << 10 };
static const struct message track_event = { .texts = 1 << 23, .sub = { { 4, &annotation } } };
static const struct message thread = { .texts = 1 << 5 }, process = { .texts = 1 << 6 };
static const struct message track = { .texts = 1 << 2, .sub = { { 3, &process }, { 4, &thread } } };
static const struct message packet = { .sub = { { 11, &track_event }, { 60, &track } } };
static const struct message perfetto = { .sub = { { 1, &packet } } };

static bool is_pprof(const char *text, size_t len)
{
	static uint8_t plain[1 << 20];
	z_stream z = { .next_in = (uint8_t *)text, .avail_in = (unsigned int)len, .next_out = plain,
		       .avail_out = sizeof(plain) };
	bool good = inflateInit2(&z, 31) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END &&
		    !z.avail_in;

	inflateEnd(&z);
	return good && reread_protobuf(plain, z.total_out, &pprof);
}

static bool is_perfetto(const char *text, size_t len)
{
	return reread_protobuf((const uint8_t *)text, len, &perfetto);
}

/* World, VM, task and three functions. */
static bool is_chains(const char *text, size_t len)
{
	return reread_folded(text, len, 6);
}

/* World, VM, task, object and function. */
static bool is_places(const char *text, size_t len)
{
	return reread_folded(text, len, 5);
}

/* perf.data-file-format.txt: records fill the file's data, and their text ends in them. */
static bool is_perf(const char *text, size_t len)
{
	uint64_t begin, size;

	if (len < 104 || memcmp(text, "PERFILE2", 8))
		return false;
	memcpy(&begin, text + 40, 8);
	memcpy(&size, text + 48, 8);
	if (begin > len || size > len - begin)
		return false;
	for (const char *at = text + begin, *end = at + size; at < end;) {
		uint32_t type;
		uint16_t bytes;
		size_t name;

		if (end - at < 8)
			return false;
		memcpy(&type, at, 4);
		memcpy(&bytes, at + 6, 2);
		name = type == 10 ? 72 : type == 3 ? 16 : 0;	/* MMAP2, COMM */
		if (bytes < 8 || bytes % 8 || bytes > end - at || name >= bytes ||
		    (name && !memchr(at + name, '\0', bytes - name)))
			return false;
		at += bytes;
	}
	return true;
}

static bool is_page(const char *text, size_t len)
{
	unsigned int scripts;

	return reread_html(text, len, &scripts) && scripts == 1;
}

/* Build-id:offset, or offset, and numbers. */
static bool is_branches(const char *text, size_t len)
{
	return reread_lines(text, len, "0123456789abcdefTBFAO:-> /\n");
}

struct job {
	enum command_id command;
	const char *words;
	bool (*good)(const char *text, size_t len);
};

static const struct job jobs[] = {
	{ COMMAND_EXPORT, "--to=folded --weight=time", is_chains },
	{ COMMAND_EXPORT, "--to=folded --weight=cost", is_places },
	{ COMMAND_EXPORT, "--to=speedscope", reread_json },
	{ COMMAND_EXPORT, "--to=firefox", reread_json },
	{ COMMAND_EXPORT, "--to=pprof", is_pprof },
	{ COMMAND_EXPORT, "--to=perfetto", is_perfetto },
	{ COMMAND_EXPORT, "--to=parquet", reread_parquet },
	{ COMMAND_EXPORT, "--to=parquet --by=comm,symbol,object", reread_parquet },
	{ COMMAND_EXPORT, "--to=parquet --table=ledger", reread_parquet },
	{ COMMAND_EXPORT, "--to=parquet --table=exits", reread_parquet },
	{ COMMAND_EXPORT, "--to=perf", is_perf },
	{ COMMAND_EXPORT, "--to=bolt --object=/program", reread_fdata },
	{ COMMAND_EXPORT, "--to=bolt-preagg --object=/program", is_branches },
	{ COMMAND_EXPORT, "--to=profgen --object=/program", is_branches },
	{ COMMAND_EXPORT, "--to=autofdo --object=/program", is_branches },
	{ COMMAND_REPORT, "--format=html", is_page },
	{ COMMAND_REPORT, "--format=json", reread_json },
	{ COMMAND_REPORT, "--format=csv --by=host,comm,symbol,object", reread_csv },
	{ COMMAND_REPORT, "--by=stack", is_chains },
	{ COMMAND_ANNOTATE, "--format=json", reread_json },
	{ COMMAND_ANNOTATE, "--format=csv", reread_csv },
	{ COMMAND_KVM, "--format=html", is_page },
	{ COMMAND_KVM, "--format=json", reread_json },
	{ COMMAND_KVM, "--format=csv", reread_csv },
	{ COMMAND_SHARING, "--format=html", is_page },
	{ COMMAND_SHARING, "--format=json", reread_json },
	{ COMMAND_SHARING, "--format=csv --table=accessors", reread_csv },
};

#define WORDS	24

/* The file's bytes, to be freed. */
static char *load(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	char *text;

	check(f && !fstat(fileno(f), &st), "what it wrote");
	*len = (size_t)st.st_size;
	text = malloc(*len + 1);
	check(text && fread(text, 1, *len, f) == *len, "what it wrote");
	fclose(f);
	return text;
}

/* Run it on the recording, and read what it wrote. */
static void run_job(const struct job *j)
{
	char *words = strdup(j->words), *argv[WORDS], *option[8] = { NULL }, path[128], *text;
	size_t nr = 0, len = 0;
	int ret;

	check(words && asprintf(&option[0], "--input=%s", recording) > 0 &&
	      asprintf(&option[1], "--output=%s/out", folder) > 0 &&
	      asprintf(&option[2], "--symfs=%s/symfs", folder) > 0 &&
	      asprintf(&option[3], "--jit=%s", folder) > 0 &&
	      asprintf(&option[4], "--guest=0=%s/guest@0", folder) > 0 &&
	      asprintf(&option[5], "--vm-name=700=%s", names[VM]) > 0, "memory");
	argv[nr++] = (char *)command_name(j->command);
	for (char *at = strtok(words, " "); at; at = strtok(NULL, " "))
		argv[nr++] = at;
	argv[nr++] = "--quiet";
	argv[nr++] = "--no-build-id-cache";
	argv[nr++] = "--jobs=1";
	for (size_t i = 0; option[i]; i++)
		argv[nr++] = option[i];
	argv[nr] = NULL;
	ret = run_command(j->command, (int)nr, argv);
	check(ret == EXIT_OK, j->words);
	snprintf(path, sizeof(path), "%s/out", folder);
	text = load(path, &len);
	/* a function whose name would break lines is not in fdata */
	check((len || j->good == reread_fdata) && j->good(text, len), j->words);
	free(text);
	free(words);
	for (size_t i = 0; option[i]; i++)
		free(option[i]);
}

/*
 * The target
 */

static void remove_files(void)
{
	static const char *const files[] = {
		"symfs/program", "perf-700.map", "guest", "out", "symfs", "",
	};
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		remove(path);
	}
}

static void begin(void)
{
	static bool begun;
	char path[128];

	if (begun)
		return;
	begun = true;
	check(mkdtemp(folder) != NULL, "a folder in /tmp");
	snprintf(path, sizeof(path), "%s/symfs", folder);
	check(!mkdir(path, 0700), "a folder in it");
	setenv("SPELUNK_ROOT", "", 1);
	atexit(remove_files);
	/* what is missing in a recording is not what this is about */
	stderr = fopen("/dev/null", "w");
}

/* Names that the input does not have are usual ones; records bound the others. */
static void take_names(char *text, size_t size)
{
	static const char *const usual[NR_NAMES] = {
		"task", "CPU 0/KVM", "/lib/other", "bpf_prog", "program", "local", "LJS:*code",
		"guest_function", "host", "record", "web", "data",
	};
	size_t at = 0;

	for (unsigned int n = 0; n < NR_NAMES; n++) {
		size_t len = at < size ? strnlen(text + at, size - at) : 0;

		names[n] = len ? text + at : usual[n];
		at += len + 1;
		if (len > NAME_MAX_LEN)
			text[at - 1 - (len - NAME_MAX_LEN)] = '\0';
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > MAX_LEN)
		return 0;
	begin();
	text = calloc(1, size + 1);
	check(text != NULL, "memory");
	memcpy(text, data, size);
	take_names(text, size);
	save_files();
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
		run_job(&jobs[i]);
	remove(recording);
	free(text);
	return 0;
}
