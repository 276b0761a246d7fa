// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>

#include "tests/perfdata/expected.h"
#include "tests/perfdata/typical.h"

#define NR(a) (sizeof(a) / sizeof((a)[0]))

/* Open the first len bytes; the message of a failure goes to err. */
static struct input *open_cut(const struct build *b, size_t len, char *err, size_t errlen)
{
	struct input *s = NULL;
	char path[64];
	int fd = build_fd(b, len, path, sizeof(path));
	int ret = input_open_file(&s, path, err, errlen);

	assert_true(!ret == !!s);
	if (ret)
		assert_true(err[0]);
	close(fd);
	return s;
}

static bool is_aux(const char *line)
{
	return strstr(line, " aux stream ");
}

/* The sideband must be a subsequence of the whole recording's lines. */
static void check_is_part(const struct event_lines *part, const struct event_lines *whole)
{
	size_t w = 0;

	for (size_t i = 0; i < part->nr; i++) {
		if (is_aux(part->line[i]))
			continue;
		while (w < whole->nr && strcmp(part->line[i], whole->line[w]))
			w++;
		if (w == whole->nr)
			fail_msg("not of the whole recording: %s", part->line[i]);
		w++;
	}
	assert_true(part->nr_bytes <= whole->nr_bytes);
}

/* Each AUX byte must be the one for its stream offset. */
static void check_aux_bytes(struct input *s)
{
	struct event ev;

	while (input_next(s, &ev) > 0) {
		uint8_t buf[256];

		if (ev.type != EVENT_AUX)
			continue;
		assert_true(ev.aux.len <= sizeof(buf));
		assert_int_equal(input_read(s, ev.aux.file_offset, buf, ev.aux.len),
				 ev.aux.len);
		for (uint64_t i = 0; i < ev.aux.len; i++)
			assert_int_equal(buf[i], aux_byte((uint32_t)ev.cpu,
							  ev.aux.offset + i));
	}
}

static void check_every_cut(struct build *b)
{
	struct event_lines whole, part;
	struct input *s;
	char err[256];

	s = open_cut(b, b->out.len, err, sizeof(err));
	event_lines_read(&whole, s);
	input_close(s);
	for (size_t len = 0; len < b->out.len; len++) {
		s = open_cut(b, len, err, sizeof(err));
		if (!s)
			continue;
		event_lines_read(&part, s);
		assert_int_equal(part.end, -ENODATA);
		check_is_part(&part, &whole);
		input_close(s);
		event_lines_free(&part);
		s = open_cut(b, len, err, sizeof(err));
		check_aux_bytes(s);
		input_close(s);
	}
	event_lines_free(&whole);
}

static void a_file_cut_at_any_byte_tells_nothing_new(void **state)
{
	struct build b = { 0 };

	typical(&b);
	build_file(&b);
	check_every_cut(&b);
	build_free(&b);
}

static void a_pipe_cut_at_any_byte_tells_nothing_new(void **state)
{
	struct build b = { 0 };

	typical(&b);
	build_pipe(&b);
	check_every_cut(&b);
	build_free(&b);
}

static void a_cut_file_says_what_is_missing(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];
	size_t header;

	typical(&b);
	build_file(&b);
	header = b.out.len - b.data.len;
	for (size_t f = 0; f < BUILD_FEATURES; f++)
		if (b.feature[f].len)
			header -= b.feature[f].len + 16;
	/* Inside the payload of the last AUXTRACE: 64 bytes; LOST and COMM follow. */
	s = open_cut(&b, header + b.data.len - 56 - 56 - 24, err, sizeof(err));
	event_lines_read(&t, s);
	assert_true(has_note(s, "The file was cut: "));
	assert_true(has_note(s, "ends inside trace data"));
	assert_true(input_get_info(s)->losses[0].missing_bytes > 0);
	assert_int_equal(input_get_info(s)->losses[0].missing_bytes +
			 input_get_info(s)->losses[0].aux_bytes, 192);
	finish(&b, s, &t);
}

