// SPDX-License-Identifier: GPL-2.0-only
#include "recording/regions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void regions_init(struct regions *r, int fd)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
}

void regions_clear(struct regions *r)
{
	free(r->memory);
	regions_init(r, -1);
}

/* Move what is in memory to the file; false: it stays. */
static bool write_out(struct regions *r)
{
	size_t n = r->nr - r->kept, len = n * sizeof(*r->memory);

	if (r->fd < 0 || n < REGIONS_NEAR)
		return false;
	if (pwrite(r->fd, r->memory, len, (off_t)(r->kept * sizeof(*r->memory))) != (ssize_t)len)
		return false;
	r->kept = r->nr;
	return true;
}

static int make_room(struct regions *r)
{
	size_t max = r->max ? r->max * 2 : REGIONS_NEAR;
	struct region *more;

	if (r->nr - r->kept < r->max || write_out(r))
		return 0;
	more = realloc(r->memory, max * sizeof(*more));
	if (!more)
		return -ENOMEM;
	r->memory = more;
	r->max = max;
	return 0;
}

int regions_add(struct regions *r, const struct region *region)
{
	int err = make_room(r);

	if (!err)
		r->memory[r->nr++ - r->kept] = *region;
	return err;
}

int regions_read(const struct regions *r, size_t first, struct region *out, size_t n)
{
	size_t stored = first < r->kept ? r->kept - first : 0, done, len;
	uint8_t *to = (uint8_t *)out;
	ssize_t got;

	if (stored > n)
		stored = n;
	len = stored * sizeof(*out);
	for (done = 0; done < len; done += got) {
		got = pread(r->fd, to + done, len - done, (off_t)(first * sizeof(*out) + done));
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return got ? -errno : -EIO;
	}
	if (n > stored)
		memcpy(out + stored, r->memory + (first + stored - r->kept),
		       (n - stored) * sizeof(*out));
	return 0;
}

const struct region *region_at(struct region_reader *r, size_t i)
{
	size_t left = r->of->nr - i;

	if (i - r->first >= r->nr) {
		r->first = i;
		r->nr = left < REGIONS_NEAR ? left : REGIONS_NEAR;
		r->err = regions_read(r->of, i, r->near, r->nr);
		if (r->err) {
			r->nr = 0;
			return NULL;
		}
	}
	return &r->near[i - r->first];
}
