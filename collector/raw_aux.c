// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "collector/input_impl.h"

/* A file that contains nothing but the bytes of one AUX stream. */
struct raw_aux {
	struct input input;
	int fd;
	uint64_t size;
	char *path;
	struct input_loss loss;
	const char *note;
	bool told;
};

static int raw_next(struct input *s, struct event *ev)
{
	struct raw_aux *raw = (struct raw_aux *)s;

	if (raw->told || !raw->size)
		return -ENODATA;
	raw->told = true;
	*ev = (struct event){ .type = EVENT_AUX, .cpu = -1, .pid = -1, .tid = -1 };
	ev->aux.pmu = -1;
	ev->aux.len = raw->size;
	return 1;
}

static long raw_read(const struct input *s, uint64_t file_offset, void *buf, size_t len)
{
	return read_at(((const struct raw_aux *)s)->fd, file_offset, buf, len);
}

static void raw_progress(const struct input *s, uint64_t *done, uint64_t *total)
{
	*done = *total = 0;
}

static uint64_t raw_midr(const struct input *s, int cpu)
{
	return 0;
}

static void raw_close(struct input *s)
{
	struct raw_aux *raw = (struct raw_aux *)s;

	close(raw->fd);
	free(raw->path);
	free(raw);
}

static const struct input_ops raw_ops = {
	.next = raw_next,
	.read = raw_read,
	.progress = raw_progress,
	.midr = raw_midr,
	.close = raw_close,
};

static struct raw_aux *raw_new(int fd, const char *path, uint64_t size)
{
	struct raw_aux *raw = calloc(1, sizeof(*raw));
	struct input_info *info;

	if (!raw)
		return NULL;
	raw->fd = fd;
	raw->size = size;
	raw->path = strdup(path);
	if (!raw->path) {
		free(raw);
		return NULL;
	}
	raw->loss.cpu = -1;
	raw->loss.aux_bytes = size;
	raw->note = "The file is not in perf.data format; it was read as raw trace data of one CPU, "
		    "without names, tasks or guests.";
	raw->input.ops = &raw_ops;
	info = &raw->input.info;
	info->path = raw->path;
	info->format = "raw AUX";
	info->file_size = size;
	info->losses = &raw->loss;
	info->nr_losses = size ? 1 : 0;
	info->nr_streams = size ? 1 : 0;
	info->notes = &raw->note;
	info->nr_notes = 1;
	return raw;
}

int raw_aux_open(struct input **out, int fd, const char *path, uint64_t size,
		 const struct input_error *err)
{
	struct raw_aux *raw = raw_new(fd, path, size);

	if (!raw) {
		close(fd);
		return input_fail(err, -ENOMEM, "out of memory");
	}
	*out = &raw->input;
	return 0;
}

/* What a header alone says about a packet: Arm ARM D18.1, D18.2. */
enum guess { GUESS_PAD, GUESS_KNOWN, GUESS_ENDS_RECORD, GUESS_UNKNOWN };

static enum guess guess_packet(const uint8_t *p, size_t len, size_t *size)
{
	uint8_t h = p[0];
	size_t extended = 0;

	if ((h & 0xfc) == 0x20 && len > 1) {	/* short extended header */
		extended = 1;
		h = p[1];
	}
	*size = 1 + extended;
	if (h == 0x00)
		return GUESS_PAD;
	if (h == 0x01 && !extended)
		return GUESS_ENDS_RECORD;
	*size += (size_t)1 << (h >> 4 & 3);
	if (h == 0x71 && !extended)
		return GUESS_ENDS_RECORD;
	if ((h & 0xf8) == 0xb0 || (h & 0xf8) == 0x98)	/* address, counter */
		return GUESS_KNOWN;
	if (extended)
		return GUESS_UNKNOWN;
	if ((h & 0xcf) == 0x42 || (h & 0xcf) == 0x43)	/* events, data source */
		return GUESS_KNOWN;
	if ((h & 0xfc) == 0x64 || (h & 0xfc) == 0x48)	/* context, operation type */
		return GUESS_KNOWN;
	return GUESS_UNKNOWN;
}

/*
 * Do packets begin at buf?  Nine of ten bytes must be of a known kind, and some record must end.
 * Padding proves nothing: other files have zeros, too.
 */
static bool are_packets(const uint8_t *buf, size_t len)
{
	size_t at = 0, known = 0, pads = 0, ends = 0;

	while (at < len) {
		size_t size;
		enum guess g = guess_packet(buf + at, len - at, &size);

		if (size > len - at)
			break;
		if (g == GUESS_KNOWN || g == GUESS_ENDS_RECORD)
			known += size;
		if (g == GUESS_ENDS_RECORD)
			ends++;
		if (g == GUESS_PAD)
			pads += size;
		at += size;
	}
	return ends && known * 10 >= (at - pads) * 9;
}

#define GUESS_BYTES	4096
#define GUESS_START	16	/* a dump may begin inside a packet */

bool raw_aux_plausible(const uint8_t *buf, size_t len)
{
	if (len > GUESS_BYTES)
		len = GUESS_BYTES;
	for (size_t start = 0; start < GUESS_START && start < len; start++)
		if (are_packets(buf + start, len - start))
			return true;
	return false;
}
