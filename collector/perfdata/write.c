// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"
#include "collector/zstd.h"

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
	writer_advance(&left, &nr, 0);	/* empty ones */
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

/* What was written in part no header counts in. */
void writer_fail(struct perfdata_writer *w, uint64_t keep, int err)
{
	w->failed = err;
	w->pos += keep;
	if (!w->pipe && ftruncate(w->fd, (off_t)w->pos))
		return;
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
		writer_fail(w, 0, err);
	else
		w->pos += done;
	return w->failed;
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

/* What the kernel tells is compressed; readers look for what we tell before they unpack. */
static bool is_packed(const struct perfdata_writer *w, const struct iovec *iov)
{
	struct perf_event_header h;

	if (!w->packer || iov->iov_len < sizeof(h))
		return false;
	memcpy(&h, iov->iov_base, sizeof(h));
	return h.type < PERF_REC_USER_FIRST;
}

static int put_records(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	struct iovec packed;
	uint64_t done, end = end_size(w);
	int err;

	if (is_packed(w, iov)) {
		err = writer_pack(w, iov, nr);
		if (err) {
			writer_fail(w, 0, err);
			return err;
		}
		packed = (struct iovec){ w->packed.p, w->packed.len };
		iov = &packed;
		nr = 1;
	}
	done = writer_put_at(w, w->fd, w->pos, iov, nr, &err);
	if (!err)
		w->pos += done;
	else	/* a second of records: what there is room for stays */
		writer_fail(w, done > end ? whole_records(iov, nr, done - end) : 0, err);
	return err;
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

int perfdata_writer_records(struct perfdata_writer *w, const struct iovec *iov, int nr)
{
	int ret;

	if (nr < 1 || nr > WRITER_PIECES)
		return -EINVAL;
	pthread_mutex_lock(&w->lock);
	ret = w->failed ?: put_records(w, iov, nr);
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

/* Places of the sections, by feature; returns their number. */
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

/* What the header is to say of data that ends there, and of sections behind it. */
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
	size_t size = sizeof(round.header);

	if (!w->pipe)
		size += list_sections(w, NULL, 0, round.place) * sizeof(round.place[0]);
	round.header.size = (uint16_t)size;
	set_header(w, w->pos + sizeof(round.header), 0);
	return writer_put(w, &round, size);
}

int writer_put_header(const struct perfdata_writer *w, const struct file_header *h)
{
	if (pwrite(w->fd, h, sizeof(*h), 0) != sizeof(*h))
		return errno ? -errno : -EIO;
	return 0;
}

/* The header must not tell of what a power failure can still take. */
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

/* The table, the index of trace data and the time of the recording, behind all data. */
static int put_end(struct perfdata_writer *w)
{
	/* with an index that lacks some, readers would miss these; with none they look */
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

	if (w->direct >= 0)
		close(w->direct);
	if (w->fd >= 0 && close(w->fd))
		ret = -errno;
	pthread_mutex_destroy(&w->lock);
	buffer_free(&w->index);
	buffer_free(&w->packed);
	zstd_packer_free(w->packer);
	free(w->zeros);
	free(w->copy);
	free(w);
	return ret;
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
		err = put_end(w);
		ret = ret ?: err;
	}
	err = writer_free(w);
	return ret ?: err;
}
