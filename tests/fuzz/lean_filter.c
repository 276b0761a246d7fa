// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input is an expression and, after its NUL, a record, as for fuzz_filter.c: parsing and
 * matching never crash, and errors have a message.
 */
#include <string.h>

#include "profile/filter/filter.h"
#include "tests/fuzz/lean.h"

#define TEXT_MAX_LEN	1024

static const char *name_of(void *arg, enum field f)
{
	return f == FIELD_LINE ? "" : "some/name[0]";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct owner owner = { .pid = -1, .tid = -1, .vm = -1, .vcpu = -1 };
	struct spe_record rec = { 0 };
	struct filter_input in = { .rec = &rec, .owner = &owner, .cpu = -1, .name = name_of,
				   .midr = 0x413fd0c1 };
	size_t len = strnlen((const char *)data, size);
	char text[TEXT_MAX_LEN + 1], err[256];
	struct filter *f;

	if (len > TEXT_MAX_LEN)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	err[0] = '\0';
	if (filter_parse(&f, text, err, sizeof(err))) {
		lean_require(!f && err[0]);
		return 0;
	}
	memcpy(&rec, data + len, size - len < sizeof(rec) ? size - len : sizeof(rec));
	filter_match(f, &in);
	filter_free(f);
	return 0;
}
