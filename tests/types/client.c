// SPDX-License-Identifier: GPL-2.0-only
/*
 * A server's list of clients, whose struct has what a search needs on two cache lines.  For
 * doc/howto-fields.md: compiled, but never run; tests/tools/gen samples its loads and stores.
 */
#include <stdint.h>

struct client {
	uint64_t id;
	int fd;
	uint32_t flags;
	char name[48];
	char address[64];
	struct { uint64_t in, out; } bytes;
	uint64_t last_seen;
	struct client *next;
};

struct client *find_client(struct client *c, uint64_t id);
void count_bytes(struct client *c, uint64_t bytes, uint64_t now);
int is_open(const struct client *c);
void _start(void);

__attribute__((noipa)) struct client *find_client(struct client *c, uint64_t id)
{
	while (c && c->id != id)
		c = c->next;
	return c;
}

__attribute__((noipa)) void count_bytes(struct client *c, uint64_t bytes, uint64_t now)
{
	c->bytes.in += bytes;
	c->last_seen = now;
}

__attribute__((noipa)) int is_open(const struct client *c)
{
	return c->flags & 1;
}

void _start(void)
{
	struct client *c = find_client(0, 1);

	count_bytes(c, is_open(c), 1);
	for (;;)
		;
}
