// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "report/write.h"
#include "tui/app_impl.h"
#include "tui/new_file.h"

static bool ends_in(const char *path, const char *end)
{
	size_t len = strlen(path), n = strlen(end);

	return len > n && !strcmp(path + len - n, end);
}

/* The screen as displayed, without the input line. */
static int write_screen(struct app *a, FILE *out)
{
	const struct screen *s = &a->screen;
	struct canvas *c = canvas_new(s->width ? s->width : 80, s->height ? s->height : 24);
	int err;

	if (!c)
		return -ENOMEM;
	a->mode = MODE_BROWSE;
	app_draw(a, c);
	err = canvas_print(c, out);
	canvas_free(c);
	return err;
}

/* All rows; for a view without rows, those by world. */
static int write_rows(struct app *a, FILE *out, enum report_format format)
{
	const struct view_ops *ops = app_view(a);
	struct report_options opt = { .format = format, .cycles = a->cfg->cycles };
	struct report_data d;

	app_report_data(a, &d);
	d.worlds = NULL;
	if (ops->write)
		return ops->write(a, out, &d, &opt);
	d.rows = a->result->worlds;
	return report_write(out, &d, &opt);
}

/* Never overwrite an existing file, which may be the recording.  NULL: said why. */
static FILE *open_new(struct app *a, const char *path)
{
	const struct helper_ask ask = { .fd = -1, .bytes = path, .len = strlen(path) };
	struct helper_answer answer;
	int err = helper_call(&new_file_service, &ask, &answer);
	FILE *out = err ? NULL : fdopen(answer.fd, "w");

	if (!out)
		app_say(a, true, "cannot write %.200s: %s", path, *answer.text ? answer.text :
			strerror(err ? -err : errno));
	if (!out && answer.fd >= 0)
		close(answer.fd);
	return out;
}

bool save(struct app *a, const char *path)
{
	bool csv = ends_in(path, ".csv"), json = ends_in(path, ".json");
	FILE *out;
	int err;

	if (!a->result || ((csv || json) && a->result->record)) {
		app_say(a, true, a->result ? "records are written as text: give a name without "
			".csv or .json" : "there is nothing yet to write");
		return false;
	}
	if (a->result->part) {
		app_say(a, true, "not yet: samples are still being counted");
		return false;
	}
	out = open_new(a, path);
	if (!out)
		return false;
	err = csv || json ? write_rows(a, out, csv ? REPORT_CSV : REPORT_JSON) :
			    write_screen(a, out);
	if (fclose(out) && !err)
		err = -errno;
	if (err)
		app_say(a, true, "writing %.200s: %s", path, strerror(-err));
	else
		app_say(a, false, "written to %.200s", path);
	return !err;
}
