// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/host/host_impl.h"

/* An escaped record has at most PRINTK_MESSAGE_MAX, 2048 bytes (linux kernel/printk/internal.h). */
#define LINE_MAX_BYTES	16384
#define LOG_MAX_BYTES	(64 << 20)	/* more than any usual log_buf_len */

static const char *const texts[NR_KMSG] = {
#define KMSG(id, text, file) [KMSG_##id] = text,
#include "collector/host/kmsg.def"
#undef KMSG
};

/* "arch_timer: cp15 timer(s) running at 62.50MHz (phys)." (drivers/clocksource/arm_arch_timer.c) */
static void read_frequency(struct host *h, const char *text)
{
	unsigned long mhz, hundredths;

	text = strstr(text, "cp15 timer(s) running at ");
	if (!text || h->timer_hz ||
	    sscanf(text, "cp15 timer(s) running at %5lu.%2luMHz", &mhz, &hundredths) != 2)
		return;
	h->timer_hz = mhz * 1000000 + hundredths * 10000;
	snprintf(h->timer_why, sizeof(h->timer_why), "kernel log, to 10 kHz");
}

/*
 * "6,339,5140900,-;text" (linux Documentation/ABI/testing/dev-kmsg); continuation lines begin with
 * a blank.
 */
static void take_line(struct host *h, const char *line)
{
	char *end;
	unsigned long prefix = strtoul(line, &end, 10);
	const char *text = strchr(line, ';');

	/*
	 * the prefix is the facility above a 3-bit level; facility 0 is the kernel, others are
	 * programs
	 */
	if (*line == ' ' || end == line || *end != ',' || prefix >> 3 || !text)
		return;
	for (unsigned int i = 0; i < NR_KMSG; i++)
		if (strstr(text, texts[i]))
			h->said[i] = true;
	read_frequency(h, text);
}

/*
 * Process the whole lines of text and move the rest to its front.  Returns the length of the rest.
 */
static size_t take_lines(struct host *h, char *text, size_t len)
{
	char *at = text, *end;

	while ((end = memchr(at, '\n', len - (at - text)))) {
		*end = '\0';
		take_line(h, at);
		at = end + 1;
	}
	len -= at - text;
	memmove(text, at, len);
	return len < LINE_MAX_BYTES ? len : 0;	/* drop what is longer than any line */
}

void host_read_log(struct host *h, const char *root)
{
	char path[PATH_MAX], text[2 * LINE_MAX_BYTES + 1];
	size_t len = 0, sum = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/dev/kmsg", root);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		h->log = -errno;
		return;
	}
	while (sum < LOG_MAX_BYTES) {
		n = read(fd, text + len, LINE_MAX_BYTES);
		/* EPIPE: lines were overwritten; continue with the ones after them */
		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n < 0 && errno != EAGAIN && !sum)
			h->log = -errno;
		if (n <= 0)
			break;
		sum += n;
		len = take_lines(h, text, len + n);
	}
	close(fd);
}
