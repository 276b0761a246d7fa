// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/bytes.h"
#include "collector/perfdata/facts.h"
#include "collector/perfdata/write_impl.h"
#include "tests/perfdata/expected.h"
#include "tests/perfdata/typical.h"

/*
 * The records of tests/perfdata/typical.h go through the writer; what the reader
 * then tells is compared with what it tells of the same, built byte by byte.
 */

struct fixture {
	char dir[64], path[80], pipe[96];
	struct build b;
	struct told whole;		/* of the recording as built */
	union perf_attr_room attrs[BUILD_ATTRS];
	struct perfdata_event events[BUILD_ATTRS];
	struct perfdata_facts facts;
	int level;			/* of zstd */
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct input *s;
	char err[256], path[64];
	int fd;

	strcpy(f->dir, "/tmp/spelunk-write.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/data", f->dir);
	snprintf(f->pipe, sizeof(f->pipe), "%s/pipe", f->dir);
	typical(&f->b);
	build_file(&f->b);
	fd = build_fd(&f->b, f->b.out.len, path, sizeof(path));
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), 0);
	told_drain(&f->whole, s);
	input_close(s);
	close(fd);
	assert_true(f->whole.nr > 10 && f->whole.nr_bytes);
	for (size_t i = 0; i < f->b.nr_attrs; i++) {
		const struct build_attr *a = &f->b.attrs[i];
		struct bytes_buf raw = { 0 };

		put_attr(&raw, a, 128);
		memcpy(&f->attrs[i], raw.p, raw.len);
		free(raw.p);
		f->events[i] = (struct perfdata_event){ &f->attrs[i], a->name, a->ids,
							a->nr_ids };
	}
	*state = f;
	return 0;
}

