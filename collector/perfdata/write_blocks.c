// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"

/*
 * Records on their way to a file.  A caller reserves space under the lock and copies into blocks of
 * memory without it.  Threads write full blocks with O_DIRECT, because copying trace bytes through
 * the page cache would be most of the overhead of recording.  So a ring has room again as soon as
 * its bytes are copied, however slow the disk is, and several requests are in flight.
 *
 * A block is in memory from the first reservation in it until it is written.  If the disk is too
 * slow and there are too many blocks, callers wait.
 */

/* A multiple of any page size, and large enough for efficient requests. */
#define BLOCK_SIZE	(1u << 20)

/* Maximum requests in flight, and blocks per request. */
#define THREADS		16
#define TOGETHER	WRITER_PIECES

/* Maximum blocks in memory: twice a ring per CPU, but only this share of the machine's memory. */
#define BLOCKS_PER_CPU	8
#define MEMORY_SHARE	32

enum block_state { BLOCK_OPEN, BLOCK_READY, BLOCK_WRITING };

struct block {
	struct block *next;	/* in file order, or in the list of spare ones */
	uint8_t *bytes;
	uint64_t at;		/* offset in the file */
	uint64_t before;	/* offset of the record that extends to or into .at */
	uint64_t record;	/* offset of the first record that begins in it; 0: none */
	size_t copied;		/* bytes copied so far */
	enum block_state state;
};

struct blocks {
	pthread_cond_t work, done;	/* work: a block is ready; done: something has changed */
	pthread_t thread[THREADS];
	unsigned int nr_threads;
	/* under the writer's lock: */
	struct block *first, *last;	/* in file order */
	struct block *spare;
	size_t nr, max;			/* blocks from first to last; limit at which callers wait */
	uint64_t last_record;		/* its offset */
	uint64_t round;			/* everything before this record's end is written */
	unsigned int flushing;		/* callers that wait for copies */
	unsigned int waiting;		/* callers that wait for memory */
	uint64_t since, waited;		/* ns: start of the present wait; total of earlier waits */
	bool stop;
};

static uint64_t end_of(const struct block *b)
{
	return b->at + BLOCK_SIZE;
}

/*
 * Write len bytes at an offset, with O_DIRECT, or through the page cache if that fails: some file
 * systems refuse O_DIRECT only at the first write (EINVAL, EOPNOTSUPP), and FUSE and NFS fail in
 * other ways (EIO).  Returns the bytes written, and *err.
 */
static size_t put_pieces(struct perfdata_writer *w, uint64_t at, struct iovec *iov, int nr,
			 size_t len, int *err)
{
	int direct = __atomic_load_n(&w->direct, __ATOMIC_RELAXED);
	size_t done = 0, pad = -len & (w->page - 1);

	*err = 0;
	if (direct >= 0) {
		iov[nr - 1].iov_len += pad;
		done = writer_put_at(w, direct, at, iov, nr, err);
		iov[nr - 1].iov_len -= pad;
		if (*err)
			__atomic_store_n(&w->direct, -1, __ATOMIC_RELAXED);
	}
	if (done >= len) {
		*err = 0;
		return len;
	}
	writer_advance(&iov, &nr, done);
	return done + writer_put_at(w, w->fd, at + done, iov, nr, err);
}

/* The end of the last record that begins in this block and ends within limit. */
static uint64_t whole_records(const struct block *b, uint64_t limit)
{
	uint64_t at = b->record, size, payload;
	struct perf_event_header h;

	while (at + sizeof(h) + sizeof(payload) <= limit) {
		memcpy(&h, b->bytes + (at - b->at), sizeof(h));
		memcpy(&payload, b->bytes + (at - b->at) + sizeof(h), sizeof(payload));
		size = h.size + (h.type == PERF_REC_AUXTRACE ? payload : 0);
		if (h.size < sizeof(h) || size > limit - at)
			break;
		at += size;
	}
	return at;
}

/* Only data before limit reached the file: keep whole records and leave room for the end. */
static void fail(struct perfdata_writer *w, const struct block *b, uint64_t limit, int err)
{
	uint64_t keep = b->before, end = writer_end_size(w), round = w->blocks->round;

	limit = limit > end ? limit - end : 0;
	if (b->record && b->record <= limit)
		keep = whole_records(b, limit);
	/* keep what a header counts, even if there is no room for the end */
	if (keep > limit || keep < round)
		keep = round;
	if (!w->failed || keep < w->pos)
		writer_fail(w, keep, err);
}

