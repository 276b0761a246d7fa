// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/confine.h"
#include "cmd/record/record.h"
#include "cmd/top/intervals.h"
#include "cmd/top/top.h"
#include "tui/new_file.h"
#include "tui/terminal/run.h"
#include "tui/terminal/terminal.h"

#define PATH_ROOM	4096
#define LENGTH_MIN	250		/* minimum ms of an interval chosen with keys */
#define LENGTH_MAX	256000

/* What the screens ask of the recorder, to which they can send no signal. */
struct shared {
	atomic_uint length;		/* ms of an interval */
	atomic_bool end;
};

struct live {
	const struct top_screens *s;
	pid_t recorder;
	struct shared *shared;		/* with the recorder */
	int files;			/* our end of a pipe: "ms path\n" for each file */
	char line[PATH_ROOM + 32];
	size_t len;
	struct intervals *intervals;
	bool any;			/* there was at least one */
	struct app_live keys;
	bool ended;			/* the recorder has exited */
	char err[1024];
};

/* The recorder's process */

struct recorder {
	int files;
	bool keep;
	const struct shared *shared;
};

static uint64_t length(void *arg)
{
	const struct recorder *r = arg;

	return atomic_load(&r->shared->length);
}

static bool ended(void *arg)
{
	const struct recorder *r = arg;

	return atomic_load(&r->shared->end);
}

/* The screens may be stopped for long: do not wait for them, and limit what accumulates. */
static int closed(void *arg, const char *path, uint64_t ms)
{
	const struct recorder *r = arg;

	if (dprintf(r->files, "%" PRIu64 " %s\n", ms, path) > 0)
		return 0;
	if (!r->keep)
		unlink(path);
	return errno != EAGAIN;
}

/*
 * Messages must wait until the screens are closed, and the terminal's keys are not for the
 * recorder.
 */
static void detach(const struct live *l)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int said = open(l->s->said_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(said >= 0 ? said : null, STDERR_FILENO);
}

static int start_recorder(struct live *l, int argc, char **argv)
{
	int fds[2];

	l->shared = mmap(NULL, sizeof(*l->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->shared == MAP_FAILED)
		return -errno;
	atomic_store(&l->shared->length, l->s->args->delay_ms);
	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	l->recorder = fork();
	if (!l->recorder) {
		struct recorder r = { fds[1], l->s->args->keep, l->shared };
		struct record_files files = {
			.closed = closed, .length = length, .ended = ended, .arg = &r,
		};

		fcntl(fds[1], F_SETFL, O_NONBLOCK);
		detach(l);
		_exit(record_run(&l->s->args->record, argc, argv, &files));
	}
	close(fds[1]);
	l->files = fds[0];
	fcntl(l->files, F_SETFL, O_NONBLOCK);
	return l->recorder < 0 ? -errno : 0;
}

/* Print the recorder's messages, now that the screens are closed. */
static void repeat_messages(const struct live *l)
{
	FILE *f = fopen(l->s->said_path, "re");
	char line[1024];

	while (f && fgets(line, sizeof(line), f))
		fputs(line, stderr);
	if (f)
		fclose(f);
	unlink(l->s->said_path);
}

/* Files */

static void take_line(struct live *l, const char *line)
{
	char *path;
	uint64_t ms = strtoull(line, &path, 10);

	path += *path == ' ';
	l->any = true;
	if (l->intervals)
		intervals_add(l->intervals, path, ms);
	else if (!l->s->args->keep)
		unlink(path);
}

static void take_files(struct live *l)
{
	ssize_t n = read(l->files, l->line + l->len, sizeof(l->line) - 1 - l->len);
	char *end;

	if (n <= 0) {
		l->ended |= !n || (errno != EAGAIN && errno != EINTR);
		return;
	}
	l->len += (size_t)n;
	l->line[l->len] = '\0';
	while ((end = strchr(l->line, '\n'))) {
		*end = '\0';
		take_line(l, l->line);
		l->len -= (size_t)(end + 1 - l->line);
		memmove(l->line, end + 1, l->len + 1);
	}
}

/* Removes its last files.  Returns its exit code. */
static int stop_recorder(struct live *l)
{
	struct pollfd fd = { .fd = l->files, .events = POLLIN };
	int status = 0;

	if (l->recorder <= 0)
		return EXIT_UNUSABLE;
	atomic_store(&l->shared->end, true);
	while (!l->ended) {
		poll(&fd, 1, -1);
		take_files(l);
	}
	while (waitpid(l->recorder, &status, 0) < 0 && errno == EINTR)
		;
	close(l->files);
	repeat_messages(l);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_UNUSABLE;
}

/* Intervals */

/* Double the length, or halve it. */
static unsigned int resize(void *arg, bool longer)
{
	const struct live *l = arg;
	unsigned int ms = atomic_load(&l->shared->length);

	if (longer ? ms <= LENGTH_MAX / 2 : ms >= LENGTH_MIN * 2)
		ms = longer ? ms * 2 : ms / 2;
	atomic_store(&l->shared->length, ms);
	return ms;
}

static void refresh_symbols(void *arg)
{
	const struct live *l = arg;

	kernel_symbols_refresh(l->s->symbols);
}

static int start_intervals(struct live *l)
{
	const struct intervals_config c = {
		.args = &l->s->args->report, .keep = l->s->args->keep,
		.live = &l->keys, .prepare = refresh_symbols, .arg = l,
	};

	l->keys = (struct app_live){ .resize = resize, .arg = l };
	return intervals_new(&l->intervals, &c);
}

static void tick(void *arg, struct app *app)
{
	struct live *l = arg;
	bool ended = l->ended;

	if (!ended)
		take_files(l);
	if (l->ended && !ended)
		app_say(app, true, "recording has ended: this is the last interval");
	intervals_tick(l->intervals, app);
}

/* Waiting for the first interval */

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
#define NR_ENDS	(sizeof(ends) / sizeof(ends[0]))

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	interrupted = sig;
}

