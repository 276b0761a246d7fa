// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/create.h"
#include "base/zstd.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"

/* Eight bytes without a NUL. */
#define MAGIC	{ 'P', 'E', 'R', 'F', 'I', 'L', 'E', '2' }

/*
 * perf maps a file from the page in which the data begin, but with a length counted from the start
 * of the file to the end of the data.  If the data began in the first page, perf could not see a
 * record behind the data's end.  A page has at most 64 KiB.  The space between is a hole.
 * Everything is a multiple of any page size, as O_DIRECT requires.
 */
#define DATA_LEAST	(64u << 10)

/*
 * O_DIRECT belongs to an open file, not to a descriptor, so open the file a second time.  Not every
 * file system supports it, and the name may lead to another file by now.
 */
static void open_direct(struct perfdata_writer *w, const char *path)
{
	struct stat ours, st;

	w->page = (size_t)sysconf(_SC_PAGESIZE);
	w->direct_opened = open(path, O_WRONLY | O_DIRECT | O_NOFOLLOW | O_CLOEXEC);
	if (w->direct_opened >= 0 && !fstat(w->fd, &ours) && !fstat(w->direct_opened, &st) &&
	    st.st_dev == ours.st_dev && st.st_ino == ours.st_ino)
		w->direct = w->direct_opened;
}

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
		w->fd = create_file(path, false);
		return w->fd < 0 ? w->fd : 0;
	}
	snprintf(old, sizeof(old), "%s.old", path);
	if (rename(path, old) && errno != ENOENT)
		return -errno;
	w->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (w->fd < 0)
		return -errno;
	open_direct(w, path);
	return 0;
}

static void put_record(struct buffer *b, unsigned int type, const void *body, size_t len)
{
	struct perf_event_header h = { .type = type, .size = (uint16_t)(sizeof(h) + len) };

	buffer_add(b, &h, sizeof(h));
	buffer_add(b, body, len);
}

static void put_section(struct perfdata_writer *w, struct buffer *b, const struct perfdata_section *s)
{
	w->sections[w->nr_sections++] = (struct place){ b->len, s->bytes.len };
	w->features[s->feature / 64] |= 1ULL << s->feature % 64;
	if (s->feature == PERF_FEAT_COMPRESSED)
		w->pack_section = b->len;
	buffer_add(b, s->bytes.p, s->bytes.len);
}

/*
 * Our facts are records, because perf inject overruns its table of features on a section that it
 * does not know, and crashes.  Each record ends with a whole line.
 */
static int put_host(struct perfdata_writer *w, const struct perfdata_head *head)
{
	const struct buffer *facts = NULL;
	size_t len;
	int ret = 0;

	for (size_t i = 0; i < head->nr_sections; i++)
		if (head->sections[i].feature == PERF_FEAT_SPELUNK)
			facts = &head->sections[i].bytes;
	for (size_t at = 0; facts && at < facts->len && !ret; at += len) {
		len = facts->len - at;
		if (len > PERFDATA_OWN_MAX) {
			const uint8_t *end = memrchr(facts->p + at, '\n', PERFDATA_OWN_MAX);

			len = end ? (size_t)(end + 1 - (facts->p + at)) : PERFDATA_OWN_MAX;
		}
		ret = perfdata_writer_own(w, OWN_HOST, facts->p + at, len);
	}
	return ret;
}