/* Write len bytes of some blocks.  Called with the lock held, but drops it meanwhile. */
static void write_blocks(struct perfdata_writer *w, struct block *first, size_t len)
{
	struct iovec iov[TOGETHER];
	struct block *b = first;
	size_t done;
	int err, nr = 0;

	for (size_t at = 0; at < len; at += BLOCK_SIZE, b = b->next) {
		b->state = BLOCK_WRITING;
		iov[nr++] = (struct iovec){ b->bytes, len - at < BLOCK_SIZE ? len - at : BLOCK_SIZE };
	}
	pthread_mutex_unlock(&w->lock);
	done = put_pieces(w, first->at, iov, nr, len, &err);
	pthread_mutex_lock(&w->lock);
	if (!err)
		return;
	for (b = first; b->at + BLOCK_SIZE <= first->at + done; b = b->next)
		;
	fail(w, b, first->at + done, err);
}

/* The last block may be partly filled, and more may be copied into it meanwhile. */
static void write_part(struct perfdata_writer *w, struct block *b)
{
	write_blocks(w, b, b->copied);
	b->state = b->copied == BLOCK_SIZE ? BLOCK_READY : BLOCK_OPEN;
	if (b->state == BLOCK_READY)
		pthread_cond_signal(&w->blocks->work);
	pthread_cond_broadcast(&w->blocks->done);
}

static void take_out(struct blocks *s, struct block *b)
{
	struct block **at = &s->first, *before = NULL;

	for (; *at != b; at = &(*at)->next)
		before = *at;
	*at = b->next;
	if (s->last == b)
		s->last = before;
	b->next = s->spare;
	s->spare = b;
	s->nr--;
}

/* The first full block; *nr is the number of consecutive full blocks. */
static struct block *ready_ones(const struct blocks *s, size_t *nr)
{
	struct block *first = s->first, *b;

	while (first && first->state != BLOCK_READY)
		first = first->next;
	*nr = 0;
	for (b = first; b && b->state == BLOCK_READY && *nr < TOGETHER &&
			b->at == first->at + *nr * BLOCK_SIZE; b = b->next)
		++*nr;
	return first;
}

