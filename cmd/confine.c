// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/confine.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/helper.h"
#include "base/sandbox.h"
#include "cmd/cmd.h"
#include "cmd/output_file.h"
#include "cmd/pager.h"
#include "cmd/screens.h"
#include "collector/spool.h"
#include "report/report.h"
#include "symbolizer/files/debuginfod.h"
#include "tui/new_file.h"
#include "tui/terminal/terminal.h"

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* All paths that the command line names */
typedef void name_fn(void *arg, const char *path, bool recording);

static void each_word(const struct word_list *l, bool recording, name_fn *fn, void *arg)
{
	for (size_t i = 0; i < l->nr; i++)
		fn(arg, l->word[i], recording);
}

static void each_guest(const struct guest_words *l, bool recording, name_fn *fn, void *arg)
{
	for (size_t i = 0; i < l->nr; i++)
		fn(arg, l->list[i].word, recording);
}

static void each_of_config(const struct recording_config *c, name_fn *fn, void *arg)
{
	each_word(&c->symfs, false, fn, arg);
	each_word(&c->jit, false, fn, arg);
	each_guest(&c->guests, true, fn, arg);
	each_guest(&c->guest_symfs, false, fn, arg);
	if (c->kallsyms)
		fn(arg, c->kallsyms, false);
	if (c->vmlinux)
		fn(arg, c->vmlinux, false);
}

static void each_name(const struct run *r, name_fn *fn, void *arg)
{
	const struct report_args *a = &r->args;

	if (r->path)
		fn(arg, r->path, true);
	if (a->other)
		fn(arg, a->other, true);
	each_word(&a->inputs, true, fn, arg);
	each_word(&a->others, true, fn, arg);
	each_of_config(&a->config, fn, arg);
	if (a->command == COMMAND_DIFF) {
		each_of_config(&a->side[0], fn, arg);
		each_of_config(&a->side[1], fn, arg);
	}
}

/*
 * Owners
 */

/* The user's name; "" if unknown.  From the file only: other sources load libraries and ask servers. */
static void user_name(uid_t uid, char *out, size_t len)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *p = NULL;

	while (f && (p = fgetpwent(f)) && p->pw_uid != uid)
		;
	report_escape(out, len, p ? p->pw_name : "");
	if (f)
		fclose(f);
}

static void say_owner(void *arg, const char *path, bool recording)
{
	const struct run *r = arg;
	char name[64], text[160];
	struct stat st;

	if (!recording || stat(path, &st) || !S_ISREG(st.st_mode) || st.st_uid == geteuid())
		return;
	user_name(st.st_uid, name, sizeof(name));
	snprintf(text, sizeof(text), "written by %s%suid %u, and read as root", name,
		 *name ? ", " : "", (unsigned int)st.st_uid);
	cmd_error(r->command, path, text);
}

/*
 * Helpers
 */

static void start_helpers(const struct report_args *a, enum command_writes writes)
{
	static const struct helper_service *const services[] = {
		&output_service, &pager_service, &editor_service, &settings_service,
		&new_file_service,
	};
	bool names = writes == WRITES_OUTPUT && a->output && strcmp(a->output, "-") != 0;

	if (names)
		output_name(a->output);
	if (names || writes == WRITES_SCREENS || isatty(STDOUT_FILENO))
		helper_start(services, NR(services));
	if (a->config.debuginfod)
		debuginfod_start();
}

/*
 * Rules
 */

struct rules {
	struct sandbox_rule *list;
	size_t nr;
	char archive[PATH_MAX];		/* beside the recording */
	char folder[PATH_MAX];		/* to write to */
	char spool[PATH_MAX];
};

static void allow(struct rules *s, const char *path, enum sandbox_access access)
{
	struct sandbox_rule *new = array_add(s->list, s->nr);

	if (new)
		*new = (struct sandbox_rule){ path, access, -1 };
}

static void allow_reading(void *arg, const char *path, bool recording)
{
	allow(arg, path, SANDBOX_READ);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* --output may be a folder that does not exist yet. */
static void allow_folder(struct rules *s, const char *path)
{
	struct stat st;
	char *up;

	if (snprintf(s->folder, sizeof(s->folder), "%s", path) >= (int)sizeof(s->folder))
		return;
	while (stat(s->folder, &st) ? errno == ENOENT : !S_ISDIR(st.st_mode)) {
		up = dirname(s->folder);
		memmove(s->folder, up, strlen(up) + 1);
	}
	allow(s, s->folder, SANDBOX_WRITE);
}

/* What every command may read and write; then enter. */
static void enter(struct rules *s)
{
	struct sandbox_state state;

	allow(s, getenv("SPELUNK_ROOT") ?: "", SANDBOX_READ);
	if (spool_directory(s->spool, sizeof(s->spool)))
		allow(s, s->spool, SANDBOX_WRITE);
	sandbox_enter(s->list, s->nr, &state);
	free(s->list);
}

void confine_command(const struct run *r, enum command_writes writes)
{
	const struct report_args *a = &r->args;
	struct rules s = { .nr = 0 };

	if (writes == WRITES_ANY)
		return;
	if (a->output && (a->partition || is_folder(a->output)))
		writes = WRITES_FOLDER;
	if (!geteuid() && !a->quiet)
		each_name(r, say_owner, (void *)r);
	start_helpers(a, writes);
	each_name(r, allow_reading, &s);
	if (r->path && snprintf(s.archive, sizeof(s.archive), "%s" ARCHIVE_SUFFIX, r->path) <
	    (int)sizeof(s.archive))
		allow(&s, s.archive, SANDBOX_READ);
	if (writes == WRITES_FOLDER)
		allow_folder(&s, a->output ? a->output : r->path);
	enter(&s);
}

void confine_reader(const struct report_args *a, const char *folder, enum command_writes writes)
{
	struct rules s = { .nr = 0 };

	if (writes == WRITES_SCREENS || a->config.debuginfod)
		start_helpers(a, writes);
	each_of_config(&a->config, allow_reading, &s);
	allow(&s, folder, SANDBOX_WRITE);
	enter(&s);
}
