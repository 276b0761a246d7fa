// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input is an expression and, after its NUL, a record: parsing never crashes, errors have a
 * message, and the negation of a valid filter gives the opposite answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/filter/filter.h"

#define TEXT_MAX_LEN	4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *name_of(void *arg, enum field f)
{
	return f == FIELD_LINE ? "" : "some/name[0]";
}

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void match(const struct filter *f, const struct filter *not, const uint8_t *data,
		  size_t size)
{
	struct spe_record rec = { 0 };
	struct owner owner = { .pid = -1, .tid = -1, .vm = -1, .vcpu = -1 };
	struct filter_input in = { .rec = &rec, .owner = &owner, .cpu = -1, .name = name_of,
				   .midr = 0x413fd0c1 };

	check(filter_match(f, &in) != filter_match(not, &in));
	memcpy(&rec, data, size < sizeof(rec) ? size : sizeof(rec));
	if (size > sizeof(rec) + sizeof(owner)) {
		memcpy(&owner, data + sizeof(rec), sizeof(owner));
		in.time = data[size - 1];
		in.cpu = data[size - 1];
		in.count_size = data[size - 1];
	}
	check(filter_match(f, &in) != filter_match(not, &in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = strnlen((const char *)data, size);
	struct filter *f, *not;
	char text[TEXT_MAX_LEN + 1], turned[TEXT_MAX_LEN + 8], err[256] = "x";

	if (len > TEXT_MAX_LEN)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (filter_parse(&f, text, err, sizeof(err))) {
		check(!f && err[0]);
		return 0;
	}
	check(filter_fields(f) < 1ull << NR_FIELDS);
	snprintf(turned, sizeof(turned), "!(%s)", text);
	/* The negation may exceed the maximum depth. */
	if (!filter_parse(&not, turned, err, sizeof(err))) {
		match(f, not, data + len, size - len);
		filter_free(not);
	}
	filter_free(f);
	return 0;
}