static void *run(void *arg)
{
	struct perfdata_writer *w = arg;
	struct blocks *s = w->blocks;
	struct block *b, *next;
	size_t nr;

	/* it started before the program dropped them, and writes to open files only */
	capabilities_keep(0);
	pthread_mutex_lock(&w->lock);
	while ((b = ready_ones(s, &nr)) || !s->stop) {
		if (!b) {
			pthread_cond_wait(&s->work, &w->lock);
			continue;
		}
		/* after a failure, data behind it are useless */
		if (!w->failed || b->at < w->pos)
			write_blocks(w, b, nr * BLOCK_SIZE);
		for (; nr; nr--, b = next) {
			next = b->next;
			take_out(s, b);
		}
		pthread_cond_broadcast(&s->done);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static size_t most_blocks(void)
{
	size_t cpus = (size_t)sysconf(_SC_NPROCESSORS_CONF);
	size_t most = (size_t)sysconf(_SC_PHYS_PAGES) / (BLOCK_SIZE / (size_t)sysconf(_SC_PAGESIZE)) /
		      MEMORY_SHARE;
	size_t want = THREADS + BLOCKS_PER_CPU * cpus;

	return want < most ? want : most > THREADS ? most : THREADS;
}

int writer_blocks_begin(struct perfdata_writer *w)
{
	struct blocks *s = calloc(1, sizeof(*s));
	sigset_t all, before;
	int ret = 0;

	if (!s)
		return -ENOMEM;
	w->blocks = s;
	s->max = most_blocks();
	s->round = s->last_record = w->pos;
	pthread_cond_init(&s->work, NULL);
	pthread_cond_init(&s->done, NULL);
	/* The caller's threads handle signals, not ours. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (s->nr_threads < THREADS && !ret) {
		ret = -pthread_create(&s->thread[s->nr_threads], NULL, run, w);
		s->nr_threads += !ret;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return s->nr_threads ? 0 : ret;
}

/* Append a block.  NULL: out of memory. */
static struct block *add_block(struct blocks *s, uint64_t at)
{
	struct block *b = s->spare;
	uint8_t *bytes = b ? b->bytes : NULL;

	if (b)
		s->spare = b->next;
	else
		b = malloc(sizeof(*b));
	if (b && !bytes)
		bytes = mmap(NULL, BLOCK_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!b || bytes == MAP_FAILED) {
		free(b);
		return NULL;
	}
	*b = (struct block){ .bytes = bytes, .at = at, .before = s->last_record };
	*(s->last ? &s->last->next : &s->first) = b;
	s->last = b;
	s->nr++;
	return b;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Wait until there is memory for another block, or none is needed any more. */
static void wait_for_disk(struct perfdata_writer *w)
{
	struct blocks *s = w->blocks;

	if (!s->waiting++)
		s->since = now_ns();
	while (s->nr >= s->max && !w->failed)
		pthread_cond_wait(&s->done, &w->lock);
	if (!--s->waiting)
		s->waited += now_ns() - s->since;
}

uint64_t writer_blocks_waited(const struct perfdata_writer *w)
{
	const struct blocks *s = w->blocks;

	return s ? s->waited + (s->waiting ? now_ns() - s->since : 0) : 0;
}

/* Get blocks for a record of size bytes at w->pos; *first is the first one.  0 or -errno. */
static int reserve(struct perfdata_writer *w, size_t size, struct block **first)
{
	struct blocks *s = w->blocks;

	if (s->nr >= s->max)
		wait_for_disk(w);
	if (w->failed)
		return w->failed;
	*first = s->last;
	if (!s->last || end_of(s->last) <= w->pos)
		*first = add_block(s, w->pos);
	if (!*first)
		return -ENOMEM;
	s->last_record = w->pos;
	if (!(*first)->record)
		(*first)->record = w->pos;
	while (end_of(s->last) < w->pos + size)
		if (!add_block(s, end_of(s->last)))
			return -ENOMEM;
	w->pos += size;
	return 0;
}

static void copy(struct block *b, uint64_t pos, const struct iovec *iov, int nr)
{
	for (int i = 0; i < nr; i++) {
		const uint8_t *from = iov[i].iov_base;
		size_t left = iov[i].iov_len, room;

		while (left) {
			if (pos == end_of(b))
				b = b->next;
			room = end_of(b) - pos;
			room = room < left ? room : left;
			memcpy(b->bytes + (pos - b->at), from, room);
			from += room;
			pos += room;
			left -= room;
		}
	}
}

/* Note that everything from pos to end is copied. */
static void copied(struct blocks *s, struct block *b, uint64_t pos, uint64_t end)
{
	while (pos < end) {
		uint64_t until = end_of(b) < end ? end_of(b) : end;
		struct block *next = b->next;

		b->copied += until - pos;
		/* whoever is writing its beginning checks again */
		if (b->copied == BLOCK_SIZE && b->state == BLOCK_OPEN) {
			b->state = BLOCK_READY;
			pthread_cond_signal(&s->work);
		}
		pos = until;
		b = next;
	}
	if (s->flushing)
		pthread_cond_broadcast(&s->done);
}

int writer_append_blocks(struct perfdata_writer *w, const struct iovec *iov, int nr, size_t size,
			 uint64_t *begin)
{
	struct block *first;
	int ret = reserve(w, size, &first);
	uint64_t pos = w->pos - size;

	if (ret) {
		if (!w->failed)
			writer_fail(w, w->pos, ret);
		return ret;
	}
	*begin = pos;
	pthread_mutex_unlock(&w->lock);
	copy(first, pos, iov, nr);
	pthread_mutex_lock(&w->lock);
	copied(w->blocks, first, pos, pos + size);
	return 0;
}

int writer_flush(struct perfdata_writer *w, uint64_t upto)
{
	struct blocks *s = w->blocks;
	struct block *b;

	s->flushing++;
	while (!w->failed && (b = s->first) && b->at < upto) {
		if (b->state == BLOCK_OPEN && b->at + b->copied == w->pos) {
			write_part(w, b);
			break;
		}
		pthread_cond_wait(&s->done, &w->lock);
	}
	s->flushing--;
	if (!w->failed)
		s->round = upto;
	return w->failed;
}

static void free_list(struct block *b)
{
	while (b) {
		struct block *next = b->next;

		munmap(b->bytes, BLOCK_SIZE);
		free(b);
		b = next;
	}
}

void writer_blocks_end(struct perfdata_writer *w)
{
	struct blocks *s = w->blocks;

	if (!s)
		return;
	pthread_mutex_lock(&w->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->work);
	pthread_mutex_unlock(&w->lock);
	while (s->nr_threads)
		pthread_join(s->thread[--s->nr_threads], NULL);
	free_list(s->first);
	free_list(s->spare);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->done);
	free(s);
	w->blocks = NULL;
}