static int set_up_compressed(void **state)
{
	int ret = set_up(state);

	((struct fixture *)*state)->level = 3;
	return ret;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char cmd[100];

	perfdata_facts_free(&f->facts);
	told_free(&f->whole);
	build_free(&f->b);
	snprintf(cmd, sizeof(cmd), "rm -r %s", f->dir);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

/* A machine of two kinds of core, each with an SPE PMU. */
static void add_host(struct perfdata_facts *facts)
{
	static struct host_cpu cpus[] = { { 0, 0x410fd0c0 }, { 1, 0x411fd461 }, { 5, 0 } };
	static uint32_t first[] = { 0 }, second[] = { 1 };
	static struct host_cap caps[] = { { "min_interval", 1024 }, { "guest_profiling", 1 } };
	static struct host_pmu pmus[] = {
		{ .name = "arm_spe_0", .type = 9, .cpus = { first, 1 } },
		{ .name = "arm_spe_1", .type = 12, .cpus = { second, 1 }, .caps = caps,
		  .nr_caps = 2 },
	};
	const struct host h = { .cpus = cpus, .nr_cpus = 3, .spe = pmus, .nr_spe = 2,
				.kernel_el = 2, .timer_hz = 1000000000, .kvm = KVM_MODE_VHE,
				.guest_module = GUEST_MODULE_LOADED,
				.guest_module_version = "1.0" };

	perfdata_facts_host(facts, &h, false);
}

/* struct perf_record_header_build_id, as it is in a section: no type, of no even size. */
static void add_build_id(struct perfdata_facts *facts)
{
	struct perf_event_header h = { .misc = 1 << 15 | 2, .size = 36 + 64 };
	struct buffer b = { 0 };

	buffer_add(&b, &h, sizeof(h));
	buffer_u32(&b, UINT32_MAX);		/* pid */
	buffer_add(&b, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\24\0\0", 24);
	buffer_text(&b, "/nowhere", 64);
	perfdata_facts_add(facts, 2, &b);
}

static void make_facts(struct fixture *f)
{
	static char *const argv[] = { "record", "-a" };
	struct buffer tracing = { 0 }, compressed = { 0 };

	perfdata_facts_free(&f->facts);
	perfdata_facts_machine(&f->facts, 2, argv);
	perfdata_facts_events(&f->facts, f->events, f->b.nr_attrs);
	buffer_add(&tracing, f->b.tracing.p, f->b.tracing.len);
	perfdata_facts_add(&f->facts, 1, &tracing);
	add_build_id(&f->facts);
	if (f->level) {
		perfdata_compressed(&compressed, f->level);
		perfdata_facts_add(&f->facts, 27, &compressed);
	}
	add_host(&f->facts);
	assert_int_equal(perfdata_facts_seal(&f->facts), 0);
}

static struct perfdata_writer *begin(struct fixture *f, const char *path)
{
	struct perfdata_head head = { .events = f->events, .nr_events = f->b.nr_attrs,
				      .level = f->level };
	struct perfdata_writer *w;

	make_facts(f);
	head.sections = f->facts.list;
	head.nr_sections = f->facts.nr;
	assert_int_equal(perfdata_writer_open(&w, path, &head), 0);
	return w;
}

/* The record at p, in two pieces if it is one of trace bytes; returns its size. */
static size_t write_one(struct perfdata_writer *w, uint8_t *p, int *ret)
{
	size_t size = le16(p + 6), payload;
	struct iovec iov[2] = { { p, size } };
	struct perfdata_aux aux;

	if (le32(p) != 71) {
		*ret = perfdata_writer_records(w, iov, 1);
		return size;
	}
	payload = le64(p + 8);
	aux = (struct perfdata_aux){ .offset = le64(p + 16), .idx = le32(p + 32),
				     .tid = (int32_t)le32(p + 36),
				     .cpu = (int32_t)le32(p + 40) };
	iov[0] = (struct iovec){ p + size, payload / 3 };
	iov[1] = (struct iovec){ p + size + payload / 3, payload - payload / 3 };
	*ret = perfdata_writer_aux(w, &aux, iov, 2);
	return size + payload;
}

/* All records; a round after every nth. */
static void write_all(struct fixture *f, struct perfdata_writer *w, unsigned int nth)
{
	unsigned int nr = 0;
	int ret;

	for (size_t at = 0; at < f->b.data.len;) {
		at += write_one(w, f->b.data.p + at, &ret);
		assert_int_equal(ret, 0);
		if (nth && ++nr % nth == 0)
			assert_int_equal(perfdata_writer_round(w), 0);
	}
}

static struct input *reopen(const char *path)
{
	struct input *s;
	char err[256] = "";

	if (input_open_file(&s, path, err, sizeof(err)))
		fail_msg("%s: %s", path, err);
	return s;
}

static void assert_told(const struct told *got, const struct told *want, size_t nr)
{
	assert_int_equal(got->nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_string_equal(got->line[i], want->line[i]);
}

static void what_is_written_is_read_back(void **state)
{
	struct fixture *f = *state;

	for (unsigned int nth = 0; nth < 5; nth++) {
		struct perfdata_writer *w = begin(f, f->path);
		const struct input_info *info;
		struct input *s;
		struct told t;

		write_all(f, w, nth);
		perfdata_writer_time(w, 0, 0);
		perfdata_writer_time(w, 5000, 7000);
		perfdata_writer_time(w, 6000, 9000);
		assert_int_equal(perfdata_writer_close(w), 0);
		s = reopen(f->path);
		told_drain(&t, s);
		assert_told(&t, &f->whole, f->whole.nr);
		assert_int_equal(t.nr_bytes, f->whole.nr_bytes);
		assert_memory_equal(t.bytes, f->whole.bytes, t.nr_bytes);
		info = input_get_info(s);
		assert_int_equal(info->nr_notes, 0);
		assert_string_equal(info->cmdline, "spelunk record -a");
		assert_string_equal(info->attrs[1].name, "kvm:kvm_entry");
		assert_non_null(info->hostname);
		assert_int_equal(info->kernel_el, 2);
		assert_string_equal(info->guests_by, "arm_spe_guests 1.0");
		assert_int_equal(input_midr(s, 0), 0x410fd0c0);
		assert_int_equal(input_midr(s, 1), 0x411fd461);
		assert_int_equal(input_midr(s, -1), 0);
		assert_true(info->total_mem > 0 && info->nr_cpus > 0);
		told_free(&t);
		input_close(s);
	}
}

static uint8_t *slurp(const char *path, size_t *len)
{
	FILE *in = fopen(path, "r");
	struct stat st;
	uint8_t *p;

	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &st), 0);
	*len = (size_t)st.st_size;
	p = malloc(*len);
	assert_int_equal(fread(p, 1, *len, in), *len);
	fclose(in);
	return p;
}

/* By type: how many, and where the first and the last begin. */
struct seen {
	size_t nr[100], first[100], last[100];
};

/* The records in front of the first that is none of a header. */
static void look_at_head(struct seen *seen, const uint8_t *p, size_t len)
{
	*seen = (struct seen){ 0 };
	for (size_t at = 16; at + 16 <= len && le16(p + at + 6);) {
		uint32_t type = le32(p + at);

		if (type < 64 || type == 68 || type > 83)
			break;
		if (!seen->nr[type]++)
			seen->first[type] = at;
		seen->last[type] = at;
		at += le16(p + at + 6) + (type == 66 ? le32(p + at + 8) : 0);
	}
}

/*
 * What perf wants of a stream: tracing data behind all features, as builtin-evlist.c passes
 * over none; build-ids as records, as write_build_id() of util/header.c has it; all of a
 * multiple of 8 bytes, but tracing data, says perf_session__process_event() of 7.3.
 */
static void a_stream_begins_as_perf_reads_it(void **state)
{
	struct fixture *f = *state;
	struct seen seen;
	uint8_t *p;
	size_t len;
	int fd = open(f->path, O_RDWR | O_CREAT | O_TRUNC, 0600), out = dup(STDOUT_FILENO);

	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(perfdata_writer_close(begin(f, "-")), 0);
	assert_int_equal(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
	close(out);
	close(fd);
	p = slurp(f->path, &len);
	look_at_head(&seen, p, len);
	assert_int_equal(seen.nr[66], 1);
	assert_true(seen.nr[80] > 3 && seen.last[80] < seen.first[66]);
	assert_int_equal(seen.nr[67], 1);
	assert_int_equal(le16(p + seen.first[67] + 4), 1 << 15 | 2);
	assert_int_equal(le16(p + seen.first[67] + 6), 104);
	assert_string_equal((char *)p + seen.first[67] + 36, "/nowhere");
	for (size_t at = 16; at < seen.first[66]; at += le16(p + at + 6)) {
		assert_int_equal(le16(p + at + 6) % 8, 0);
		assert_false(le32(p + at) == 80 && le64(p + at + 8) == 2);
	}
	free(p);
}

static void a_pipe_stream_is_read_back(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w;
	struct input *s;
	struct told t;
	char cmd[300];
	pid_t pid;

	assert_int_equal(mkfifo(f->pipe, 0600), 0);
	pid = fork();
	if (!pid) {
		snprintf(cmd, sizeof(cmd), "cat %s >%s", f->pipe, f->path);
		_exit(system(cmd) != 0);
	}
	w = begin(f, f->pipe);
	write_all(f, w, 3);
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	s = reopen(f->path);
	assert_string_equal(input_get_info(s)->format, "perf pipe");
	told_drain(&t, s);
	assert_told(&t, &f->whole, f->whole.nr);
	assert_memory_equal(t.bytes, f->whole.bytes, f->whole.nr_bytes);
	assert_string_equal(input_get_info(s)->attrs[1].name, "kvm:kvm_entry");
	told_free(&t);
	input_close(s);
}

/* What a file tells: sideband lines, and bytes of trace data. */
struct amount {
	size_t lines, bytes;
};

static struct amount amount_of(const char *path, const struct told *whole)
{
	struct input *s = reopen(path);
	struct amount a = { 0 };
	struct told t;

	told_drain(&t, s);
	for (; a.lines < t.nr && !strstr(t.line[a.lines], " aux stream "); a.lines++)
		assert_string_equal(t.line[a.lines], whole->line[a.lines]);
	a.bytes = t.nr_bytes;
	/* the names of events stand before all data */
	assert_string_equal(input_get_info(s)->attrs[2].name, "kvm:kvm_exit");
	assert_false(told_noted(s, "was cut"));
	told_free(&t);
	input_close(s);
	return a;
}

static void copy(const char *from, const char *to, off_t len)
{
	char cmd[300];

	snprintf(cmd, sizeof(cmd), "cp %s %s", from, to);
	assert_int_equal(system(cmd), 0);
	if (len)
		assert_int_equal(truncate(to, len), 0);
}

/* A program that dies leaves the file as it is then, at any moment. */
static void what_was_there_at_a_round_stays(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	struct amount flushed = { 0 };
	unsigned int nr = 0;
	size_t at, last = 0;
	int ret;

	at = write_one(w, f->b.data.p, &ret);
	assert_int_equal(ret ?: perfdata_writer_round(w), 0);
	while (at < f->b.data.len) {
		struct amount a;
		struct stat st;

		if (++nr % 3 == 0) {
			assert_int_equal(perfdata_writer_round(w), 0);
			flushed = amount_of(f->path, &f->whole);
			assert_true(flushed.lines + flushed.bytes >= last);
			last = flushed.lines + flushed.bytes;
		}
		assert_int_equal(stat(f->path, &st), 0);
		at += write_one(w, f->b.data.p + at, &ret);
		assert_int_equal(ret, 0);
		/* as it is, and with the last record written in part */
		for (off_t len = 0; len < 40; len += 13) {
			copy(f->path, f->pipe, len ? st.st_size + len : 0);
			a = amount_of(f->pipe, &f->whole);
			assert_int_equal(a.lines, flushed.lines);
			assert_int_equal(a.bytes, flushed.bytes);
		}
	}
	assert_true(last > 10);
	assert_int_equal(perfdata_writer_close(w), 0);
}

/* The system lost the end of the file: what is left of the records is read. */
static void a_file_cut_anywhere_opens(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	struct stat st;
	off_t begun;

	assert_int_equal(stat(f->path, &st), 0);
	begun = st.st_size;
	write_all(f, w, 4);
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_int_equal(stat(f->path, &st), 0);
	for (off_t len = begun + 400; len < st.st_size; len += 7) {
		struct input *s;
		struct told t;

		copy(f->path, f->pipe, len);
		s = reopen(f->pipe);
		told_drain(&t, s);
		assert_true(t.nr <= f->whole.nr);
		told_free(&t);
		input_close(s);
	}
}

/* Where the first record ends that does not end before that. */
static uint64_t records_end(const uint8_t *p, uint64_t at, uint64_t data_end)
{
	while (at < data_end) {
		uint64_t size = le16(p + at + 6);

		assert_true(size >= 8);
		at += size + (le32(p + at) == 71 /* AUXTRACE */ ? le64(p + at + 8) : 0);
	}
	return at;
}

/*
 * As tools/perf/util/header.c of 7.3 has it: perf_header__process_sections() refuses a
 * file with a section that ends behind it, also one of feature 0 (HEADER_RESERVED).  And
 * do_write_feat(), for perf inject, takes a feature's place in a table: that of 6.1 ends
 * with 31, HEADER_PMU_CAPS.
 */
static size_t assert_sections(const uint8_t *p, uint64_t data_end, size_t len)
{
	uint64_t at = data_end;

	assert_int_equal(p[72] & 1, 0);
	for (unsigned int f = 0; f < 256; f++) {
		if (!(p[72 + f / 8] >> f % 8 & 1))
			continue;
		assert_in_range(f, 1, 31);
		assert_true(at + 16 <= len);
		assert_in_range(le64(p + at), 104, len);
		assert_in_range(le64(p + at + 8), 0, len - le64(p + at));
		at += 16;
	}
	assert_true(at > data_end);
	return (size_t)(at - data_end);
}

/*
 * The file as it is now; true if it was closed.  Of a closed one the table begins where the
 * last record ends; of one that grows a record holds it, whose first 8 bytes are the data's
 * last.
 */
static bool assert_shape(const char *path)
{
	bool closed;
	size_t len, table;
	uint8_t *p = slurp(path, &len);
	uint64_t data = le64(p + 40), end = data + le64(p + 48);

	/* reader__mmap() of tools/perf/util/session.c: no record there may end behind it */
	assert_in_range(data, 65536, len);
	assert_in_range(end, data + 8, len);
	table = assert_sections(p, end, len);
	closed = records_end(p, data, end) == end;
	if (!closed) {
		assert_int_equal(records_end(p, data, end), end + table);
		assert_int_equal(le32(p + end - 8), 68);	/* FINISHED_ROUND */
		assert_int_equal(le16(p + end - 2), 8 + table);
	}
	free(p);
	return closed;
}

static void a_file_is_as_perf_checks_it_at_any_moment(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	unsigned int nr = 0;
	int ret;

	assert_false(assert_shape(f->path));
	for (size_t at = 0; at < f->b.data.len; nr++) {
		at += write_one(w, f->b.data.p + at, &ret);
		assert_int_equal(ret, 0);
		assert_false(assert_shape(f->path));
		if (nr % 3 == 0)
			assert_int_equal(perfdata_writer_round(w), 0);
		assert_false(assert_shape(f->path));
	}
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_true(assert_shape(f->path));
	assert_int_equal(perfdata_writer_close(begin(f, f->path)), 0);
	assert_true(assert_shape(f->path));
}

/* How large the file was when it was last flushed, and its header then. */
static struct {
	off_t size;
	uint8_t header[104];
} flushed;

/* The writer's. */
int fdatasync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pread(fd, flushed.header, sizeof(flushed.header), 0),
			 sizeof(flushed.header));
	flushed.size = st.st_size;
	return (int)syscall(SYS_fdatasync, fd);
}

