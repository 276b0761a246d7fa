// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/perfdata/expected.h"
#include "tests/perfdata/typical.h"

/* One SPE record: PC, type, counters, VA, events, timestamp. */
static const uint8_t spe_record[] = {
	0xb0, 0x00, 0x10, 0x40, 0, 0, 0, 0, 0x80, 0x49, 0x00, 0x99, 0x20, 0x00,
	0x98, 0x30, 0x00, 0xb2, 0, 0x20, 0x40, 0, 0, 0, 0, 0, 0x52, 0x02, 0x00,
	0x71, 1, 2, 3, 4, 5, 6, 7, 8,
};

static char dir[64];

static int in_own_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/spelunk-test-XXXXXX",
		 tmp && strlen(tmp) < 32 ? tmp : "/tmp");
	return !mkdtemp(dir);
}

static int own_dir_gone(void **state)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/cache/spelunk", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/cache", dir);
	rmdir(path);
	return rmdir(dir);
}

/* Feed bytes to standard input, from a process that keeps writing. */
static pid_t feed_stdin(const uint8_t *p, size_t len)
{
	int fds[2];
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (!child) {
		close(fds[0]);
		while (len) {
			ssize_t n = write(fds[1], p, len < 1000 ? len : 1000);

			if (n <= 0)
				_exit(1);
			p += n;
			len -= (size_t)n;
		}
		_exit(0);
	}
	close(fds[1]);
	dup2(fds[0], 0);
	close(fds[0]);
	return child;
}

static struct input *open_stdin(const uint8_t *p, size_t len, int want)
{
	struct input *s = NULL;
	char err[256];
	pid_t child = feed_stdin(p, len);

	assert_int_equal(input_open_file(&s, "-", err, sizeof(err)), want);
	close(0);
	assert_int_equal(open("/dev/null", O_RDONLY), 0);
	waitpid(child, NULL, 0);
	return s;
}

static void check_piped(void)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;

	typical(&b);
	for (int pipe_format = 0; pipe_format < 2; pipe_format++) {
		pipe_format ? build_pipe(&b) : build_file(&b);
		s = open_stdin(b.out.p, b.out.len, 0);
		assert_string_equal(input_get_info(s)->path, "-");
		event_lines_read(&t, s);
		assert_int_equal(t.nr, 15);
		assert_int_equal(t.nr_bytes, 288);
		assert_int_equal(t.bytes[191], aux_byte(0, 191));
		event_lines_free(&t);
		input_close(s);
	}
	build_free(&b);
}

static void standard_input_is_kept_in_the_cache_directory(void **state)
{
	char cache[128], path[160];
	struct dirent *e;
	struct stat st;
	DIR *d;

	snprintf(cache, sizeof(cache), "%s/cache", dir);
	setenv("XDG_CACHE_HOME", cache, 1);
	check_piped();
	snprintf(path, sizeof(path), "%s/spelunk", cache);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	d = opendir(path);
	while ((e = readdir(d)))	/* no file is left behind */
		assert_int_equal(e->d_name[0], '.');
	closedir(d);
}

static void standard_input_is_kept_in_memory_without_a_directory(void **state)
{
	setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
	check_piped();
}

static void noise_on_standard_input_is_refused_at_once(void **state)
{
	static uint8_t noise[1 << 20];

	signal(SIGPIPE, SIG_DFL);
	memset(noise, 0xee, sizeof(noise));
	assert_null(open_stdin(noise, sizeof(noise), -EINVAL));
	assert_null(open_stdin(noise, 0, -EINVAL));
}

static void a_redirected_file_is_read_in_place(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;
	char path[64], err[256];
	int fd;

	typical(&b);
	build_file(&b);
	fd = build_fd(&b, b.out.len, path, sizeof(path));
	lseek(fd, 0, SEEK_SET);
	dup2(fd, 0);
	assert_int_equal(input_open_file(&s, "-", err, sizeof(err)), 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 15);
	event_lines_free(&t);
	input_close(s);
	close(fd);
	close(0);
	assert_int_equal(open("/dev/null", O_RDONLY), 0);
	build_free(&b);
}

