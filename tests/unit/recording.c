// SPDX-License-Identifier: GPL-2.0-only
/* A program that counts a recording by symbol needs only recording/ and profile/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/columns.h"
#include "recording/recording.h"

/* The capture has a program of three functions; perf finds 22,692 records in it. */
#define MAKE	"mkdir -p $D/share && xz -dc tests/captures/work.elf.xz >$D/share/work && " \
		"xz -dc tests/captures/vhe-work.data.xz >$D/perf.data"

int main(void)
{
	const enum field keys[] = { FIELD_SYMBOL, FIELD_OBJECT };
	const struct profile_query query = { .keys = keys, .nr_keys = 2 };
	char dir[] = "/tmp/recording-XXXXXX", path[64], err[1024] = "";
	const char *folders[] = { dir };
	const struct recording_config config = { .symfs = { folders, 1 }, .jobs = 2 };
	struct recording rec = { 0 };
	struct profile *profile = NULL;
	struct summary summary = { 0 };
	struct rows *rows = NULL;
	uint64_t hot = 0;
	int ret = !mkdtemp(dir) || setenv("D", dir, 1) || system(MAKE);

	snprintf(path, sizeof(path), "%s/perf.data", dir);
	ret = ret ?: recording_open(&rec, path, &config, err, sizeof(err)) ?:
	      recording_count(&rec, &query, &profile, &summary) ?:
	      profile_rows(profile, keys, 2, 0, rec.naming, summary.count_size, &rows);
	if (rows)
		rows_sort(rows, COLUMN_SAMPLES, false);
	for (size_t i = 0; rows && i < rows->nr; i++) {
		const struct row *r = &rows->row[i];

		if (i < 5)
			printf("# %7lu %s\n", r->m.samples, r->keys[0].text);
		if (!strncmp(r->keys[0].text, "hot_", 4) && !strcmp(r->keys[1].text, "/share/work"))
			hot += r->m.samples;
	}
	printf("%sok 1 - all records are in rows %s\n",
	       !ret && rows->sum.samples == 22692 ? "" : "not ", err);
	printf("%sok 2 - nine of ten are in hot_*\n1..2\n", hot > 22692 * 9 / 10 ? "" : "not ");
	rows_free(rows);
	profile_free(profile);
	summary_clear(&summary);
	recording_close(&rec);
	return ret || system("rm -r $D");
}
