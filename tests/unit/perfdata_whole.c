// SPDX-License-Identifier: GPL-2.0-only
/* A file being written is readable at any moment, on any disk. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/perfdata/written.h"

/* The contents of a file: lines of sideband, and bytes of trace data. */
struct amount {
	size_t lines, bytes;
};

static struct amount amount_of(const char *path, const struct event_lines *whole)
{
	struct input *s = reopen(path);
	struct amount a = { 0 };
	struct event_lines t;

	event_lines_read(&t, s);
	for (; a.lines < t.nr && !strstr(t.line[a.lines], " aux stream "); a.lines++)
		assert_string_equal(t.line[a.lines], whole->line[a.lines]);
	a.bytes = t.nr_bytes;
	/* the names of events precede all data */
	assert_string_equal(input_get_info(s)->attrs[2].name, "kvm:kvm_exit");
	assert_false(has_note(s, "was cut"));
	event_lines_free(&t);
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

/* If the program is killed at any moment, the file remains readable. */
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
		/* as it is, and with the last record partly written */
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

/* The end of the file is lost: the remaining records are read. */
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
		struct event_lines t;

		copy(f->path, f->pipe, len);
		s = reopen(f->pipe);
		event_lines_read(&t, s);
		assert_true(t.nr <= f->whole.nr);
		event_lines_free(&t);
		input_close(s);
	}
}

/* The end of the first record that does not end before that. */
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
 * As in tools/perf/util/header.c of 7.3: perf_header__process_sections() rejects a file with a
 * section that ends behind it, even one of feature 0 (HEADER_RESERVED).  And do_write_feat(), for
 * perf inject, uses a table indexed by feature: that of 6.1 ends with 31, HEADER_PMU_CAPS.
 */
static size_t assert_sections(const uint8_t *p, uint64_t data_end, size_t len)
{
	uint64_t at = data_end;

	assert_int_equal(p[72] & 1, 0);
	for (unsigned int f = 0; f < 256; f++) {
		if (!(p[72 + f / 8] >> f % 8 & 1))
			continue;
		assert_true(f >= 1 && f <= 31);
		assert_true(at + 16 <= len);
		assert_true(le64(p + at) >= 104 && le64(p + at) <= len);
		assert_true(le64(p + at + 8) <= len - le64(p + at));
		at += 16;
	}
	assert_true(at > data_end);
	return (size_t)(at - data_end);
}

/*
 * Check the file; true: it was closed.  In a closed file the table begins after the last record; in
 * a growing one a record contains it, whose first 8 bytes are the last of the data.
 */
static bool assert_shape(const char *path)
{
	bool closed;
	size_t len, table;
	uint8_t *p = slurp(path, &len);
	uint64_t data = le64(p + 40), end = data + le64(p + 48);

	/* reader__mmap() of tools/perf/util/session.c: no record may end behind it */
	assert_true(data >= 65536 && data <= len);
	assert_true(end >= data + 8 && end <= len);
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

/* The size of the file when last flushed, and its header then. */
static struct {
	off_t size;
	uint8_t header[104];
} flushed;

/* Replaces the writer's. */
int fdatasync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pread(fd, flushed.header, sizeof(flushed.header), 0),
			 sizeof(flushed.header));
	flushed.size = st.st_size;
	return (int)syscall(SYS_fdatasync, fd);
}

/* The header only counts what was flushed before. */
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

/* In a process of its own: a file size limit in place of a full disk. */
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
	size_t most = 0, len;
	off_t least;
	uint8_t *p;
	int ret;

	/* the minimum that must fit: AUXTRACE_INFO, which identifies SPE */
	write_one(w, f->b.data.p, &ret);
	assert_int_equal(ret ?: perfdata_writer_round(w), 0);
	p = slurp(f->path, &len);
	least = (off_t)(le64(p + 40) + le64(p + 48));
	least += (off_t)assert_sections(p, (uint64_t)least, len);
	free(p);
	assert_int_equal(perfdata_writer_close(w), 0);
	for (off_t limit = least; limit < least + 2000; limit += 37) {
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_there_at_a_round_stays),
		TEST(a_file_is_as_perf_checks_it_at_any_moment),
		TEST(a_header_tells_of_what_was_flushed),
		TEST(a_file_cut_anywhere_opens),
		TEST(a_full_disk_leaves_a_file_that_opens),
		TEST_COMPRESSED(what_was_there_at_a_round_stays),
		TEST_COMPRESSED(a_file_is_as_perf_checks_it_at_any_moment),
		TEST_COMPRESSED(a_file_cut_anywhere_opens),
		TEST_COMPRESSED(a_full_disk_leaves_a_file_that_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
