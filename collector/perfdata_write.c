// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata_write.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/perfdata_format.h"

/* {offset, size} of a section. */
struct place {
	uint64_t offset, size;	/* bytes */
};

/* struct perf_file_header: tools/perf/util/header.h */
struct file_header {
	char magic[8];
	uint64_t size, attr_size;
	struct place attrs, data, event_types;
	uint64_t features[4];
};

/* struct perf_record_auxtrace: tools/lib/perf/include/perf/event.h */
struct aux_record {
	struct perf_event_header header;
	uint64_t size, offset, reference;
	uint32_t idx;
	int32_t tid, cpu;
	uint32_t reserved;
};

struct perfdata_writer {
	int fd;
	bool pipe;
	pthread_mutex_t lock;	/* for what follows */
	int failed;		/* -errno of the first failure */
	uint64_t pos;		/* where the next record goes */
	struct file_header header;
	struct place sections[PERFDATA_SECTIONS_MAX];
	size_t nr_sections;
	uint64_t features[4];	/* bits of sections[] */
	struct buffer index;	/* struct place of every AUXTRACE record */
	uint64_t first_time, last_time;
};

#define MAGIC	"PERFILE2"

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

static int put_bytes(struct perfdata_writer *w, const void *p, size_t len)
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

/*
 * The table of sections, behind the data, as a FINISHED_ROUND record that more
 * data may follow: readers of the table see the record's first 16 bytes as the
 * section of feature 0, which is none (HEADER_RESERVED) and has no reader.
 */
static int put_table(struct perfdata_writer *w, const struct place *more, size_t nr_more,
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
	return put_bytes(w, &table, table.header.size);
}

static int put_header(struct perfdata_writer *w, const struct file_header *h)
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
	ret = put_table(w, NULL, 0, 0);
	h = w->header;
	pthread_mutex_unlock(&w->lock);
	if (ret || w->pipe)
		return ret;
	/* The header must not tell of what a power failure can still take. */
	if (fdatasync(w->fd) && errno != EINVAL && errno != ENOTSUP)
		ret = -errno;
	return ret ?: put_header(w, &h);
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

	ret = put_table(w, more, 2, 1ULL << PERF_FEAT_AUXTRACE | 1ULL << PERF_FEAT_SAMPLE_TIME);
	h = w->header;
	ret = ret ?: put_bytes(w, &nr, sizeof(nr));
	ret = ret ?: put_bytes(w, w->index.p, w->index.len);
	ret = ret ?: put_bytes(w, times, sizeof(times));
	return ret ?: put_header(w, &h);
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

/*
 * Opening
 */

static int open_file(struct perfdata_writer *w, const char *path)
{
	char old[PATH_MAX];
	struct stat st;

	if (!strcmp(path, "-")) {
		w->pipe = true;
		w->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		return w->fd < 0 ? -errno : 0;
	}
	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		w->pipe = true;
		w->fd = open(path, O_WRONLY | O_CLOEXEC);
		return w->fd < 0 ? -errno : 0;
	}
	snprintf(old, sizeof(old), "%s.old", path);
	if (rename(path, old) && errno != ENOENT)
		return -errno;
	w->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return w->fd < 0 ? -errno : 0;
}

static void put_record(struct buffer *b, unsigned int type, const void *body, size_t len)
{
	struct perf_event_header h = { .type = type, .size = (uint16_t)(sizeof(h) + len) };

	buffer_add(b, &h, sizeof(h));
	buffer_add(b, body, len);
}

