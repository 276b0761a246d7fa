// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "base/zstd.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"

void writer_advance(struct iovec **iov, int *nr, uint64_t done)
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

uint64_t writer_put_at(const struct perfdata_writer *w, int fd, uint64_t pos,
		       const struct iovec *iov, int nr, int *err)
{
	struct iovec room[WRITER_PIECES], *left = room;
	uint64_t done = 0;

	memcpy(room, iov, (size_t)nr * sizeof(*iov));
	writer_advance(&left, &nr, 0);	/* skip empty ones */
	*err = 0;
	while (!*err && nr) {
		ssize_t n = w->pipe ? writev(fd, left, nr)
				    : pwritev(fd, left, nr, (off_t)(pos + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			*err = n ? -errno : -EIO;
		else
			writer_advance(&left, &nr, (uint64_t)n);
		done += n > 0 ? (uint64_t)n : 0;
	}
	return done;
}

/* No header counts what was written after end. */
void writer_fail(struct perfdata_writer *w, uint64_t end, int err)
{
	const struct place *p = (const struct place *)w->index.p;

	w->failed = w->failed ?: err;
	w->pos = end;
	while (w->index.len && p[w->index.len / sizeof(*p) - 1].offset >= end)
		w->index.len -= sizeof(*p);
}

int writer_put(struct perfdata_writer *w, const void *p, size_t len)
{
	struct iovec iov = { .iov_base = (void *)p, .iov_len = len };
	uint64_t done;
	int err;

	if (w->failed || !len)
		return w->failed;
	done = writer_put_at(w, w->fd, w->pos, &iov, 1, &err);
	if (err)
		writer_fail(w, w->pos, err);
	else
		w->pos += done;
	return w->failed;
}

uint64_t writer_end_size(const struct perfdata_writer *w)
{
	return sizeof(struct place) * (1 + PERFDATA_SECTIONS_MAX) + 8 + w->index.len + 16;
}

int writer_append(struct perfdata_writer *w, const struct iovec *iov, int nr, size_t aux,
		  uint64_t *begin)
{
	struct place at = { .size = aux };
	size_t size = 0;
	int ret;

	for (int i = 0; i < nr; i++)
		size += iov[i].iov_len;
	if (w->failed)
		return w->failed;
	if (w->pipe) {
		*begin = w->pos;
		w->pos += writer_put_at(w, w->fd, w->pos, iov, nr, &ret);
		if (ret)
			writer_fail(w, w->pos, ret);
		return ret;
	}
	ret = writer_append_blocks(w, iov, nr, size, begin);
	at.offset = *begin;
	if (!ret && aux)
		buffer_add(&w->index, &at, sizeof(at));
	return ret;
}

/* Compress only the kernel's records: readers look for ours before they unpack. */
static bool is_packed(const struct perfdata_writer *w, const struct iovec *iov)
{
	struct perf_event_header h;

	if (!w->packer || iov->iov_len < sizeof(h))
		return false;
	memcpy(&h, iov->iov_base, sizeof(h));
	return h.type < PERF_REC_USER_FIRST;
}

int perfdata_writer_own(struct perfdata_writer *w, enum perfdata_own kind, const void *p,
			size_t len)
{
	static const uint64_t zeros;
	struct {
		struct perf_event_header header;
		uint64_t type, id, len;
	} head = {
		.header = { .type = PERF_REC_EVENT_UPDATE },
		.type = PERF_EVENT_UPDATE_SPELUNK | kind, .id = w->own_id, .len = len,
	};
	struct iovec iov[3] = { { &head, sizeof(head) }, { (void *)p, len },
				{ (void *)&zeros, -len % 8 } };

	if (len > PERFDATA_OWN_MAX)
		return -EINVAL;
	head.header.size = (uint16_t)(sizeof(head) + (len + 7) / 8 * 8);
	return perfdata_writer_records(w, iov, 3);
}

static int append_packed(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	struct iovec packed;
	uint64_t begin;
	int ret;

	/* all records form one compressed stream: write them in the order of packing */
	pthread_mutex_lock(&w->pack_lock);
	ret = writer_pack(w, iov, nr);
	packed = (struct iovec){ w->packed.p, w->packed.len };
	pthread_mutex_lock(&w->lock);
	if (ret && !w->failed)
		writer_fail(w, w->pos, ret);
	ret = writer_append(w, &packed, 1, 0, &begin);
	pthread_mutex_unlock(&w->lock);
	pthread_mutex_unlock(&w->pack_lock);
	return ret;
}

int perfdata_writer_records(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	uint64_t begin;
	int ret;

	if (nr < 1 || nr > WRITER_PIECES)
		return -EINVAL;
	if (is_packed(w, iov))
		return append_packed(w, iov, nr);
	pthread_mutex_lock(&w->lock);
	ret = writer_append(w, iov, nr, 0, &begin);
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

uint64_t perfdata_writer_waited(struct perfdata_writer *w)
{
	uint64_t ns;

	pthread_mutex_lock(&w->lock);
	ns = writer_blocks_waited(w);
	pthread_mutex_unlock(&w->lock);
	return ns;
}

/* The sections' offsets, by feature; returns their number. */
static size_t list_sections(const struct perfdata_writer *w, const struct place *more,
			    uint64_t features, struct place *to)
{
	size_t at = 0, own = 0;

	for (unsigned int f = 0; f < PERF_FEAT_BITS; f++) {
		if (w->features[f / 64] >> f % 64 & 1)
			to[at++] = w->sections[own++];
		else if (f < 64 && features >> f & 1)
			to[at++] = *more++;
	}
	return at;
}

/* Fill the header for data that end there and are followed by sections. */
static void set_header(struct perfdata_writer *w, uint64_t data_end, uint64_t features)
{
	w->header.data.size = data_end - w->header.data.offset;
	memcpy(w->header.features, w->features, sizeof(w->features));
	w->header.features[0] |= features;
}

int writer_put_round(struct perfdata_writer *w)
{
	struct {
		struct perf_event_header header;
		struct place place[PERFDATA_SECTIONS_MAX];
	} round = { .header = { .type = PERF_REC_FINISHED_ROUND } };
	struct iovec iov = { &round, sizeof(round.header) };
	uint64_t begin;
	int ret;

	if (!w->pipe)
		iov.iov_len += list_sections(w, NULL, 0, round.place) * sizeof(round.place[0]);
	round.header.size = (uint16_t)iov.iov_len;
	ret = writer_append(w, &iov, 1, 0, &begin);
	if (ret || w->pipe)
		return ret;
	set_header(w, begin + sizeof(round.header), 0);
	return writer_flush(w, begin + iov.iov_len);
}

int writer_put_header(const struct perfdata_writer *w, const struct file_header *h)
{
	if (pwrite(w->fd, h, sizeof(*h), 0) != sizeof(*h))
		return errno ? -errno : -EIO;
	return 0;
}

/* The header must not count anything that a power failure could still destroy. */
static int put_header(const struct perfdata_writer *w, const struct file_header *h)
{
	if (fdatasync(w->fd) && errno != EINVAL && errno != ENOTSUP)
		return -errno;
	return writer_put_header(w, h);
}

int perfdata_writer_round(struct perfdata_writer *w)
{
	struct file_header h;
	int ret;

	pthread_mutex_lock(&w->lock);
	ret = writer_put_round(w);
	h = w->header;
	pthread_mutex_unlock(&w->lock);
	return ret || w->pipe ? ret : put_header(w, &h);
}

/* The table, the index of trace data and the recorded time range, after all data. */
static int put_end(struct perfdata_writer *w)
{
	/* readers would miss records that an incomplete index lacks; without one they search */
	size_t index = w->index.bad ? 0 : w->index.len;
	uint64_t nr = index / sizeof(struct place);
	uint64_t times[2] = { w->first_time, w->last_time };
	size_t len = (w->nr_sections + 2) * sizeof(struct place);
	struct place table[PERFDATA_SECTIONS_MAX], more[2] = {
		{ .offset = w->pos + len, .size = sizeof(nr) + index },
		{ .offset = w->pos + len + sizeof(nr) + index, .size = sizeof(times) },
	};
	uint64_t features = 1ULL << PERF_FEAT_AUXTRACE | 1ULL << PERF_FEAT_SAMPLE_TIME;
	int ret;

	list_sections(w, more, features, table);
	set_header(w, w->pos, features);
	ret = writer_put(w, table, len) ?: writer_put(w, &nr, sizeof(nr)) ?:
	      writer_put(w, w->index.p, index) ?: writer_put(w, times, sizeof(times));
	writer_put_ratio(w);
	return ret ?: put_header(w, &w->header);
}

int writer_free(struct perfdata_writer *w)
{
	int ret = 0;

	writer_blocks_end(w);
	if (w->direct_opened >= 0)
		close(w->direct_opened);
	if (w->fd >= 0 && close(w->fd))
		ret = -errno;
	pthread_mutex_destroy(&w->lock);
	pthread_mutex_destroy(&w->pack_lock);
	buffer_free(&w->index);
	buffer_free(&w->packed);
	zstd_packer_free(w->packer);
	free(w);
	return ret;
}

int perfdata_writer_close(struct perfdata_writer *w)
{
	int ret, err;

	if (!w)
		return 0;
	pthread_mutex_lock(&w->lock);
	ret = w->failed ?: w->pipe ? 0 : writer_flush(w, w->pos);
	pthread_mutex_unlock(&w->lock);
	writer_blocks_end(w);
	if (!w->pipe) {
		/* Even after a failure there may be room for the end of the file. */
		w->failed = 0;
		err = ftruncate(w->fd, (off_t)w->pos) ? -errno : put_end(w);
		ret = ret ?: err;
	}
	err = writer_free(w);
	return ret ?: err;
}
