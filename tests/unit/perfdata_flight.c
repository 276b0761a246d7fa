// SPDX-License-Identifier: GPL-2.0-only
/* Several threads write, and several disk requests are in flight. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/perfdata/written.h"

#define WRITERS		5
#define FINISHED_ROUND	68	/* PERF_RECORD_FINISHED_ROUND, and so on */
#define AUXTRACE	71

/* A thread and the stream that it writes. */
struct stream {
	struct perfdata_writer *w;
	uint32_t idx;
	uint64_t bytes;		/* amount to write */
	uint64_t at;
	int ret;
};

static uint8_t byte_of(uint32_t idx, uint64_t at)
{
	return (uint8_t)(idx * 101 + at * 7 + at / 251);
}

/* Pieces from 64 bytes to 3 MiB, each followed by a small record. */
static void *write_stream(void *arg)
{
	static const size_t sizes[] = { 64, 1 << 20, 4096, 3 << 20, 200000, 72, 1 << 18 };
	struct perf_event_header pad = { .type = 69, .size = 16 };
	struct stream *s = arg;
	uint8_t *p = malloc(3 << 20);
	uint64_t none[2] = { 0 };

	memcpy(none, &pad, sizeof(pad));
	for (unsigned int i = s->idx; s->at < s->bytes && !s->ret; i++) {
		struct perfdata_aux aux = { .offset = s->at, .idx = s->idx, .cpu = (int)s->idx, .tid = -1 };
		size_t len = sizes[i % 7];

		for (size_t k = 0; k < len; k++)
			p[k] = byte_of(s->idx, s->at + k);
		s->ret = perfdata_writer_aux(s->w, &aux, &(struct iovec){ p, len }, 1) ?:
			 perfdata_writer_records(s->w, &(struct iovec){ none, 16 }, 1);
		memset(p, 0xee, len);	/* the writer must have copied it */
		s->at += len;
	}
	free(p);
	return NULL;
}

/* Walk the records that the header counts: each stream must be complete up to at[]. */
static void read_streams(const char *path, uint64_t at[WRITERS])
{
	size_t len;
	uint8_t *p = slurp(path, &len);
	uint64_t pos = le64(p + 40), end = pos + le64(p + 48);

	memset(at, 0, WRITERS * sizeof(*at));
	assert_true(pos <= end && end <= len);
	while (pos < end) {
		uint64_t size = le16(p + pos + 6), payload = 0;

		/* in a growing file the header counts only the header of the last round */
		if (le32(p + pos) == FINISHED_ROUND && pos + 8 == end)
			size = 8;
		assert_true(size >= 8 && pos + size <= end);
		if (le32(p + pos) == AUXTRACE) {
			uint32_t idx = le32(p + pos + 32);

			payload = le64(p + pos + 8);
			assert_true(idx < WRITERS);
			assert_int_equal(le64(p + pos + 16), at[idx]);
			assert_true(payload <= end - pos - size);
			for (uint64_t i = 0; i < payload; i++)
				if (p[pos + size + i] != byte_of(idx, at[idx] + i))
					fail_msg("stream %u, byte %llu", idx,
						 (unsigned long long)(at[idx] + i));
			at[idx] += payload;
		}
		pos += size + payload;
	}
	assert_int_equal(pos, end);
	free(p);
}

/* Run all threads at once, with rounds meanwhile; returns the first failure, or 0. */
static int write_streams(const char *path, struct perfdata_writer *w, struct stream *s,
			 uint64_t bytes)
{
	pthread_t thread[WRITERS];
	uint64_t at[WRITERS];
	int ret = 0;

	for (uint32_t i = 0; i < WRITERS; i++) {
		s[i] = (struct stream){ .w = w, .idx = i, .bytes = bytes };
		assert_int_equal(pthread_create(&thread[i], NULL, write_stream, &s[i]), 0);
	}
	for (int i = 0; i < 200 && !ret; i++) {
		ret = perfdata_writer_round(w);
		if (!ret && i % 16 == 0)
			read_streams(path, at);
	}
	for (uint32_t i = 0; i < WRITERS; i++) {
		pthread_join(thread[i], NULL);
		ret = ret ?: s[i].ret;
	}
	return ret;
}