/* All that the header tells of was flushed before it told. */
static void assert_flushed(const char *path)
{
	size_t len;
	uint8_t *p = slurp(path, &len);

	assert_int_equal(flushed.size, len);
	assert_memory_not_equal(flushed.header, p, sizeof(flushed.header));
	free(p);
}

static void a_header_tells_of_what_was_flushed(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);

	write_all(f, w, 0);
	assert_int_equal(perfdata_writer_round(w), 0);
	assert_flushed(f->path);
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_flushed(f->path);
}

/* In a process of its own: a limit of the file's size stands for a full disk. */
static int fill_disk(struct fixture *f, off_t limit)
{
	struct rlimit r = { .rlim_cur = (rlim_t)limit, .rlim_max = (rlim_t)limit };
	struct perfdata_writer *w = begin(f, f->path);
	int ret = 0, first = 0;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &r))
		return 1;
	for (size_t at = 0; at < f->b.data.len;) {
		at += write_one(w, f->b.data.p + at, &ret);
		first = first ?: ret;
		if (!ret)
			ret = perfdata_writer_round(w);
		first = first ?: ret;
	}
	ret = perfdata_writer_close(w);
	return first == -EFBIG && ret == first ? 0 : 2;
}

static void a_full_disk_leaves_a_file_that_opens(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	size_t most = 0;
	struct stat st;
	int ret;

	/* the least there is room for: AUXTRACE_INFO, which says it is of SPE */
	write_one(w, f->b.data.p, &ret);
	assert_int_equal(ret ?: perfdata_writer_round(w), 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	for (off_t limit = st.st_size; limit < st.st_size + 2000; limit += 37) {
		struct amount a;
		int status;
		pid_t pid = fork();

		if (!pid)
			_exit(fill_disk(f, limit));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		a = amount_of(f->path, &f->whole);
		assert_shape(f->path);
		assert_true(a.lines + a.bytes >= most);
		most = a.lines + a.bytes;
	}
	assert_true(most > 3);
}

static void a_file_is_its_owners_and_the_last_one_is_kept(void **state)
{
	struct fixture *f = *state;
	struct stat st, old;
	char path[100];

	assert_int_equal(perfdata_writer_close(begin(f, f->path)), 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(perfdata_writer_close(begin(f, f->path)), 0);
	snprintf(path, sizeof(path), "%s.old", f->path);
	assert_int_equal(stat(path, &old), 0);
	assert_int_equal(old.st_ino, st.st_ino);
	/* a link that waits where the file should be is moved, not followed */
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(symlink("/tmp/spelunk-no-such-folder/x", f->path), 0);
	assert_int_equal(perfdata_writer_close(begin(f, f->path)), 0);
	assert_int_equal(lstat(f->path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

/* A section that says anything: as much of it as can be is taken, nothing else. */
static void a_section_of_nonsense_is_harmless(void **state)
{
	static const char *const texts[] = {
		"", "\n\n\n", "kernel-el 3\n", "cpu", "cpu 1 0x1\ncpu 1 0x2\ncpu 0 0x3\ncpu -5 0x4",
		"cpu 99999999999999999999 0x1\n",
		"guest 7\nguest 8 \nguest x y\nguest 9 a\xff\x1b[31m",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct perfdata_section section = { 255, { 0 } };
		struct perfdata_head head = { f->events, f->b.nr_attrs, &section, 1, 0 };
		const struct input_info *info;
		struct perfdata_writer *w;
		struct input *s;
		struct told t;

		buffer_add(&section.bytes, texts[i], strlen(texts[i]));
		assert_int_equal(perfdata_writer_open(&w, f->path, &head), 0);
		write_all(f, w, 0);
		assert_int_equal(perfdata_writer_close(w), 0);
		buffer_free(&section.bytes);
		s = reopen(f->path);
		told_drain(&t, s);
		info = input_get_info(s);
		assert_int_equal(info->kernel_el, 0);
		assert_int_equal(info->nr_guests, i == 6 ? 1 : 0);
		if (i == 4)
			assert_int_equal(input_midr(s, 1), 1);
		told_free(&t);
		input_close(s);
	}
}

/* A ring as the kernel maps one, and how far it is written. */
struct area {
	uint8_t *p;
	size_t size;
	uint64_t tail;
};

static struct area an_area(void)
{
	struct area a = { .size = 1 << 20 };

	a.p = mmap(NULL, a.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(a.p != MAP_FAILED);
	for (size_t i = 0; i < a.size; i++)
		a.p[i] = (uint8_t)(i * 7 + i / 251);
	return a;
}

static int write_area(struct perfdata_writer *w, struct area *a, size_t len, bool late)
{
	struct perfdata_aux aux = { .offset = a->tail, .cpu = 0, .tid = -1, .late = late };
	size_t from = a->tail % a->size, first = len < a->size - from ? len : a->size - from;
	struct iovec iov[2] = { { a->p + from, first }, { a->p, len - first } };

	a->tail += len;
	return perfdata_writer_aux(w, &aux, iov, len > first ? 2 : 1);
}

#define AREA_BYTES	(2 * (524288 + 64 + 300000 + 524288 + 4096 - 64 + 200000 + 8 + 262144 + 24 + (1 << 20) + \
			      136 + 700000 + 131072))

/* AREA_BYTES in pieces that begin and end anywhere, over the end of the area, large and small, late. */
static void write_pieces(struct perfdata_writer *w, struct area *a)
{
	static const size_t len[] = {
		524288, 64, 300000, 524288, 4096 - 64, 200000, 8, 262144 + 24, 1 << 20, 136, 700000, 131072,
	};
	int ret;

	for (unsigned int i = 0; i < 2 * sizeof(len) / sizeof(len[0]); i++) {
		assert_int_equal(write_area(w, a, len[i % (sizeof(len) / sizeof(len[0]))],
					    i % 5 == 4), 0);
		if (i % 3 == 2)
			assert_int_equal(perfdata_writer_round(w), 0);
		/* of different sizes, so that the next begins elsewhere in its page */
		for (unsigned int k = 0; k < i; k++) {
			struct perf_event_header pad = { .type = 69, .size = 16 };
			uint64_t none[2] = { 0 };

			memcpy(none, &pad, sizeof(pad));
			ret = perfdata_writer_records(w, &(struct iovec){ none, 16 }, 1);
			assert_int_equal(ret, 0);
		}
	}
}

static void assert_area(const char *path, const struct area *a)
{
	struct input *s = reopen(path);
	struct told t;

	told_drain(&t, s);
	assert_int_equal(t.nr_bytes, a->tail);
	for (size_t i = 0; i < t.nr_bytes; i++)
		assert_int_equal(t.bytes[i], a->p[i % a->size]);
	assert_false(told_noted(s, "damaged"));
	told_free(&t);
	input_close(s);
}

static void a_ring_is_read_back(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	struct area a = an_area();
	bool direct = w->direct >= 0;
	int ret;

	write_one(w, f->b.data.p, &ret);
	assert_int_equal(ret, 0);
	write_pieces(w, &a);
	assert_int_equal(w->direct >= 0, direct);	/* all were as the file system wants */
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_area(f->path, &a);
	munmap(a.p, a.size);
}

/* From now on this process's pwritev() of least or more pieces to fd fails so. */
static int refuse(int fd, unsigned int least, unsigned int err)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pwritev, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)fd, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, least, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]), program };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ?:
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