static void put_records(struct bytes_buf *b, size_t nr)
{
	while (nr--)
		put(b, spe_record, sizeof(spe_record));
}

static void raw_trace_data_is_known_by_its_bytes(void **state)
{
	struct build b = { 0 };
	struct input *s = NULL;
	struct event_lines t;
	char path[64], err[256];
	int fd;

	put_records(&b.out, 300);
	/* Also if it begins inside a packet. */
	for (size_t skip = 0; skip < sizeof(spe_record); skip++) {
		struct build cut = { 0 };

		put(&cut.out, b.out.p + skip, b.out.len - skip);
		fd = build_fd(&cut, cut.out.len, path, sizeof(path));
		assert_int_equal(input_open_file(&s, path, err, sizeof(err)), 0);
		assert_string_equal(input_get_info(s)->format, "raw AUX");
		assert_true(has_note(s, "raw trace data"));
		event_lines_read(&t, s);
		assert_int_equal(t.nr, 1);
		assert_int_equal(t.nr_bytes, cut.out.len);
		assert_memory_equal(t.bytes, cut.out.p, cut.out.len);
		event_lines_free(&t);
		input_close(s);
		close(fd);
		build_free(&cut);
	}
	build_free(&b);
}

static void raw_trace_data_is_known_by_its_name(void **state)
{
	struct input *s = NULL;
	char path[128], err[256];
	int fd;

	snprintf(path, sizeof(path), "%s/x.aux", dir);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, "what nobody can read as packets", 31), 31);
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), 0);
	assert_string_equal(input_get_info(s)->format, "raw AUX");
	input_close(s);
	unlink(path);
	close(fd);
}

static void texts_and_programs_are_no_raw_trace_data(void **state)
{
	static const char text[] =
		"# a text of some length that nobody takes for a recording\n"
		"The quick brown fox jumps over the lazy dog, 0123456789.\n";
	struct build b = { 0 };
	struct input *s = NULL;
	char path[64], err[256];
	int fd;

	put(&b.out, text, sizeof(text));
	fd = build_fd(&b, b.out.len, path, sizeof(path));
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), -EINVAL);
	close(fd);
	/* nor with many zeros, which are padding in SPE, and with ends of records */
	for (size_t i = 0; i < 500; i++)
		put(&b.out, i % 50 ? "\0\0\0\0\0\0\0" : "\1\0\0\0\0\0\0", 8);
	fd = build_fd(&b, b.out.len, path, sizeof(path));
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), -EINVAL);
	close(fd);
	build_free(&b);
	assert_int_equal(input_open_file(&s, "/proc/self/exe", err, sizeof(err)), -EINVAL);
}

static void a_file_cut_while_open_gives_short_reads(void **state)
{
	struct build b = { 0 };
	struct input *s = NULL;
	struct event ev;
	char path[64], err[256];
	uint8_t buf[8];
	int fd, n = 0;

	typical(&b);
	build_file(&b);
	fd = build_fd(&b, b.out.len, path, sizeof(path));
	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), 0);
	assert_int_equal(ftruncate(fd, 1200), 0);
	while (input_next(s, &ev) > 0)
		n++;
	assert_true(n < 20);
	assert_int_equal(input_read(s, 1199, buf, 8), 1);
	assert_int_equal(input_read(s, 5000, buf, 8), 0);
	input_close(s);
	close(fd);
	build_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_input_is_kept_in_the_cache_directory),
		cmocka_unit_test(standard_input_is_kept_in_memory_without_a_directory),
		cmocka_unit_test(noise_on_standard_input_is_refused_at_once),
		cmocka_unit_test(a_redirected_file_is_read_in_place),
		cmocka_unit_test(raw_trace_data_is_known_by_its_bytes),
		cmocka_unit_test(raw_trace_data_is_known_by_its_name),
		cmocka_unit_test(texts_and_programs_are_no_raw_trace_data),
		cmocka_unit_test(a_file_cut_while_open_gives_short_reads),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, in_own_dir, own_dir_gone);
}
