/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * blank FILE...: replace CONTEXT packets in recordings with padding, as if the kernel had been
 * built without CONFIG_PID_IN_CONTEXTIDR.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decoder/packet.h"
#include "recording/pipeline.h"

#define CONTEXT_SIZE 5	/* D18.2.3: a header and four bytes */

static unsigned int blank_bytes(uint8_t *p, size_t len)
{
	struct spe_packet pkt;
	unsigned int n = 0;

	for (size_t at = 0; at < len;) {
		int size = spe_packet_decode(&pkt, p + at, len - at);

		if (size <= 0)
			break;
		if (pkt.type == SPE_PACKET_CONTEXT) {
			memset(p + at, 0, CONTEXT_SIZE);
			n++;
		}
		at += (size_t)size;
	}
	return n;
}

/* 0, or -1 and errno. */
static int blank_region(int fd, const struct region *r, unsigned int *n)
{
	uint8_t *p = malloc(r->len);
	int ret = -1;

	if (p && pread(fd, p, r->len, (off_t)r->file_offset) == (ssize_t)r->len) {
		*n += blank_bytes(p, r->len);
		ret = pwrite(fd, p, r->len, (off_t)r->file_offset) == (ssize_t)r->len ? 0 : -1;
	}
	free(p);
	return ret;
}

static int blank_file(const char *path)
{
	const struct pipeline_options opt = { .host_mode = HOST_UNKNOWN };
	struct pipeline p;
	struct region r;
	unsigned int n = 0;
	char err[256];
	int fd = open(path, O_RDWR), ret = 0;

	if (fd < 0 || pipeline_open(&p, path, &opt, err, sizeof(err)))
		return -1;
	for (size_t i = 0; i < p.nr_streams && !ret; i++) {
		for (size_t k = 0; k < p.streams[i].nr && !ret; k++)
			ret = spooled_read(&p.regions, p.streams[i].first + k, &r, 1) ?:
			      blank_region(fd, &r, &n);
	}
	printf("%s: %u packets\n", path, n);
	pipeline_close(&p);
	close(fd);
	return ret;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (blank_file(argv[i])) {
			perror(argv[i]);
			return 1;
		}
	}
	return argc < 2 ? 2 : 0;
}
