// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "symbolizer/profile.h"

static const struct {
	const char *name, *unit, *what;
} fields[NR_FIELDS] = {
#define FIELD(id, name, kind, unit, what) [FIELD_##id] = { name, unit, what },
#include "symbolizer/fields.def"
#undef FIELD
};

const char *field_name(enum field f)
{
	return fields[f].name;
}

const char *field_unit(enum field f)
{
	return fields[f].unit;
}

const char *field_what(enum field f)
{
	return fields[f].what;
}

int field_find(const char *name, size_t len)
{
	for (int f = 0; f < NR_FIELDS; f++)
		if (strlen(fields[f].name) == len && !memcmp(fields[f].name, name, len))
			return f;
	return -1;
}
