// SPDX-License-Identifier: GPL-2.0-only
/* The options of a report as words for a shell. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/quote.h"
#include "cmd/options/report_options.h"

static void put_option(FILE *out, const char *option, const char *value)
{
	if (!value)
		return;
	fprintf(out, " %s ", option);
	quote_word(out, value);
}

static void put_guests(FILE *out, const char *option, const struct guest_words *w)
{
	for (size_t i = 0; i < w->nr; i++)
		put_option(out, option, w->list[i].text);
}

/* Options that both recordings of a comparison use. */
static void put_symbols(FILE *out, const struct recording_config *c)
{
	put_option(out, "--kallsyms", c->kallsyms);
	put_option(out, "--vmlinux", c->vmlinux);
	put_guests(out, "--guest", &c->guests);
	put_guests(out, "--guest-symfs", &c->guest_symfs);
	put_guests(out, "--clock-offset", &c->clock_offsets);
	for (size_t i = 0; i < c->symfs.nr; i++)
		put_option(out, "--symfs", c->symfs.word[i]);
	for (size_t i = 0; i < c->jit.nr; i++)
		put_option(out, "--jit", c->jit.word[i]);
	fputs(c->local_files ? " --local-files" : "", out);
	fputs(c->debuginfod ? " --debuginfod" : "", out);
	fputs(c->build_id_cache ? "" : " --no-build-id-cache", out);
	fputs(c->demangle ? "" : " --no-demangle", out);
}

static void put_vm_names(FILE *out, const struct recording_config *c)
{
	char name[512];

	for (size_t i = 0; i < c->nr_vm_names; i++) {
		snprintf(name, sizeof(name), "%d=%s", c->vm_names[i].pid, c->vm_names[i].name);
		put_option(out, "--vm-name", name);
	}
}

static void put_own(FILE *out, const struct report_args *a)
{
	const struct recording_config *c = &a->config;

	put_vm_names(out, c);
	if (c->slice)
		fprintf(out, " --slice %" PRIu64, c->slice);
	if (a->max_rows != (a->command == COMMAND_TUI || a->command == COMMAND_TOP ?
			    SCREEN_ROWS : MAX_ROWS))
		fprintf(out, " --max-rows %zu", a->max_rows);
}

static void put_mode(FILE *out, const struct recording_config *c)
{
	if (c->host_mode != HOST_UNKNOWN)
		put_option(out, "--host-mode", c->host_mode == HOST_VHE ? "vhe" : "nvhe");
}

char *report_args_opening(const struct report_args *a)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	if (strcmp(a->input, USUAL_RECORDING))
		put_option(out, "-i", a->input);
	put_mode(out, &a->config);
	put_option(out, "--cpu-table", a->cpu_table);
	put_symbols(out, &a->config);
	put_vm_names(out, &a->config);
	return fclose(out) ? NULL : text;
}

char *report_args_words(const struct report_args *a, const char *path, bool symbols)
{
	const struct recording_config *c = &a->config;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	if (path) {
		fputs("-i ", out);
		quote_word(out, path);
	}
	put_mode(out, c);
	put_option(out, "--cpu-table", a->cpu_table);
	if (symbols)
		put_symbols(out, c);
	if (symbols && path)
		put_own(out, a);
	return fclose(out) ? NULL : text;
}