/* Header, ids, attrs, sections; then the records begin. */
static int begin_file(struct perfdata_writer *w, const struct perfdata_head *head)
{
	struct buffer b = { 0 };
	uint64_t ids = sizeof(w->header);
	size_t attr_size = PERF_ATTR_SIZE_CONFIG2;
	int ret;

	for (size_t i = 0; i < head->nr_events; i++)
		if (head->events[i].attr->attr.size > attr_size)
			attr_size = head->events[i].attr->attr.size;
	buffer_take(&b, sizeof(w->header));
	for (size_t i = 0; i < head->nr_events; i++)
		buffer_add(&b, head->events[i].ids, head->events[i].nr_ids * 8);
	w->header = (struct file_header){
		.magic = MAGIC, .size = sizeof(w->header),
		.attr_size = attr_size + sizeof(struct place), .attrs.offset = b.len,
	};
	for (size_t i = 0; i < head->nr_events; i++) {
		union perf_attr_room attr = *head->events[i].attr;
		struct place p = { .offset = ids, .size = head->events[i].nr_ids * 8 };

		attr.attr.size = (uint32_t)attr_size;
		buffer_add(&b, &attr, attr_size);
		buffer_add(&b, &p, sizeof(p));
		ids += p.size;
	}
	w->header.attrs.size = b.len - w->header.attrs.offset;
	for (size_t i = 0; i < head->nr_sections; i++) {
		w->sections[i] = (struct place){ b.len, head->sections[i].bytes.len };
		w->features[head->sections[i].feature / 64] |=
			1ULL << head->sections[i].feature % 64;
		buffer_add(&b, head->sections[i].bytes.p, head->sections[i].bytes.len);
	}
	w->nr_sections = head->nr_sections;
	buffer_take(&b, -b.len % 8);
	w->header.data.offset = b.len;
	/* with no data at all readers take the file for one that was not finished */
	put_record(&b, PERF_REC_FINISHED_ROUND, NULL, 0);
	ret = b.bad ? -ENOMEM : put_bytes(w, b.p, b.len);
	ret = ret ?: put_table(w, NULL, 0, 0) ?: put_header(w, &w->header);
	buffer_free(&b);
	return ret;
}

static int put_attr(struct buffer *b, const struct perfdata_event *ev)
{
	struct buffer r = { 0 };
	uint64_t id = ev->nr_ids ? ev->ids[0] : 0;
	int ret = 0;

	buffer_add(&r, ev->attr, ev->attr->attr.size);
	buffer_add(&r, ev->ids, ev->nr_ids * 8);
	if (r.len + 8 > UINT16_MAX)
		ret = -E2BIG;
	else
		put_record(b, PERF_REC_HEADER_ATTR, r.p, r.len);
	r.len = 0;
	buffer_u64(&r, PERF_EVENT_UPDATE_NAME);
	buffer_u64(&r, id);
	buffer_text(&r, ev->name, 8);
	put_record(b, PERF_REC_EVENT_UPDATE, r.p, r.len);
	ret = r.bad ? -ENOMEM : ret;
	buffer_free(&r);
	return ret;
}

static void put_section(struct buffer *b, const struct perfdata_section *s)
{
	struct perf_event_header h = { .type = PERF_REC_HEADER_TRACING_DATA, .size = 12 };
	uint32_t len = (uint32_t)(s->bytes.len + 7) & ~7u;
	struct buffer r = { 0 };

	if (s->feature == PERF_FEAT_SPELUNK)
		return;		/* perf takes a feature it does not know for the end of the stream */
	if (s->feature == PERF_FEAT_TRACING_DATA) {
		buffer_add(b, &h, sizeof(h));
		buffer_u32(b, len);
		buffer_add(b, s->bytes.p, s->bytes.len);
		buffer_take(b, len - s->bytes.len);
		return;
	}
	buffer_u64(&r, s->feature);
	buffer_add(&r, s->bytes.p, s->bytes.len);
	buffer_take(&r, -r.len % 8);
	if (!r.bad && r.len + 8 <= UINT16_MAX)
		put_record(b, PERF_REC_HEADER_FEATURE, r.p, r.len);
	buffer_free(&r);
}

static int begin_pipe(struct perfdata_writer *w, const struct perfdata_head *head)
{
	struct buffer b = { 0 };
	uint64_t size = PERF_HEADER_PIPE;
	int ret = 0;

	buffer_add(&b, MAGIC, sizeof(MAGIC) - 1);
	buffer_u64(&b, size);
	for (size_t i = 0; !ret && i < head->nr_events; i++)
		ret = put_attr(&b, &head->events[i]);
	for (size_t i = 0; i < head->nr_sections; i++)
		put_section(&b, &head->sections[i]);
	ret = ret ?: b.bad ? -ENOMEM : put_bytes(w, b.p, b.len);
	buffer_free(&b);
	return ret;
}

int perfdata_writer_open(struct perfdata_writer **out, const char *path,
			 const struct perfdata_head *head)
{
	struct perfdata_writer *w;
	int ret;

	*out = NULL;
	/* two more sections come at the end */
	if (head->nr_sections > PERFDATA_SECTIONS_MAX - 2)
		return -E2BIG;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fd = -1;
	pthread_mutex_init(&w->lock, NULL);
	ret = open_file(w, path);
	ret = ret ?: w->pipe ? begin_pipe(w, head) : begin_file(w, head);
	if (ret) {
		if (w->fd >= 0)
			close(w->fd);
		pthread_mutex_destroy(&w->lock);
		free(w);
		return ret;
	}
	*out = w;
	return 0;
}
