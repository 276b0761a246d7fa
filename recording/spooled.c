// SPDX-License-Identifier: GPL-2.0-only
#include "recording/spooled.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

void spooled_init(struct spooled *s, int fd, size_t each)
{
	*s = (struct spooled){ .fd = fd, .each = each };
}

void spooled_clear(struct spooled *s)
{
	free(s->memory);
	spooled_init(s, -1, s->each);
}

/* Move memory to the file; false: it stays in memory. */
static bool write_out(struct spooled *s)
{
	size_t n = s->nr - s->kept, len = n * s->each;

	if (s->fd < 0 || n < SPOOLED_NEAR)
		return false;
	if (write_at(s->fd, s->kept * s->each, s->memory, len))
		return false;
	s->kept = s->nr;
	return true;
}

static int make_room(struct spooled *s)
{
	size_t max = s->max ? s->max * 2 : SPOOLED_NEAR;
	uint8_t *more;

	if (s->nr - s->kept < s->max || write_out(s))
		return 0;
	more = reallocarray(s->memory, max, s->each);
	if (!more)
		return -ENOMEM;
	s->memory = more;
	s->max = max;
	return 0;
}

int spooled_add(struct spooled *s, const void *one)
{
	int err = make_room(s);

	if (!err)
		memcpy(s->memory + (s->nr++ - s->kept) * s->each, one, s->each);
	return err;
}

int spooled_read(const struct spooled *s, size_t first, void *out, size_t n)
{
	size_t stored = first < s->kept ? s->kept - first : 0, done, len;
	uint8_t *to = out;
	ssize_t got;

	if (stored > n)
		stored = n;
	len = stored * s->each;
	for (done = 0; done < len; done += got) {
		got = pread(s->fd, to + done, len - done, (off_t)(first * s->each + done));
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return got ? -errno : -EIO;
	}
	if (n > stored)
		memcpy(to + len, s->memory + (first + stored - s->kept) * s->each,
		       (n - stored) * s->each);
	return 0;
}