#define NO_DIRECT	77

static int write_refused(struct fixture *f, struct area *a, unsigned int least, unsigned int err)
{
	struct perfdata_writer *w = begin(f, f->path);
	bool copies = err == EFAULT;
	int ret;

	write_one(w, f->b.data.p, &ret);
	if (ret || w->direct < 0 || refuse(w->direct, least, err))
		return NO_DIRECT;
	write_pieces(w, a);
	if (copies != !!w->copy || copies != (w->direct >= 0))
		return 1;
	return perfdata_writer_close(w) != 0;
}

static void assert_refused_is_read_back(struct fixture *f, unsigned int least, unsigned int err)
{
	struct area a = an_area();
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(write_refused(f, &a, least, err));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_DIRECT)
		skip();
	assert_int_equal(status, 0);
	a.tail = AREA_BYTES;
	assert_area(f->path, &a);
	munmap(a.p, a.size);
}

/* Linux 6.14 and later map rings so that no disk can read from them: what wraps first. */
static void a_ring_that_no_disk_can_read_is_read_back(void **state)
{
	assert_refused_is_read_back(*state, 2, EFAULT);
}

static void a_disk_that_takes_nothing_from_memory_is_written(void **state)
{
	assert_refused_is_read_back(*state, 1, EINVAL);
}