static void a_file_without_data_size_is_read_to_its_end(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	typical_attrs(&b);
	rec_info_v1(&b, 4, TYPICAL_SPE_TYPE);
	typical_aux(&b);
	b.no_event_desc = true;
	build_file(&b);
	memset(b.out.p + 48, 0, 8);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr_bytes, 128 + 96 + 64);
	assert_true(has_note(s, "no data size"));
	finish(&b, s, &t);
}

static void unwritten_blocks_are_jumped_over(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	typical_attrs(&b);
	typical_features(&b);
	rec_comm(&b, 0, 1, "before", (struct at){ 56, 1, 1, 1, 0 });
	put_zero(&b.data, 8192);
	rec_comm(&b, 0, 1, "behind", (struct at){ 56, 2, 1, 1, 0 });
	build_file(&b);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 2);
	assert_true(has_note(s, "8192 bytes at offset"));
	finish(&b, s, &t);
}

static void damage_is_left_at_the_next_indexed_trace_data(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];
	size_t trace, data_at;

	typical_attrs(&b);
	typical_features(&b);
	put(&b.data, "\xff\xff\xff\xff\xff\xff\x01\x00 what is no record here", 32);
	trace = b.data.len;
	rec_auxtrace(&b, 0, UINT32_MAX, 0, 64);
	/* The index needs the offset of the data: build once to get it. */
	build_file(&b);
	memcpy(&data_at, b.out.p + 40, 8);
	b.feature[18].len = 0;
	put64(&b.feature[18], 1);
	put64(&b.feature[18], data_at + trace);
	put64(&b.feature[18], 48);
	build_file(&b);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 1);
	assert_int_equal(t.nr_bytes, 64);
	assert_true(has_note(s, "hold no records"));
	finish(&b, s, &t);
}

static void records_of_size_zero_end_the_walk(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	typical_attrs(&b);
	typical_features(&b);
	rec_comm(&b, 0, 1, "before", (struct at){ 56, 1, 1, 1, 0 });
	put64(&b.data, 3);
	rec_comm(&b, 0, 1, "behind", (struct at){ 56, 2, 1, 1, 0 });
	build_file(&b);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 1);
	assert_true(has_note(s, "hold no records"));
	finish(&b, s, &t);
}

/* Every 8-byte word of header, attrs and records, set to values that break arithmetic. */
static void absurd_words_anywhere_do_no_harm(void **state)
{
	static const uint64_t absurd[] = {
		0, 1, 7, UINT64_MAX, UINT64_MAX - 7, 1ULL << 63, 1ULL << 32, 0xffff0000ffff,
	};

	for (int pipe = 0; pipe < 2; pipe++) {
		struct build b = { 0 };

		typical(&b);
		pipe ? build_pipe(&b) : build_file(&b);
		for (size_t at = 8; at + 8 <= b.out.len; at += 8) {
			for (size_t i = 0; i < NR(absurd); i++) {
				struct input *s;
				struct event ev;
				uint8_t kept[8];
				char err[256];
				size_t events = 0;

				memcpy(kept, b.out.p + at, 8);
				memcpy(b.out.p + at, &absurd[i], 8);
				s = open_cut(&b, b.out.len, err, sizeof(err));
				while (s && input_next(s, &ev) > 0)
					events++;
				assert_true(events < 1000);
				input_close(s);
				memcpy(b.out.p + at, kept, 8);
			}
		}
		build_free(&b);
	}
}

/* 192 MiB of unused records, compressed to a few KiB. */
static void put_bomb(struct build *b)
{
	ZSTD_CStream *z = ZSTD_createCStream();
	static uint8_t block[32768], room[60000];

	for (size_t at = 0; at < sizeof(block); at += 8192) {
		block[at] = 60;
		block[at + 7] = 0x20;
	}
	ZSTD_initCStream(z, 1);
	for (int i = 0; i < 24; i++) {
		ZSTD_outBuffer out = { room, sizeof(room), 0 };
		struct bytes_buf o = { 0 };

		for (int k = 0; k < 256; k++) {
			ZSTD_inBuffer in = { block, sizeof(block), 0 };

			ZSTD_compressStream(z, &out, &in);
			assert_int_equal(in.pos, sizeof(block));
		}
		assert_int_equal(ZSTD_flushStream(z, &out), 0);
		put(&o, room, out.pos);
		rec_user(&b->data, 81, 0, &o);
		free(o.p);
	}
	ZSTD_freeCStream(z);
}

