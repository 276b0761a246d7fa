/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_INPUT_IMPL_H
#define COLLECTOR_INPUT_IMPL_H

#include "collector/input.h"

/* The operations of a kind of input.  The struct of each kind begins with struct input. */
struct input_ops {
	int (*next)(struct input *s, struct event *ev);
	long (*read)(const struct input *s, uint64_t file_offset, void *buf, size_t len);
	void (*progress)(const struct input *s, uint64_t *done, uint64_t *total);
	uint64_t (*midr)(const struct input *s, int cpu);
	void (*close)(struct input *s);
};

struct input {
	const struct input_ops *ops;
	struct input_info info;
	struct input_clock clock;
	bool has_clock;
};

/* The buffer for the error message. */
struct input_error {
	char *text;
	size_t len;
};

/* Format the message and return code. */
int input_fail(const struct input_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Open a kind of file.  Takes ownership of fd, even on failure.  path is for input_info; any: SPE
 * data are not required.
 */
int perfdata_open(struct input **out, int fd, const char *path, uint64_t size, bool any,
		  const struct input_error *err);
int raw_aux_open(struct input **out, int fd, const char *path, uint64_t size,
		 const struct input_error *err);

/* Do these bytes, the first of a file, look like SPE packets? */
bool raw_aux_plausible(const uint8_t *buf, size_t len);

#endif
