// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"

/*
 * Trace bytes are nearly all of a recording, and copying them into the page cache, page
 * by page, is nearly all that recording costs.  So whole pages of a ring are written
 * past it, by the disk itself from where they are: open(2), O_DIRECT.  That wants them
 * at a multiple of the page size in the file, too:
 *
 *	|        page            |   page   |   page   |        page
 *	... records AUXTRACE 0000 head       body       rest records ...
 *
 * The zeros are of the AUXTRACE record, whose header.size reaches over them: readers go
 * by it.  No page is written both ways, which would make the kernel write it back and
 * drop it first.  A record of SPE is never cut: the payload is what it would be anyway.
 */

/* struct perf_record_auxtrace: tools/lib/perf/include/perf/event.h */
struct aux_record {
	struct perf_event_header header;
	uint64_t size, offset, reference;
	uint32_t idx;
	int32_t tid, cpu;
	uint32_t reserved;
};

#define RECORD_MAX	(UINT16_MAX & ~7u)	/* header.size */

/* Below, a request to the disk costs more than the copy into the page cache. */
#define BODY_LEAST	(128u << 10)

/* A multiple of any page size. */
#define COPY_SIZE	(256u << 10)

/* A payload's parts, and the zeros before it. */
struct parts {
	struct iovec head, body[2], rest;
	int nr_body;
	size_t zeros;
};

static size_t past_page(const struct perfdata_writer *w, const void *p)
{
	return (uintptr_t)p & (w->page - 1);
}

static const char *end_of(const struct iovec *v)
{
	return (const char *)v->iov_base + v->iov_len;
}

/* Take that many bytes from the front. */
static struct iovec cut_front(struct iovec *v, size_t len)
{
	struct iovec front = { v->iov_base, len };

	v->iov_base = (char *)v->iov_base + len;
	v->iov_len -= len;
	return front;
}

/* Into parts; false: there is no body worth it. */
static bool part(const struct perfdata_writer *w, const struct perfdata_aux *aux,
		 const struct iovec *iov, int nr, struct parts *p)
{
	size_t head = -(uintptr_t)iov[0].iov_base & (w->page - 1);
	size_t rest = past_page(w, end_of(&iov[nr - 1]));
	size_t body = 0;

	if (w->direct < 0 || aux->late || iov[0].iov_len < head || iov[nr - 1].iov_len < rest)
		return false;
	if (nr == 2 && (past_page(w, end_of(&iov[0])) || past_page(w, iov[1].iov_base)))
		return false;
	memcpy(p->body, iov, (size_t)nr * sizeof(*iov));
	p->nr_body = nr;
	p->head = cut_front(&p->body[0], head);
	p->body[nr - 1].iov_len -= rest;
	p->rest = (struct iovec){ (char *)end_of(&p->body[nr - 1]), rest };
	for (int i = 0; i < nr; i++)
		body += p->body[i].iov_len;
	p->zeros = -(w->pos + sizeof(struct aux_record) + head) & (w->page - 1);
	return body >= BODY_LEAST && sizeof(struct aux_record) + p->zeros <= RECORD_MAX;
}

/* At *pos, which moves on. */
static int put(const struct perfdata_writer *w, uint64_t *pos, const struct iovec *iov, int nr)
{
	int err;

	*pos += writer_put_at(w, w->fd, *pos, iov, nr, &err);
	return err;
}

/* The first bytes of these, copied to where a disk can read them. */
static struct iovec copied(const struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	struct iovec to = { .iov_base = w->copy };

	for (int i = 0; i < nr && to.iov_len < COPY_SIZE; i++) {
		size_t len = iov[i].iov_len, room = COPY_SIZE - to.iov_len;

		len = len < room ? len : room;
		memcpy(w->copy + to.iov_len, iov[i].iov_base, len);
		to.iov_len += len;
	}
	return to;
}

static int put_copied(const struct perfdata_writer *w, uint64_t *pos, struct iovec **iov, int *nr)
{
	int err = 0;

	while (*nr && !err) {
		struct iovec some = copied(w, *iov, *nr);
		uint64_t done = writer_put_at(w, w->direct, *pos, &some, 1, &err);

		*pos += done;
		writer_advance(iov, nr, done);
	}
	return err;
}