static void what_expands_without_end_is_given_up(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	typical_attrs(&b);
	typical_features(&b);
	put_bomb(&b);
	rec_comm(&b, 0, 1, "behind", (struct at){ 56, 2, 1, 1, 0 });
	build_file(&b);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 1);
	assert_true(has_note(s, "expand without end"));
	finish(&b, s, &t);
}

/* Ids that all hash to the same slot, and as many samples that look them up. */
static void ids_made_to_collide_cost_little(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	build_attr_id(build_attr(&b, TYPICAL_SPE_TYPE, 1, "arm_spe_0//"), 11);
	rec_info_v1(&b, 4, TYPICAL_SPE_TYPE);
	build_pipe(&b);
	for (int n = 0; n < 20; n++) {
		struct bytes_buf body = { 0 };

		put_attr(&body, &b.attrs[0], 128);
		/* 0xf1de83e19937733d * 0x9e3779b97f4a7c15 == 1: bits 20 to 43 stay 0 */
		for (uint64_t i = 1; i < 8000; i++)
			put64(&body, ((n * 8000 + i) << 44) * 0xf1de83e19937733dULL);
		rec_user(&b.out, 64, 0, &body);
		free(body.p);
	}
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.end, -ENODATA);
	assert_true(has_note(s, "too many event ids"));
	finish(&b, s, &t);
}

static void chunks_stated_twice_are_given_once(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	typical_attrs(&b);
	typical_features(&b);
	rec_auxtrace(&b, 0, UINT32_MAX, 0, 64);
	rec_auxtrace(&b, 0, UINT32_MAX, 0, 64);
	rec_auxtrace(&b, 0, UINT32_MAX, 32, 64);
	build_file(&b);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr_bytes, 96);
	for (uint32_t i = 0; i < 96; i++)
		assert_int_equal(t.bytes[i], aux_byte(0, i));
	assert_true(has_note(s, "twice"));
	finish(&b, s, &t);
}

static void unknown_events_are_no_guest_entries(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char err[256];

	typical_attrs(&b);
	typical_features(&b);
	b.tracing.len = 0;
	b.no_event_desc = true;
	rec_kvm_entry(&b, 1, (struct at){ 52, 5, 1, 1, 0 });
	rec_kvm_entry(&b, 1, (struct at){ 4711, 5, 1, 1, 0 });
	build_file(&b);
	s = open_cut(&b, b.out.len, err, sizeof(err));
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 0);
	assert_true(has_note(s, "names of its tracepoints"));
	assert_true(has_note(s, "does not list"));
	finish(&b, s, &t);
}

static void open_bytes_fails(const void *p, size_t len, int want, const char *words)
{
	struct build b = { 0 };
	struct input *s = NULL;
	char path[64], err[256];
	int fd;

	put(&b.out, p, len);
	fd = build_fd(&b, len, path, sizeof(path));
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), want);
	assert_null(s);
	if (!strstr(err, words))
		fail_msg("\"%s\" lacks \"%s\"", err, words);
	close(fd);
	build_free(&b);
}

static void what_is_no_perf_data_is_refused_with_a_reason(void **state)
{
	uint8_t header[104] = "PERFILE2";

	open_bytes_fails("", 0, -EINVAL, "empty");
	open_bytes_fails("PERF", 4, -EINVAL, "ends after 4 bytes");
	open_bytes_fails("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\267\0\1\0\0\0", 24, -EINVAL,
			 "not a perf.data");
	open_bytes_fails("2ELIFREP\0\0\0\0\0\0\0\x68", 16, -EINVAL, "big-endian");
	open_bytes_fails("PERFFILE\0\0\0\0\0\0\0\0", 16, -EINVAL, "version 1");
	open_bytes_fails(header, 12, -EBADMSG, "ends inside its header");
	header[8] = 9;
	open_bytes_fails(header, 104, -EBADMSG, "its own size as 9");
	header[8] = 104;
	open_bytes_fails(header, 60, -EBADMSG, "ends inside its header");
	open_bytes_fails(header, 104, -EBADMSG, "events of 0 bytes");
	header[16] = 144;
	header[24] = header[31] = 1;
	open_bytes_fails(header, 104, -EBADMSG, "list of events");
}