/* Many records are much smaller; what each COMPRESSED one becomes has its bound. */
static void compressed_records_are_small(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	struct buffer many = { 0 };
	uint64_t before = perfdata_writer_size(w);
	struct input *s;
	int ret;

	write_one(w, f->b.data.p, &ret);
	while (many.len < 300000) {
		struct perf_event_header h = { .type = 3, .size = 56 };	/* COMM */

		buffer_add(&many, &h, sizeof(h));
		buffer_u32(&many, (uint32_t)many.len);
		buffer_u32(&many, (uint32_t)many.len);
		buffer_add(&many, "name\0\0\0", 8);
		buffer_take(&many, 32);
	}
	for (unsigned int i = 0; i < 4; i++) {
		struct iovec iov = { many.p, many.len };

		assert_int_equal(perfdata_writer_records(w, &iov, 1), 0);
		assert_int_equal(perfdata_writer_size(w) % 8, 0);
	}
	assert_true(perfdata_writer_size(w) - before < many.len);
	assert_int_equal(perfdata_writer_close(w), 0);
	s = reopen(f->path);
	for (size_t i = 0; i < 4 * many.len / 56; i++) {
		struct event ev;

		assert_int_equal(input_next(s, &ev), 1);
		assert_int_equal(ev.type, EVENT_COMM);
	}
	input_close(s);
	buffer_free(&many);
}