static void what_several_threads_write_is_read_back(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	struct stream s[WRITERS];
	uint64_t at[WRITERS];

	assert_int_equal(write_streams(f->path, w, s, 24 << 20), 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	read_streams(f->path, at);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(at[i], s[i].at);
}

/* While the disk is held, writes block. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool held;
} disk = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };

static void hold_disk(bool held)
{
	pthread_mutex_lock(&disk.lock);
	disk.held = held;
	pthread_cond_broadcast(&disk.changed);
	pthread_mutex_unlock(&disk.lock);
}

/* Direct writes fail after .left of them; the first failing one still writes .written bytes. */
static struct {
	int err;		/* errno; 0: no failures */
	atomic_int left;
	size_t written;		/* a multiple of the page size */
	atomic_int failed;
} direct;

static ssize_t fail_direct(int fd, const struct iovec *iov, off_t at)
{
	struct iovec some = { iov->iov_base, direct.written };

	if (atomic_fetch_add(&direct.failed, 1) || !direct.written) {
		errno = direct.err;
		return -1;
	}
	return syscall(SYS_pwritev, fd, &some, 1, at, 0);
}

/* Replaces the writer's. */
ssize_t pwritev(int fd, const struct iovec *iov, int nr, off_t at)
{
	if (direct.err && fcntl(fd, F_GETFL) & O_DIRECT && atomic_fetch_sub(&direct.left, 1) <= 0)
		return fail_direct(fd, iov, at);
	pthread_mutex_lock(&disk.lock);
	while (disk.held)
		pthread_cond_wait(&disk.changed, &disk.lock);
	pthread_mutex_unlock(&disk.lock);
	return syscall(SYS_pwritev, fd, iov, nr, at, 0);
}

/* Replaces the writer's: one CPU and enough memory give 16 + 8 blocks. */
long sysconf(int name)
{
	extern long __sysconf(int);

	if (name == _SC_PHYS_PAGES)
		return 1 << 20;
	return name == _SC_NPROCESSORS_CONF ? 1 : __sysconf(name);
}

static void who_writes_waits_when_memory_is_full(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w = begin(f, f->path);
	struct stream s = { .w = w, .bytes = 64 << 20 };
	pthread_t thread;
	uint64_t at[WRITERS];

	hold_disk(true);
	assert_int_equal(pthread_create(&thread, NULL, write_stream, &s), 0);
	while (!perfdata_writer_waited(w) && perfdata_writer_size(w) < 40 << 20)
		sched_yield();
	/* the last piece exceeds the limit */
	assert_true(perfdata_writer_size(w) >= 23 << 20);
	assert_true(perfdata_writer_size(w) <= (24 + 4) << 20);
	hold_disk(false);
	pthread_join(thread, NULL);
	assert_int_equal(s.ret, 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	read_streams(f->path, at);
	assert_int_equal(at[0], s.at);
}

/* If a file system refuses O_DIRECT, at once or later, the same bytes go to the page cache. */
static void what_direct_writes_do_not_take_is_not_lost(void **state)
{
	/* FUSE and NFS may answer EIO */
	static const int errors[] = { EOPNOTSUPP, EIO };
	struct fixture *f = *state;

	for (unsigned int i = 0; i < 2; i++) {
		for (int after = 0; after < 3; after++) {
			struct perfdata_writer *w = begin(f, f->path);
			struct stream s[WRITERS];
			uint64_t at[WRITERS];

			direct.err = errors[i];
			direct.written = after == 1 ? 128 << 10 : 0;
			atomic_store(&direct.left, 4 * after);
			atomic_store(&direct.failed, 0);
			assert_int_equal(write_streams(f->path, w, s, 4 << 20), 0);
			assert_int_equal(perfdata_writer_close(w), 0);
			read_streams(f->path, at);
			for (int k = 0; k < WRITERS; k++)
				assert_int_equal(at[k], s[k].at);
			/* one failure ends direct writes, but requests in flight may fail, too */
			assert_true(atomic_load(&direct.failed) <= 17);
			direct.err = 0;
		}
	}
}

/* In a process of its own, with a file size limit in place of a full disk. */
static int fill_disk(struct fixture *f, rlim_t limit)
{
	struct rlimit r = { limit, limit };
	struct perfdata_writer *w = begin(f, f->path);
	struct stream s[WRITERS];

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &r) || write_streams(f->path, w, s, 24 << 20) != -EFBIG)
		return 1;
	return perfdata_writer_close(w) == -EFBIG ? 0 : 2;
}

static void a_full_disk_leaves_whole_records(void **state)
{
	struct fixture *f = *state;

	for (rlim_t limit = 5 << 20; limit < 30 << 20; limit += (4 << 20) + 12345) {
		uint64_t at[WRITERS], sum = 0;
		int status;
		pid_t pid = fork();

		if (!pid)
			_exit(fill_disk(f, limit));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		read_streams(f->path, at);
		for (int i = 0; i < WRITERS; i++)
			sum += at[i];
		/* what fits, except for the record that does not, and the rest of its block */
		assert_true(sum <= limit && sum + (5 << 20) > limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_several_threads_write_is_read_back),
		TEST(who_writes_waits_when_memory_is_full),
		TEST(what_direct_writes_do_not_take_is_not_lost),
		TEST(a_full_disk_leaves_whole_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
