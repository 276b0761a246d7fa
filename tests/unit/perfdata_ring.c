// SPDX-License-Identifier: GPL-2.0-only
/* Trace bytes get from a ring to the disk, however the disk takes them. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/perfdata/written.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ring_is_read_back),
		TEST(a_ring_that_no_disk_can_read_is_read_back),
		TEST(a_disk_that_takes_nothing_from_memory_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
