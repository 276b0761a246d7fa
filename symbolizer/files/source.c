// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/files/source.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX	(16u << 20)
#define LINE_CUT	1024	/* maximum bytes kept of a line */

struct source_text {
	char *text;		/* lines end with NUL */
	uint32_t *start;	/* offset of each line */
	unsigned int nr;
};

static bool read_all(int fd, char *out, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, out + done, size - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* A NUL in the text is invisible: the line ends there. */
static bool cut_lines(struct source_text *t, size_t size)
{
	unsigned int nr = 1;
	char *at = t->text, *end;

	for (size_t i = 0; i < size; i++)
		nr += t->text[i] == '\n';
	t->start = calloc(nr, sizeof(*t->start));
	if (!t->start)
		return false;
	while (at < t->text + size) {
		end = memchr(at, '\n', (size_t)(t->text + size - at));
		end = end ? end : t->text + size;
		t->start[t->nr++] = (uint32_t)(at - t->text);
		*end = '\0';
		if (end > at && end[-1] == '\r')
			end[-1] = '\0';
		if (end - at > LINE_CUT)
			at[LINE_CUT] = '\0';
		at = end + 1;
	}
	return true;
}

struct source_text *source_text_open(int fd)
{
	struct source_text *t = calloc(1, sizeof(*t));
	struct stat st;
	size_t size;
	bool ok;

	ok = t && !fstat(fd, &st) && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= FILE_MAX;
	size = ok ? (size_t)st.st_size : 0;
	if (ok)
		t->text = malloc(size + 1);
	ok = ok && t->text && read_all(fd, t->text, size) && cut_lines(t, size);
	close(fd);
	if (ok)
		return t;
	source_text_close(t);
	return NULL;
}

void source_text_close(struct source_text *t)
{
	if (!t)
		return;
	free(t->text);
	free(t->start);
	free(t);
}

const char *source_text_line(const struct source_text *t, unsigned int nr)
{
	return nr && nr <= t->nr ? t->text + t->start[nr - 1] : NULL;
}
