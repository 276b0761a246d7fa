// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records in short files, and reports each as it is closed: the output is what `spelunk report`
 * would print for that file.
 */
#include "cmd/top/top.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/confine.h"
#include "cmd/record/record.h"
#include "cmd/run.h"
#include "cmd/top/kernel_symbols.h"
#include "collector/spool.h"
#include "tui/terminal/terminal.h"

/* Lines of a screen other than rows: two of ours, and the table's head. */
#define OTHER_LINES	8

#define CLOSE_RANGE	436	/* close_range(2), the same on all architectures; since Linux 5.9 */

struct top {
	struct run run;
	struct top_args args;
	char dir[4096];			/* folder of the files */
	unsigned int shown;
	bool screen;			/* standard output is a terminal */
	char symbols_path[4096 + 16];	/* in dir */
	struct kernel_symbols symbols;
};

static size_t rows_of_screen(void)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) || w.ws_row <= OTHER_LINES)
		return 20;
	return w.ws_row - OTHER_LINES;
}

void top_clock(char out[32])
{
	time_t now = time(NULL);
	struct tm tm;

	*out = '\0';
	if (localtime_r(&now, &tm))
		strftime(out, 32, "%H:%M:%S", &tm);
}

static void show_head(const struct top *t, const char *path, uint64_t ms)
{
	struct stat st = { 0 };
	char clock[32];

	top_clock(clock);
	stat(path, &st);
	printf("%sspelunk top  %s, the last %.3g s, %.1f MB of samples and events%s\n\n",
	       t->screen ? "\033[H\033[J" : t->shown ? "\n" : "", clock,
	       (double)ms / 1000, (double)st.st_size / 1e6,
	       t->screen ? "; Ctrl-C ends" : "");
}

/*
 * The report's process reads programs of all users, and what guests are called: it is confined, and
 * has no descriptor of the recorder's.  Never returns.
 */
__attribute__((noreturn))
static void report(const struct top *t)
{
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	syscall(CLOSE_RANGE, STDERR_FILENO + 1, ~0u, 0);
	confine_reader(&t->args.report, t->dir, WRITES_FOLDER);
	ret = run_again(COMMAND_REPORT, "report", &t->args.report);
	_exit(fflush(NULL) ? EXIT_UNUSABLE : ret);
}

/* Report one file. */
static int show(struct top *t, const char *path, uint64_t ms)
{
	int status = 0;
	pid_t pid;

	kernel_symbols_refresh(&t->symbols);
	t->args.report.input = path;
	if (!t->args.report.limit_given)
		t->args.report.limit = t->screen ? rows_of_screen() : 20;
	if (t->args.report.format == REPORT_TEXT)
		show_head(t, path, ms);
	fflush(stdout);
	pid = fork();
	if (!pid)
		report(t);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_UNUSABLE;
}

static int closed(void *arg, const char *path, uint64_t ms)
{
	struct top *t = arg;
	int ret;

	/* Ignore what came between the last screen and the end of recording. */
	if (t->args.count && t->shown == t->args.count) {
		unlink(path);
		return 1;
	}
	ret = show(t, path, ms);
	if (!t->args.keep)
		unlink(path);
	/* For an interval without samples the report only says so. */
	if (ret == EXIT_USAGE)
		return -EINVAL;
	t->shown++;
	if (fflush(stdout) || ferror(stdout))
		return -EPIPE;
	return t->args.count && t->shown == t->args.count;
}

/* Create the folder for the files: a temporary one, or the user's. */
static int make_place(struct top *t)
{
	const char *keep = t->args.keep;
	size_t len;

	if (keep) {
		if (strlen(keep) < sizeof(t->dir) - 32 && (!mkdir(keep, 0700) || errno == EEXIST)) {
			strcpy(t->dir, keep);
			return 0;
		}
		return run_fail(&t->run, -EINVAL, "--keep: cannot create the folder: %s",
				strerror(errno));
	}
	if (!spool_directory(t->dir, sizeof(t->dir) - 32))
		return run_fail(&t->run, -EINVAL, "no writable folder for the recordings: set "
				"XDG_CACHE_HOME to one");
	len = strlen(t->dir);
	strcpy(t->dir + len, "/top-XXXXXX");
	return mkdtemp(t->dir) ? 0 :
	       run_fail(&t->run, -EINVAL, "%.400s: %s", t->dir, strerror(errno));
}

/* Use screens if a user is at the terminal. */
static bool with_screens(const struct top *t)
{
	char err[256];

	return !t->args.plain && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
	       !terminal_check(err, sizeof(err));
}

static int run_screens(struct top *t, int *signal)
{
	char said[sizeof(t->dir) + 16];
	struct top_screens s = {
		.args = &t->args, .symbols = &t->symbols, .dir = t->dir, .said_path = said,
	};

	/* An interval without samples is displayed as such. */
	t->args.report.config.samples_optional = true;
	snprintf(said, sizeof(said), "%s/said", t->dir);
	return top_screens(&s, t->run.argc, t->run.argv, signal);
}

static int work(struct run *run)
{
	struct top *t = (struct top *)run;
	struct record_files files = { .closed = closed, .arg = t };
	char output[sizeof(t->dir) + 16];
	int ret = make_place(t), signal = 0;

	if (ret)
		return ret;
	snprintf(output, sizeof(output), "%s/top.data", t->dir);
	snprintf(t->symbols_path, sizeof(t->symbols_path), "%s/kallsyms", t->dir);
	t->symbols = (struct kernel_symbols){ .proc = "/proc", .path = t->symbols_path };
	kernel_symbols_refresh(&t->symbols);
	if (!t->args.report.config.kallsyms && !access(t->symbols_path, R_OK))
		t->args.report.config.kallsyms = t->symbols_path;
	t->screen = isatty(STDOUT_FILENO) && t->args.report.format == REPORT_TEXT;
	t->args.record.output = output;
	t->args.record.rotate_ms = t->args.delay_ms;
	t->args.record.quiet = true;
	ret = with_screens(t) ? run_screens(t, &signal) :
	      record_run(&t->args.record, run->argc, run->argv, &files);
	kernel_symbols_free(&t->symbols);
	if (!t->args.keep) {
		unlink(t->symbols_path);
		rmdir(t->dir);
	}
	/* Re-raise, so that the parent sees death by signal. */
	if (signal)
		raise(signal);
	return ret;
}

static int parse(struct run *run)
{
	struct top_args *a = &((struct top *)run)->args;
	int err = top_args_parse(a, run->argc, run->argv, run->err, sizeof(run->err));

	run->help = a->help;
	return err;
}

static void release(struct run *run)
{
	top_args_free(&((struct top *)run)->args);
}

const struct command command_TOP = {
	.size = sizeof(struct top), .parse = parse, .work = work, .release = release,
};
