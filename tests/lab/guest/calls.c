// SPDX-License-Identifier: GPL-2.0-only
/*
 * A known call tree: each function calls others a known number of times, and slow() always does the
 * same work, so that its cost for each caller is known.  It has no frame record, like leaf
 * functions in C: only the code identifies its caller.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Compiled literally, in cache lines of its own. */
#define HOT __attribute__((noipa, aligned(64)))

#define STEPS	2000	/* of slow() */

static volatile uint64_t done;

void slow(void);
void often(void);
void seldom(void);
void nest(unsigned int depth);
void reads(int fd);

HOT void slow(void)
{
	uint64_t x = done;

	for (unsigned int i = 0; i < STEPS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
	}
	done = x + 1;
}

/* 60 of a hundred calls of slow(). */
HOT void often(void)
{
	for (unsigned int i = 0; i < 6; i++)
		slow();
	done++;
}

/* 30 */
HOT void seldom(void)
{
	for (unsigned int i = 0; i < 3; i++)
		slow();
	done++;
}

/* 10, recursively */
HOT void nest(unsigned int depth)
{
	if (depth)
		nest(depth - 1);
	else
		slow();
	done++;
}

/* The kernel's part: it writes the zeroes. */
HOT void reads(int fd)
{
	static char buf[1 << 16];

	if (read(fd, buf, sizeof(buf)) != sizeof(buf))
		err(1, "/dev/zero");
	done++;
}

int main(int argc, char **argv)
{
	FILE *zero = fopen("/dev/zero", "r");
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;

	if (!zero)
		err(1, "/dev/zero");
	for (unsigned long i = 0; i < rounds; i++) {
		often();
		seldom();
		nest(4);
		reads(fileno(zero));
	}
	return 0;
}
