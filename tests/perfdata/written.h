/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_PERFDATA_WRITTEN_H
#define TESTS_PERFDATA_WRITTEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "collector/perfdata/facts.h"
#include "collector/perfdata/write_impl.h"
#include "tests/perfdata/expected.h"
#include "tests/perfdata/typical.h"

/*
 * Writes the records of tests/perfdata/typical.h with the writer; the events that the reader
 * returns must equal those of the same recording built byte by byte.
 */

struct fixture {
	char dir[64], path[80], pipe[96];
	struct build b;
	struct event_lines whole;		/* events of the recording as built */
	union perf_attr_room attrs[BUILD_ATTRS];
	struct perfdata_event events[BUILD_ATTRS];
	struct perfdata_facts facts;
	int level;			/* zstd level */
};

static inline int set_up(void **state)
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
	event_lines_read(&f->whole, s);
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

static inline int set_up_compressed(void **state)
{
	int ret = set_up(state);

	((struct fixture *)*state)->level = 3;
	return ret;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	char cmd[100];

	perfdata_facts_free(&f->facts);
	event_lines_free(&f->whole);
	build_free(&f->b);
	snprintf(cmd, sizeof(cmd), "rm -r %s", f->dir);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

/* A machine with two kinds of cores, each with an SPE PMU. */
static inline void add_host(struct perfdata_facts *facts)
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

/* struct perf_record_header_build_id as in a section: no type, and an odd size. */
static inline void add_build_id(struct perfdata_facts *facts)
{
	struct perf_event_header h = { .misc = 1 << 15 | 2, .size = 36 + 64 };
	struct buffer b = { 0 };

	buffer_add(&b, &h, sizeof(h));
	buffer_u32(&b, UINT32_MAX);		/* pid */
	buffer_add(&b, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\24\0\0", 24);
	buffer_text(&b, "/nowhere", 64);
	perfdata_facts_add(facts, 2, &b);
}

static inline void make_facts(struct fixture *f)
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

static inline struct perfdata_writer *begin(struct fixture *f, const char *path)
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

/* Write the record at p, trace bytes in two pieces; returns its size. */
static inline size_t write_one(struct perfdata_writer *w, uint8_t *p, int *ret)
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

/* Write all records, with a round after every nth. */
static inline void write_all(struct fixture *f, struct perfdata_writer *w, unsigned int nth)
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

static inline struct input *reopen(const char *path)
{
	struct input *s;
	char err[256] = "";

	if (input_open_file(&s, path, err, sizeof(err)))
		fail_msg("%s: %s", path, err);
	return s;
}

static inline void assert_lines(const struct event_lines *got, const struct event_lines *want,
				size_t nr)
{
	assert_int_equal(got->nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_string_equal(got->line[i], want->line[i]);
}

static inline uint8_t *slurp(const char *path, size_t *len)
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

#define TEST(name)		cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define TEST_COMPRESSED(name)	cmocka_unit_test_setup_teardown(name, set_up_compressed, tear_down)

#endif
