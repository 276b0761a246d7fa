/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A helper is a child process that keeps the rights that sandbox_enter() gives up, and offers a few
 * services: it runs the pager and the editor, asks debuginfod, opens the output.  It knows the
 * services when it starts, and what may be asked is checked there: whoever asks may have been taken
 * over by a hostile file.
 */

/* Maximum bytes of a question */
#define HELPER_BYTES	(80u << 10)

struct helper_ask {
	int32_t number;		/* as the service defines it */
	int fd;			/* to hand over; -1: none.  The service borrows it */
	const void *bytes;	/* followed by a NUL */
	size_t len;		/* without it */
};

struct helper_answer {
	int32_t result;		/* as the service defines it, or -errno */
	int fd;			/* owned by who asked; -1: none */
	char text[PATH_MAX];	/* "" unless the service sets it */
};

struct helper_service {
	/* Runs in the helper.  It sets the members of *answer, which begins as 0, -1 and "". */
	void (*serve)(const struct helper_ask *ask, struct helper_answer *answer);
	/* Called after the answer was sent; NULL: nothing to do */
	void (*after)(void);
};

/*
 * Start a helper with these services, which lives until this process ends; the list is borrowed for
 * that long.  A helper that offers the first one may run already.  0 or -errno.
 */
int helper_start(const struct helper_service *const *services, size_t nr);

/* Does a helper offer it? */
bool helper_offers(const struct helper_service *s);

/*
 * Ask, and wait for the answer; threads take turns.  If no helper offers the service, this process
 * does it itself, without .after.  Returns
 * answer->result; -EPIPE: the helper has died.
 */
int helper_call(const struct helper_service *s, const struct helper_ask *ask,
		struct helper_answer *answer);

/*
 * In a service: the signals that a helper ignores, for a program that it starts and that gets them
 * as usual.
 */
void helper_signals(sigset_t *out);

#endif
