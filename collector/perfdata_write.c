// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata_write_impl.h"

#include <errno.h>
#include <unistd.h>

#include "collector/perfdata_format.h"

/* struct perf_record_auxtrace: tools/lib/perf/include/perf/event.h */
struct aux_record {
	struct perf_event_header header;
	uint64_t size, offset, reference;
	uint32_t idx;
	int32_t tid, cpu;
	uint32_t reserved;
};

#define IOV_NR	4	/* pieces of one write, at most */

static void advance(struct iovec **iov, int *nr, size_t done)
{
	while (*nr && done >= (*iov)->iov_len) {
		done -= (*iov)->iov_len;
		++*iov;
		--*nr;
	}
	if (*nr) {
		(*iov)->iov_base = (char *)(*iov)->iov_base + done;
		(*iov)->iov_len -= done;
	}
}

/* All of it at pos, by one call if the system takes it so.  Bytes written, and *err. */
static uint64_t put_at(const struct perfdata_writer *w, uint64_t pos, const struct iovec *iov,
		       int nr, int *err)
{
	struct iovec room[IOV_NR], *left = room;
	uint64_t done = 0;

	memcpy(room, iov, (size_t)nr * sizeof(*iov));
	*err = 0;
	while (!*err && nr) {
		ssize_t n = w->pipe ? writev(w->fd, left, nr)
				    : pwritev(w->fd, left, nr, (off_t)(pos + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			*err = n ? -errno : -EIO;
		else
			advance(&left, &nr, (size_t)n);
		done += n > 0 ? (uint64_t)n : 0;
	}
	return done;
}

/* Keep the first bytes of what was written in part; the rest no header counts in. */
static void fail_at(struct perfdata_writer *w, uint64_t keep, int err)
{
	w->failed = err;
	w->pos += keep;
	if (!w->pipe && ftruncate(w->fd, (off_t)w->pos))
		return;
}

/* What belongs together: all of it or nothing. */
static int put(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	uint64_t done;
	int err;

	if (w->failed)
		return w->failed;
	done = put_at(w, w->pos, iov, nr, &err);
	if (err)
		fail_at(w, 0, err);
	else
		w->pos += done;
	return w->failed;
}

int writer_put(struct perfdata_writer *w, const void *p, size_t len)
{
	struct iovec iov = { .iov_base = (void *)p, .iov_len = len };

	return len ? put(w, &iov, 1) : w->failed;
}

/* What the end of a file needs behind its records. */
static uint64_t end_size(const struct perfdata_writer *w)
{
	return sizeof(struct place) * (1 + PERFDATA_SECTIONS_MAX) + 8 + w->index.len + 16;
}

/* Of records in pieces of a ring, those that end within limit: bytes. */
static uint64_t whole_records(const struct iovec *iov, int nr, uint64_t limit)
{
	uint64_t at = 0, begin = 0;	/* of the record, of the piece */
	struct perf_event_header h;

	for (int i = 0; i < nr; begin += iov[i++].iov_len) {
		while (at - begin + sizeof(h) <= iov[i].iov_len) {
			/* headers are in one piece: all is in words of 8 bytes */
			memcpy(&h, (const char *)iov[i].iov_base + (at - begin), sizeof(h));
			if (h.size < sizeof(h) || at + h.size > limit)
				return at;
			at += h.size;
		}
	}
	return at;
}

int perfdata_writer_records(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	uint64_t done;
	int err;

	if (nr > IOV_NR)
		return -EINVAL;
	pthread_mutex_lock(&w->lock);
	err = w->failed;
	if (!err) {
		done = put_at(w, w->pos, iov, nr, &err);
		if (!err)
			w->pos += done;
		else	/* a second of records: what there is room for stays */
			fail_at(w, done > end_size(w) ?
				   whole_records(iov, nr, done - end_size(w)) : 0, err);
	}
	pthread_mutex_unlock(&w->lock);
	return err;
}

/* Where a reader finds the AUXTRACE record that begins here; its size is without payload. */
static void index_add(struct perfdata_writer *w)
{
	struct place p = { .offset = w->pos, .size = sizeof(struct aux_record) };

	if (!w->pipe)
		buffer_add(&w->index, &p, sizeof(p));
}

int perfdata_writer_aux(struct perfdata_writer *w, const struct perfdata_aux *aux,
			const struct iovec *iov, int nr)
{
	static const uint64_t zeros;
	struct aux_record rec = {
		.header = { .type = PERF_REC_AUXTRACE, .size = sizeof(rec) },
		.offset = aux->offset, .idx = aux->idx, .tid = aux->tid, .cpu = aux->cpu,
	};
	struct iovec all[IOV_NR] = { { .iov_base = &rec, .iov_len = sizeof(rec) } };
	int n = 1, ret;

	if (nr > 2)
		return -EINVAL;
	for (int i = 0; i < nr; i++) {
		all[n++] = iov[i];
		rec.size += iov[i].iov_len;
	}
	if (rec.size % 8) {	/* records are aligned; zeros are padding in SPE, too */
		all[n++] = (struct iovec){ (void *)&zeros, 8 - rec.size % 8 };
		rec.size += 8 - rec.size % 8;
	}
	pthread_mutex_lock(&w->lock);
	if (!w->failed)
		index_add(w);
	ret = put(w, all, n);
	if (ret && w->index.len)
		w->index.len -= sizeof(struct place);
	pthread_mutex_unlock(&w->lock);
	return ret;
}

void perfdata_writer_time(struct perfdata_writer *w, uint64_t first, uint64_t last)
{
	pthread_mutex_lock(&w->lock);
	if (first && (!w->first_time || first < w->first_time))
		w->first_time = first;
	if (last > w->last_time)
		w->last_time = last;
	pthread_mutex_unlock(&w->lock);
}

uint64_t perfdata_writer_size(struct perfdata_writer *w)
{
	uint64_t pos;

	pthread_mutex_lock(&w->lock);
	pos = w->pos;
	pthread_mutex_unlock(&w->lock);
	return pos;
}

int writer_put_table(struct perfdata_writer *w, const struct place *more, size_t nr_more,
		     uint64_t features)
{
	struct {
		struct perf_event_header header;
		uint64_t zero;
		struct place place[PERFDATA_SECTIONS_MAX];
	} table = { .header = { .type = PERF_REC_FINISHED_ROUND } };
	size_t at = 0, own = 0, extra = 0;

	for (unsigned int f = 1; f < PERF_FEAT_BITS; f++) {
		if (w->features[f / 64] >> f % 64 & 1)
			table.place[at++] = w->sections[own++];
		else if (f < 64 && features >> f & 1 && extra < nr_more)
			table.place[at++] = more[extra++];
	}
	table.header.size = (uint16_t)(16 + at * sizeof(table.place[0]));
	if (w->pipe)
		table.header.size = 8;
	w->header.data.size = w->pos - w->header.data.offset;
	memcpy(w->header.features, w->features, sizeof(w->features));
	w->header.features[0] |= 1 | features;
	return writer_put(w, &table, table.header.size);
}

int writer_put_header(struct perfdata_writer *w, const struct file_header *h)
{
	if (pwrite(w->fd, h, sizeof(*h), 0) != sizeof(*h))
		return errno ? -errno : -EIO;
	return 0;
}

int perfdata_writer_round(struct perfdata_writer *w)
{
	struct file_header h;
	int ret;

	pthread_mutex_lock(&w->lock);
	ret = writer_put_table(w, NULL, 0, 0);
	h = w->header;
	pthread_mutex_unlock(&w->lock);
	if (ret || w->pipe)
		return ret;
	/* The header must not tell of what a power failure can still take. */
	if (fdatasync(w->fd) && errno != EINVAL && errno != ENOTSUP)
		ret = -errno;
	return ret ?: writer_put_header(w, &h);
}

/* The index and the time of the recording, behind all else. */
static int put_end(struct perfdata_writer *w)
{
	uint64_t nr = w->index.len / sizeof(struct place);
	uint64_t times[2] = { w->first_time, w->last_time };
	size_t table = 16 + (w->nr_sections + 2) * sizeof(struct place);
	struct place more[2] = {
		{ .offset = w->pos + table, .size = sizeof(nr) + w->index.len },
		{ .offset = w->pos + table + sizeof(nr) + w->index.len, .size = sizeof(times) },
	};
	struct file_header h;
	int ret;

	ret = writer_put_table(w, more, 2,
			       1ULL << PERF_FEAT_AUXTRACE | 1ULL << PERF_FEAT_SAMPLE_TIME);
	h = w->header;
	ret = ret ?: writer_put(w, &nr, sizeof(nr));
	ret = ret ?: writer_put(w, w->index.p, w->index.len);
	ret = ret ?: writer_put(w, times, sizeof(times));
	return ret ?: writer_put_header(w, &h);
}

int perfdata_writer_close(struct perfdata_writer *w)
{
	int ret, err;

	if (!w)
		return 0;
	ret = w->failed;
	if (!w->pipe) {
		/* After a failure there may be room for the end of what was written. */
		w->failed = 0;
		err = w->index.bad ? perfdata_writer_round(w) : put_end(w);
		ret = ret ?: err;
	}
	if (close(w->fd) && !ret)
		ret = -errno;
	pthread_mutex_destroy(&w->lock);
	buffer_free(&w->index);
	free(w);
	return ret;
}
