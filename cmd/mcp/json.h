/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_JSON_H
#define CMD_MCP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads JSON (RFC 8259) with json-c, which is loaded on first use. */

struct json_library;

/* NULL: json-c is not installed (library_no_json), or out of memory. */
struct json_library *json_library_open(void);
void json_library_close(struct json_library *l);	/* NULL is fine */

/* A value in a document.  Borrowed until the document is freed. */
struct json_value {
	const struct json_library *library;
	void *object;		/* json-c's; NULL: null */
	bool known;		/* false: there is no such value */
};

enum json_kind {
	JSON_NONE,		/* no such value */
	JSON_NULL, JSON_BOOL,
	JSON_INTEGER,		/* a number without point and exponent */
	JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT
};

/*
 * Parse an object or array of at most `depth` levels, which takes up all of the text; the text must
 * be UTF-8 without NUL bytes.  0, *root is freed with json_value_free(); -EINVAL: it is no such
 * text, or out of memory.
 */
int json_parse(const struct json_library *l, const char *text, size_t len, int depth,
	       struct json_value *root);
void json_value_free(struct json_value *root);		/* all zeros is fine */

enum json_kind json_kind_of(struct json_value v);
/* The member of an object.  Not known: v is not an object, or has no such member. */
struct json_value json_member(struct json_value v, const char *name);
/* Elements of an array; 0: it is none, or empty. */
size_t json_length(struct json_value v);
struct json_value json_element(struct json_value v, size_t i);
/* A string without NUL characters, borrowed; NULL: it is not one. */
const char *json_text(struct json_value v);
/* An integer that fits.  False: it is not one. */
bool json_number(struct json_value v, int64_t *out);
bool json_true(struct json_value v);			/* is it true? */
/* The value as JSON on one line, borrowed until the next call for the same value. */
const char *json_source(struct json_value v);

/* Returns 0, or a value that ends the iteration. */
typedef int json_member_fn(void *arg, const char *name, struct json_value v);
/* Call fn for each member of an object, in their order.  0, or what fn returned. */
int json_each(struct json_value v, json_member_fn *fn, void *arg);

#endif
