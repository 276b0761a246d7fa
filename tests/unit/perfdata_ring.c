// SPDX-License-Identifier: GPL-2.0-only
/* Trace bytes from a ring to the disk, by whatever means the disk permits. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/perfdata/written.h"

/* A ring as mapped by the kernel, and how far it is written. */
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

static int write_area(struct perfdata_writer *w, struct area *a, size_t len)
{
	struct perfdata_aux aux = { .offset = a->tail, .cpu = 0, .tid = -1 };
	size_t from = a->tail % a->size, first = len < a->size - from ? len : a->size - from;
	struct iovec iov[2] = { { a->p + from, first }, { a->p, len - first } };

	a->tail += len;
	return perfdata_writer_aux(w, &aux, iov, len > first ? 2 : 1);
}

#define AREA_BYTES	(2 * (524288 + 64 + 300000 + 524288 + 4096 - 64 + 200000 + 8 + 262144 + 24 + (1 << 20) + \
			      136 + 700000 + 131072))

/*
 * AREA_BYTES in pieces of all sizes that begin and end anywhere, also across the end of the area.
 */
static void write_pieces(struct perfdata_writer *w, struct area *a)
{
	static const size_t len[] = {
		524288, 64, 300000, 524288, 4096 - 64, 200000, 8, 262144 + 24, 1 << 20, 136, 700000, 131072,
	};
	int ret;

	for (unsigned int i = 0; i < 2 * sizeof(len) / sizeof(len[0]); i++) {
		assert_int_equal(write_area(w, a, len[i % (sizeof(len) / sizeof(len[0]))]), 0);
		if (i % 3 == 2)
			assert_int_equal(perfdata_writer_round(w), 0);
		/* of different sizes, so that the next one has another alignment */
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
	struct event_lines t;

	event_lines_read(&t, s);
	assert_int_equal(t.nr_bytes, a->tail);
	for (size_t i = 0; i < t.nr_bytes; i++)
		assert_int_equal(t.bytes[i], a->p[i % a->size]);
	assert_false(has_note(s, "damaged"));
	event_lines_free(&t);
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
	assert_int_equal(w->direct >= 0, direct);	/* the file system supports O_DIRECT as
							 * expected */
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_area(f->path, &a);
	munmap(a.p, a.size);
}

/* From now on pwritev() to fd fails with err in all threads. */
static int refuse(int fd, unsigned int err)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pwritev, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)fd, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(program) / sizeof(program[0]), program };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ?:
	       (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
}

#define NO_DIRECT	77

static int write_refused(struct fixture *f, struct area *a, unsigned int err)
{
	struct perfdata_writer *w = begin(f, f->path);
	int ret;

	write_one(w, f->b.data.p, &ret);
	if (ret || w->direct < 0 || refuse(w->direct, err))
		return NO_DIRECT;
	write_pieces(w, a);
	if (w->direct >= 0)
		return 1;
	return perfdata_writer_close(w) != 0;
}

/* Whatever the error of a direct write, the same bytes go through the page cache. */
static void assert_refused_is_read_back(struct fixture *f, unsigned int err)
{
	struct area a = an_area();
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(write_refused(f, &a, err));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_DIRECT)
		skip();
	assert_int_equal(status, 0);
	a.tail = AREA_BYTES;
	assert_area(f->path, &a);
	munmap(a.p, a.size);
}

static void a_disk_that_wants_another_alignment_is_written(void **state)
{
	assert_refused_is_read_back(*state, EINVAL);
}

static void a_file_system_without_direct_writes_is_written(void **state)
{
	assert_refused_is_read_back(*state, EOPNOTSUPP);
}

/* Like FUSE and NFS. */
static void a_file_system_whose_direct_writes_fail_is_written(void **state)
{
	assert_refused_is_read_back(*state, EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ring_is_read_back),
		TEST(a_disk_that_wants_another_alignment_is_written),
		TEST(a_file_system_without_direct_writes_is_written),
		TEST(a_file_system_whose_direct_writes_fail_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