/*
 * Handle signals around the screens, which have handlers of their own: stop the recorder and remove
 * its files.
 */
static void catch_interrupts(struct sigaction before[NR_ENDS])
{
	struct sigaction act = { .sa_handler = on_interrupt };

	for (size_t i = 0; i < NR_ENDS; i++)
		sigaction(ends[i], &act, &before[i]);
}

static void let_interrupts(const struct sigaction before[NR_ENDS])
{
	for (size_t i = 0; i < NR_ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
}

static bool wait_for_first(struct live *l)
{
	struct pollfd fd = { .fd = l->files, .events = POLLIN };

	fprintf(stderr, "spelunk top: recording the first %.3g s\n",
		(double)l->s->args->delay_ms / 1000);
	while (!l->any && !l->ended && !interrupted) {
		poll(&fd, 1, 500);
		take_files(l);
	}
	return l->any && !interrupted;
}

static int show(struct live *l)
{
	const struct tui_tick ticks = { tick, l };
	const struct app_config *first;
	struct app *app;
	int ret;

	first = intervals_first(l->intervals, l->err, sizeof(l->err));
	if (!first)
		return -EINVAL;
	if (interrupted)
		return 0;
	ret = app_new(&app, first);
	if (ret) {
		snprintf(l->err, sizeof(l->err), "%s", strerror(-ret));
		return ret;
	}
	ret = tui_run(app, &ticks, l->err, sizeof(l->err));
	app_free(app);
	return ret;
}

int top_screens(const struct top_screens *s, int argc, char **argv, int *signal)
{
	struct live *l = calloc(1, sizeof(*l));
	struct sigaction before[NR_ENDS];
	int ret = -ENOMEM, code;

	if (!l)
		return EXIT_UNUSABLE;
	l->s = s;
	ret = start_recorder(l, argc, argv);
	if (!ret)
		confine_reader(&s->args->report, s->dir, WRITES_SCREENS);
	catch_interrupts(before);
	ret = ret ?: start_intervals(l);
	if (ret)
		snprintf(l->err, sizeof(l->err), "cannot start the recorder: %s", strerror(-ret));
	else if (wait_for_first(l))
		ret = show(l);
	code = stop_recorder(l);
	intervals_free(l->intervals);
	let_interrupts(before);
	if (ret < 0)
		cmd_error("top", NULL, l->err);
	free(l);
	*signal = interrupted ? interrupted : ret > 0 ? ret : 0;
	return ret < 0 ? EXIT_UNUSABLE : code;
}