/* A ring that ends inside the zeros of a record: zstd tries to pack them and then takes less. */
static void a_piece_of_zeros_is_padded_with_zeros(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	uint8_t comm[56] = { [0] = 3, [6] = sizeof(comm), [16] = 'n' };	/* perf_event_header: COMM */
	const unsigned int nr = 41;
	struct input *s;
	struct event ev;
	int ret;

	write_one(w, f->b.data.p, &ret);
	for (unsigned int piece = 0; piece < nr; piece++) {
		struct iovec iov[] = { { comm, sizeof(comm) - piece },
				       { comm + sizeof(comm) - piece, piece } };

		comm[8] = comm[12] = (uint8_t)piece;	/* pid, tid */
		assert_int_equal(perfdata_writer_records(w, iov, 2), 0);
	}
	assert_int_equal(perfdata_writer_close(w), 0);
	s = reopen(f->path);
	for (unsigned int piece = 0; piece < nr; piece++) {
		assert_int_equal(input_next(s, &ev), 1);
		assert_int_equal(ev.type, EVENT_COMM);
	}
	input_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(what_is_written_is_read_back),
		TEST(a_pipe_stream_is_read_back),
		TEST(a_stream_begins_as_perf_reads_it),
		TEST(what_was_there_at_a_round_stays),
		TEST(a_file_is_as_perf_checks_it_at_any_moment),
		TEST(a_header_tells_of_what_was_flushed),
		TEST(a_file_cut_anywhere_opens),
		TEST(a_full_disk_leaves_a_file_that_opens),
#define TEST_COMPRESSED(name) cmocka_unit_test_setup_teardown(name, set_up_compressed, tear_down)
		TEST_COMPRESSED(what_is_written_is_read_back),
		TEST_COMPRESSED(a_pipe_stream_is_read_back),
		TEST_COMPRESSED(what_was_there_at_a_round_stays),
		TEST_COMPRESSED(a_file_is_as_perf_checks_it_at_any_moment),
		TEST_COMPRESSED(a_file_cut_anywhere_opens),
		TEST_COMPRESSED(a_full_disk_leaves_a_file_that_opens),
		TEST_COMPRESSED(compressed_records_are_small),
		TEST_COMPRESSED(a_piece_of_zeros_is_padded_with_zeros),
		TEST(a_ring_is_read_back),
		TEST(a_ring_that_no_disk_can_read_is_read_back),
		TEST(a_disk_that_takes_nothing_from_memory_is_written),
		TEST(a_section_of_nonsense_is_harmless),
		TEST(a_file_is_its_owners_and_the_last_one_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
