// SPDX-License-Identifier: GPL-2.0-only
/* The reader finds what the writer wrote. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/perfdata/written.h"

static void what_is_written_is_read_back(void **state)
{
	struct fixture *f = *state;

	for (unsigned int nth = 0; nth < 5; nth++) {
		struct perfdata_writer *w = begin(f, f->path);
		const struct input_info *info;
		struct input *s;
		struct event_lines t;

		write_all(f, w, nth);
		perfdata_writer_time(w, 0, 0);
		perfdata_writer_time(w, 5000, 7000);
		perfdata_writer_time(w, 6000, 9000);
		assert_int_equal(perfdata_writer_close(w), 0);
		s = reopen(f->path);
		event_lines_read(&t, s);
		assert_lines(&t, &f->whole, f->whole.nr);
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
		event_lines_free(&t);
		input_close(s);
	}
}

/* By type: number, first and last offset. */
struct seen {
	size_t nr[100], first[100], last[100];
};

/* The records before the first one that is not part of the header. */
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
 * What perf requires of a stream: tracing data after all features, because builtin-evlist.c skips
 * none; build-ids as records, as in write_build_id() of util/header.c; everything except tracing
 * data a multiple of 8 bytes, as perf_session__process_event() of 7.3 says.
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
	struct event_lines t;
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
	event_lines_read(&t, s);
	assert_lines(&t, &f->whole, f->whole.nr);
	assert_memory_equal(t.bytes, f->whole.bytes, f->whole.nr_bytes);
	assert_string_equal(input_get_info(s)->attrs[1].name, "kvm:kvm_entry");
	event_lines_free(&t);
	input_close(s);
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
	/* a symbolic link in place of the file is renamed, not followed */
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(symlink("/tmp/spelunk-no-such-folder/x", f->path), 0);
	assert_int_equal(perfdata_writer_close(begin(f, f->path)), 0);
	assert_int_equal(lstat(f->path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

/* A section with arbitrary contents: valid parts are used, the rest ignored. */
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
		struct event_lines t;

		buffer_add(&section.bytes, texts[i], strlen(texts[i]));
		assert_int_equal(perfdata_writer_open(&w, f->path, &head), 0);
		write_all(f, w, 0);
		assert_int_equal(perfdata_writer_close(w), 0);
		buffer_free(&section.bytes);
		s = reopen(f->path);
		event_lines_read(&t, s);
		info = input_get_info(s);
		assert_int_equal(info->kernel_el, 0);
		assert_int_equal(info->nr_guests, i == 6 ? 1 : 0);
		if (i == 4)
			assert_int_equal(input_midr(s, 1), 1);
		event_lines_free(&t);
		input_close(s);
	}
}

/* Records shrink considerably; the unpacked size of each COMPRESSED one is bounded. */
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

/*
 * A ring that ends in a record of zeros: zstd first tries to pack them and then uses fewer bytes.
 */
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
		TEST(what_is_written_is_read_back),
		TEST(a_pipe_stream_is_read_back),
		TEST(a_stream_begins_as_perf_reads_it),
		TEST_COMPRESSED(what_is_written_is_read_back),
		TEST_COMPRESSED(a_pipe_stream_is_read_back),
		TEST_COMPRESSED(compressed_records_are_small),
		TEST_COMPRESSED(a_piece_of_zeros_is_padded_with_zeros),
		TEST(a_section_of_nonsense_is_harmless),
		TEST(a_file_is_its_owners_and_the_last_one_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