static void built_fails(struct build *b, bool pipe, int want, const char *words)
{
	pipe ? build_pipe(b) : build_file(b);
	open_bytes_fails(b->out.p, b->out.len, want, words);
	build_free(b);
}

static void recordings_without_spe_have_other_events(void **state)
{
	struct build b = { 0 };
	struct input *s = NULL;
	struct event_lines t;
	char path[64], err[256];
	int fd = memfd_create("test", 0);

	build_attr_id(build_attr(&b, 2, KVM_ENTRY_CONFIG, "kvm:kvm_entry"), 5);
	rec_kvm_entry(&b, 0x4000, (struct at){ 5, 7, 1, 1, 0 });
	build_file(&b);
	assert_true(fd >= 0 && write(fd, b.out.p, b.out.len) == (ssize_t)b.out.len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), -ENODATA);
	assert_int_equal(input_open_sideband(&s, path, err, sizeof(err)), 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 1);
	assert_non_null(strstr(t.line[0], "enter pc"));
	event_lines_free(&t);
	input_close(s);
	close(fd);
	build_free(&b);
}

static void recordings_without_spe_are_refused_with_a_reason(void **state)
{
	for (int pipe = 0; pipe < 2; pipe++) {
		struct build b = { 0 };

		/* only guest entries */
		build_attr_id(build_attr(&b, 2, KVM_ENTRY_CONFIG, "kvm:kvm_entry"), 5);
		feature_string(&b, 3, "host");
		built_fails(&b, pipe, -ENODATA, "no Arm SPE data");

		build_attr_id(build_attr(&b, 8, 0, "intel_pt//"), 5);
		put64(&b.feature[18], 0);
		rec_info_v1(&b, 1, 8);
		built_fails(&b, pipe, -ENODATA, "is Intel PT, not Arm SPE");

		build_attr_id(build_attr(&b, 8, 0, "cs_etm//"), 5);
		put64(&b.feature[18], 0);
		rec_info_v1(&b, 3, 8);
		built_fails(&b, pipe, -ENODATA, "CoreSight");

		build_attr_id(build_attr(&b, 8, 0, "new//"), 5);
		put64(&b.feature[18], 0);
		rec_info_v1(&b, 4711, 8);
		built_fails(&b, pipe, -ENODATA, "unknown kind (4711)");
	}
}

static void directories_are_refused_with_a_reason(void **state)
{
	struct build b = { 0 };
	struct input *s = NULL;
	char err[256];

	assert_int_equal(input_open_file(&s, "/", err, sizeof(err)), -EISDIR);
	assert_non_null(strstr(err, "--threads"));
	assert_int_equal(input_open_file(&s, "/no/such/file", err, sizeof(err)), -ENOENT);
	assert_non_null(strstr(err, "no such file"));
	typical(&b);
	put64(&b.feature[24], 1);
	built_fails(&b, false, -EISDIR, "--threads");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_at_any_byte_tells_nothing_new),
		cmocka_unit_test(a_pipe_cut_at_any_byte_tells_nothing_new),
		cmocka_unit_test(a_cut_file_says_what_is_missing),
		cmocka_unit_test(a_file_without_data_size_is_read_to_its_end),
		cmocka_unit_test(unwritten_blocks_are_jumped_over),
		cmocka_unit_test(damage_is_left_at_the_next_indexed_trace_data),
		cmocka_unit_test(records_of_size_zero_end_the_walk),
		cmocka_unit_test(absurd_words_anywhere_do_no_harm),
		cmocka_unit_test(what_expands_without_end_is_given_up),
		cmocka_unit_test(ids_made_to_collide_cost_little),
		cmocka_unit_test(chunks_stated_twice_are_given_once),
		cmocka_unit_test(unknown_events_are_no_guest_entries),
		cmocka_unit_test(what_is_no_perf_data_is_refused_with_a_reason),
		cmocka_unit_test(recordings_without_spe_have_other_events),
		cmocka_unit_test(recordings_without_spe_are_refused_with_a_reason),
		cmocka_unit_test(directories_are_refused_with_a_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
