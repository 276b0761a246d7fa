/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes JSON (RFC 8259) directly to a stream.  name NULL: an element of an array.  Output is ASCII
 * or valid UTF-8, whatever the strings contain.
 */
struct json {
	FILE *out;
	unsigned int depth;
	bool first;		/* this object or array has no elements yet */
};

/* .depth at the start of a text that has no newline. */
#define JSON_ONE_LINE	4

void json_open(struct json *j, const char *name, char bracket);	/* '{' or '[' */
void json_close(struct json *j, char bracket);			/* '}' or ']' */
void json_string(struct json *j, const char *name, const char *text);	/* NULL: null */
void json_uint(struct json *j, const char *name, uint64_t v);
void json_int(struct json *j, const char *name, int64_t v);
void json_hex(struct json *j, const char *name, uint64_t v);	/* "0x413fd0c1" */
void json_fixed(struct json *j, const char *name, double v, unsigned int decimals);
void json_ms(struct json *j, const char *name, uint64_t ns);	/* in ms: 12.000345 */
void json_bool(struct json *j, const char *name, bool v);
void json_null(struct json *j, const char *name);
/* source: a value in JSON, written as it is. */
void json_raw(struct json *j, const char *name, const char *source);
/* known false: writes null and returns false.  True: the caller writes the value. */
bool json_known(struct json *j, const char *name, bool known);
void json_id(struct json *j, const char *name, int32_t id);	/* negative: null */

#endif