static int put_uncopied(const struct perfdata_writer *w, uint64_t *pos, struct iovec **iov, int *nr)
{
	int err;
	uint64_t done = writer_put_at(w, w->direct, *pos, *iov, *nr, &err);

	*pos += done;
	writer_advance(iov, nr, done);
	return err;
}

/*
 * Past the page cache.  What turns out to be impossible is not tried again: kernels that
 * map a ring without giving its pages (EFAULT, seen on 6.18) take a copy, and
 * for a disk that wants more than a page's alignment (EINVAL) there is the page cache.
 */
static int put_body(struct perfdata_writer *w, uint64_t *pos, struct parts *p)
{
	struct iovec *left = p->body;
	int err = w->copy ? -EFAULT : put_uncopied(w, pos, &left, &p->nr_body);

	if (err == -EFAULT && !w->copy)
		w->copy = aligned_alloc(w->page, COPY_SIZE);
	if (err == -EFAULT && w->copy)
		err = put_copied(w, pos, &left, &p->nr_body);
	if (err != -EFAULT && err != -EINVAL)
		return err;
	close(w->direct);
	w->direct = -1;
	return put(w, pos, left, p->nr_body);
}

static int put_parts(struct perfdata_writer *w, const struct aux_record *rec, struct parts *p,
		     const struct iovec *pad)
{
	const struct iovec front[] = {
		{ (void *)rec, sizeof(*rec) }, { w->zeros, p->zeros }, p->head,
	};
	const struct iovec back[] = { p->rest, *pad };
	uint64_t pos = w->pos;

	return put(w, &pos, front, 3) ?: put_body(w, &pos, p) ?:
	       put(w, &pos, back, 2);
}

static int put_plain(struct perfdata_writer *w, const struct aux_record *rec,
		     const struct iovec *iov, int nr, const struct iovec *pad)
{
	struct iovec all[] = { { (void *)rec, sizeof(*rec) }, iov[0], { 0 }, *pad };
	uint64_t pos = w->pos;

	if (nr == 2)
		all[2] = iov[1];
	return put(w, &pos, all, 4);
}

/* Where a reader finds the AUXTRACE record that begins here; its size is without payload. */
static void index_add(struct perfdata_writer *w, uint64_t size)
{
	struct place p = { .offset = w->pos, .size = size };

	if (!w->pipe)
		buffer_add(&w->index, &p, sizeof(p));
}

static int put_aux(struct perfdata_writer *w, struct aux_record *rec,
		   const struct perfdata_aux *aux, const struct iovec *iov, int nr)
{
	static const uint64_t zeros;
	/* records are aligned; zeros are padding in SPE, too */
	const struct iovec pad = { (void *)&zeros, -rec->size % 8 };
	struct parts p;
	int ret;

	rec->size += pad.iov_len;
	if (part(w, aux, iov, nr, &p)) {
		rec->header.size += p.zeros;
		ret = put_parts(w, rec, &p, &pad);
	} else {
		ret = put_plain(w, rec, iov, nr, &pad);
	}
	if (ret) {
		writer_fail(w, 0, ret);
		return ret;
	}
	index_add(w, rec->header.size);
	w->pos += rec->header.size + rec->size;
	return 0;
}

int perfdata_writer_aux(struct perfdata_writer *w, const struct perfdata_aux *aux,
			const struct iovec *iov, int nr)
{
	struct aux_record rec = {
		.header = { .type = PERF_REC_AUXTRACE, .size = sizeof(rec) },
		.offset = aux->offset, .idx = aux->idx, .tid = aux->tid, .cpu = aux->cpu,
	};
	int ret;

	if (nr < 1 || nr > 2)
		return -EINVAL;
	for (int i = 0; i < nr; i++)
		rec.size += iov[i].iov_len;
	pthread_mutex_lock(&w->lock);
	ret = w->failed ?: put_aux(w, &rec, aux, iov, nr);
	pthread_mutex_unlock(&w->lock);
	return ret;
}