/* Header, ids, attrs, sections; then the records begin. */
static int begin_file(struct perfdata_writer *w, const struct perfdata_head *head)
{
	static const struct perf_event_header empty = {
		.type = PERF_REC_FINISHED_ROUND, .size = sizeof(empty),
	};
	const struct iovec nothing = { (void *)&empty, sizeof(empty) };
	struct buffer b = { 0 };
	struct file_header h;
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
	for (size_t i = 0; i < head->nr_sections; i++)
		if (head->sections[i].feature != PERF_FEAT_SPELUNK)
			put_section(w, &b, &head->sections[i]);
	buffer_take(&b, -b.len % 8);
	ret = b.bad ? -ENOMEM : writer_put(w, b.p, b.len);
	w->pos = (w->pos + DATA_LEAST - 1) / DATA_LEAST * DATA_LEAST;
	w->header.data.offset = w->pos;
	ret = ret ?: writer_blocks_begin(w);
	/* readers take a file without any data for one that was not finished */
	ret = ret ?: perfdata_writer_records(w, &nothing, 1) ?: put_host(w, head);
	pthread_mutex_lock(&w->lock);
	ret = ret ?: writer_put_round(w);
	pthread_mutex_unlock(&w->lock);
	/* a copy: with -flto gcc 16 takes the member's address for that of its magic alone */
	h = w->header;
	ret = ret ?: writer_put_header(w, &h);
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

static void put_feature(struct buffer *b, const struct perfdata_section *s)
{
	struct buffer r = { 0 };

	buffer_u64(&r, s->feature);
	buffer_add(&r, s->bytes.p, s->bytes.len);
	buffer_take(&r, -r.len % 8);
	if (!r.bad && r.len + 8 <= UINT16_MAX)
		put_record(b, PERF_REC_HEADER_FEATURE, r.p, r.len);
	buffer_free(&r);
}

static void put_tracing_data(struct buffer *b, const struct perfdata_section *s)
{
	struct perf_event_header h = { .type = PERF_REC_HEADER_TRACING_DATA, .size = 12 };
	uint32_t len = (uint32_t)(s->bytes.len + 7) & ~7u;

	buffer_add(b, &h, sizeof(h));
	buffer_u32(b, len);
	buffer_add(b, s->bytes.p, s->bytes.len);
	buffer_take(b, len - s->bytes.len);
}

/* In a file build-ids are a section, without a record type; perf has no feature record for them. */
static void put_build_ids(struct buffer *b, const struct perfdata_section *s)
{
	struct perf_event_header h;

	for (size_t at = 0; at + sizeof(h) <= s->bytes.len; at += h.size) {
		memcpy(&h, s->bytes.p + at, sizeof(h));
		if (h.size < sizeof(h) || h.size > UINT16_MAX - 7 || h.size > s->bytes.len - at)
			return;
		h.type = PERF_REC_HEADER_BUILD_ID;
		h.size = (uint16_t)((h.size + 7) & ~7);
		buffer_add(b, &h, sizeof(h));
		memcpy(&h, s->bytes.p + at, sizeof(h));
		buffer_add(b, s->bytes.p + at + sizeof(h), h.size - sizeof(h));
		buffer_take(b, -(size_t)h.size % 8);
	}
}

/*
 * The sections of a pipe stream, as records.  perf evlist reads up to the first feature, and would
 * take tracing data before it for records.
 */
static void put_sections(struct buffer *b, const struct perfdata_head *head)
{
	const struct perfdata_section *s = head->sections, *end = s + head->nr_sections;
	const struct perfdata_section *tracing = NULL;

	for (; s < end; s++) {
		if (s->feature == PERF_FEAT_TRACING_DATA)
			tracing = s;
		else if (s->feature == PERF_FEAT_BUILD_ID)
			put_build_ids(b, s);
		else if (s->feature != PERF_FEAT_SPELUNK)
			put_feature(b, s);
	}
	if (tracing)
		put_tracing_data(b, tracing);
}

static int begin_pipe(struct perfdata_writer *w, const struct perfdata_head *head)
{
	static const char magic[8] = MAGIC;
	struct buffer b = { 0 };
	uint64_t size = PERF_HEADER_PIPE;
	int ret = 0;

	buffer_add(&b, magic, sizeof(magic));
	buffer_u64(&b, size);
	for (size_t i = 0; !ret && i < head->nr_events; i++)
		ret = put_attr(&b, &head->events[i]);
	put_sections(&b, head);
	ret = ret ?: b.bad ? -ENOMEM : writer_put(w, b.p, b.len);
	buffer_free(&b);
	return ret ?: put_host(w, head);
}

int perfdata_writer_open(struct perfdata_writer **out, const char *path,
			 const struct perfdata_head *head)
{
	struct perfdata_writer *w;
	int ret = 0;

	*out = NULL;
	/* two more sections are added at the end */
	if (head->nr_sections > PERFDATA_SECTIONS_MAX - 2)
		return -E2BIG;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fd = w->direct = w->direct_opened = -1;
	pthread_mutex_init(&w->lock, NULL);
	pthread_mutex_init(&w->pack_lock, NULL);
	if (head->nr_events && head->events[0].nr_ids)
		w->own_id = head->events[0].ids[0];
	if (head->level) {
		w->packer = zstd_packer_new(head->level);
		ret = w->packer ? 0 : -ENOMEM;
	}
	ret = ret ?: open_file(w, path);
	ret = ret ?: w->pipe ? begin_pipe(w, head) : begin_file(w, head);
	if (ret)
		writer_free(w);
	else
		*out = w;
	return ret;
}
