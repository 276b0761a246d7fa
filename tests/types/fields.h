/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types and variables whose fields are known: tests/golden/types.sh compiles them for aarch64, and
 * natively with the list of fields, whose layout is the same for both.
 */
#include <stddef.h>
#include <stdint.h>

struct stat {
	uint32_t misses;
	uint64_t hits;
};

struct list {
	struct list *next, *prev;
};

typedef struct {
	int32_t value;
	int32_t waiters;
} lock_t;

struct cpu {
	uint8_t id;			/* 0 */
	lock_t lock;			/* 4 */
	struct stat stats[4];		/* 16 */
	union {				/* 80 */
		struct list lru;
		void *owner;
		struct { uint64_t a, b, c; };
	};
	union {				/* 104 */
		uint64_t whole;
		uint32_t halves[2];
	} u;
	unsigned int state : 3, flags : 5;	/* 112 */
	unsigned int tail;		/* 116 */
	const char *name;		/* 120 */
	int32_t grid[2][3];		/* 128 */
	uint16_t more[];		/* 152 */
};

extern struct cpu cpus[8];
extern struct cpu one;
extern uint64_t ticks;
extern const uint64_t limits[4];
extern struct list *head;
extern uint8_t untouched[4096];
