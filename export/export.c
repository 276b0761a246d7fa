// SPDX-License-Identifier: GPL-2.0-only
#include "export/export.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "export/binaries.h"
#include "export/exporter.h"
#include "profile/profile.h"
#include "report/write.h"

static const struct {
	const char *name, *what;
	const struct exporter *exporter;
} kinds[NR_EXPORTS] = {
#define KIND(id, name, what) { name, what, &exporter_##id },
#include "export/kinds.def"
#undef KIND
};

const char *export_name(unsigned int k)
{
	return kinds[k].name;
}

const char *export_what(enum export_kind k)
{
	return kinds[k].what;
}

bool export_is_binary(enum export_kind k)
{
	return kinds[k].exporter->binary;
}

bool export_is_table(enum export_kind k)
{
	return kinds[k].exporter->tabular;
}

bool export_is_weighed(enum export_kind k)
{
	return kinds[k].exporter->weighed;
}

bool export_is_of_binary(enum export_kind k)
{
	return kinds[k].exporter->write_binary;
}

const struct exporter *exporter_of(enum export_kind k)
{
	return kinds[k].exporter;
}

const char *export_known(const char *text)
{
	return *text ? text : "[unknown]";
}

int export_fail(char *err, size_t errlen, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errlen, fmt, ap);
	va_end(ap);
	return code;
}

void export_config(const struct export *x, struct recording_config *c)
{
	const struct exporter *e = kinds[x->kind].exporter;
	bool samples = e->tabular && x->table == EXPORT_TABLE_SAMPLES && !x->nr_by;

	c->exits |= e->exits || samples || x->table != EXPORT_TABLE_SAMPLES;
	c->stays = e->exits;
	c->cgroups |= samples || e->cgroups;
	c->samples_optional = true;
}

int export_count(struct export *x, char *err, size_t errlen)
{
	const struct exporter *e = kinds[x->kind].exporter;
	int ret = e->count ? e->count(x, err, errlen) : 0;

	if (ret && !*err)
		export_fail(err, errlen, ret, "%s", strerror(-ret));
	return ret;
}

int export_write(struct export *x, FILE *out)
{
	int ret;

	errno = 0;
	ret = export_is_of_binary(x->kind) ? binaries_write(x, out) :
					     kinds[x->kind].exporter->write(x, out);
	return ret ?: report_end(out);
}

int export_write_folder(struct export *x, char *err, size_t errlen)
{
	return binaries_write_all(x, err, errlen);
}

void export_clear(struct export *x)
{
	if (x->own)
		kinds[x->kind].exporter->clear(x);
	x->own = NULL;
	calltree_free(x->stacks);
	rows_free(x->rows);
	x->stacks = NULL;
	x->rows = NULL;
}
