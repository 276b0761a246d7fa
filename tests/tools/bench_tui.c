// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_tui [OPTIONS OF REPORT] FILE: measures time and memory of the screens of `spelunk tui`.
 * Keys go to the app, which draws on a canvas, as on a terminal.
 */
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "cmd/screens.h"

#define WIDTH		120
#define HEIGHT		40
#define KEYS_MAX	4096
#define TYPING_MS	10	/* between two keys: a hundred a second */

struct bench {
	struct report_args args;
	struct screens screens;
	struct app *app;
	struct canvas *canvas;
	double key[KEYS_MAX];	/* seconds from a key to its screen */
	size_t nr_keys;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds of CPU time over all threads. */
static double cpu(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void draw(struct bench *b)
{
	app_draw(b->app, b->canvas);
}

static void key(struct bench *b, int press)
{
	double began = now();

	app_key(b->app, press);
	draw(b);
	if (b->nr_keys < KEYS_MAX)
		b->key[b->nr_keys++] = now() - began;
}

/* Press keys without waiting until everything is there; none of these cancels the pass. */
static void keys_while_busy(struct bench *b)
{
	static const int keys[] = {
		PRESS_DOWN, PRESS_DOWN, PRESS_PAGE_DOWN, 's', PRESS_DOWN, 'x', PRESS_UP,
		'?', PRESS_DOWN, 'q', PRESS_RIGHT, PRESS_LEFT, '/', 'k', 'e', PRESS_ESC, PRESS_HOME,
	};

	for (size_t i = 0; app_busy(b->app);) {
		struct pollfd fd = { .fd = app_fd(b->app), .events = POLLIN };

		if (poll(&fd, 1, TYPING_MS))
			draw(b);
		else
			key(b, keys[i++ % (sizeof(keys) / sizeof(keys[0]))]);
	}
	/* Close whatever is open. */
	key(b, PRESS_ESC);
}

static void wait_for_rows(struct bench *b, const char *text)
{
	char *screen = NULL;
	size_t len;
	bool there = false;

	while (!there) {
		struct pollfd fd = { .fd = app_fd(b->app), .events = POLLIN };
		FILE *out = open_memstream(&screen, &len);

		if (!out)
			exit(1);
		draw(b);
		canvas_print(b->canvas, out);
		fclose(out);
		there = strstr(screen, text);
		free(screen);
		if (!there && !app_busy(b->app)) {
			fprintf(stderr, "bench_tui: no rows\n");
			exit(1);
		}
		if (!there)
			poll(&fd, 1, -1);
	}
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void say_keys(struct bench *b, const char *when)
{
	size_t n = b->nr_keys;

	qsort(b->key, n, sizeof(b->key[0]), ascending);
	if (n)
		printf("  a key, %-22s p50 %6.1f ms, p99 %6.1f ms, most %6.1f ms (%zu keys)\n", when,
		       b->key[n / 2] * 1e3, b->key[(n * 99 + 99) / 100 - 1] * 1e3,
		       b->key[n - 1] * 1e3, n);
	b->nr_keys = 0;
}

static void say(const char *what, double began, double cpu_began)
{
	printf("  %-29s %7.2f s   (%.2f s of CPU time)\n", what, now() - began, cpu() - cpu_began);
	fflush(stdout);
}

static void type(struct bench *b, const char *text)
{
	for (; *text; text++)
		app_key(b->app, *text);
}

/* Change the filter, and wait until all samples have been counted again. */
static void filter(struct bench *b, const char *name, const char *text)
{
	double began, cpu_began;

	key(b, 'f');
	app_key(b->app, PRESS_CTRL('u'));
	type(b, text);
	began = now();
	cpu_began = cpu();
	key(b, PRESS_ENTER);
	keys_while_busy(b);
	say(name, began, cpu_began);
}

static void view(struct bench *b, const char *name, int press)
{
	double began = now(), cpu_began = cpu();

	key(b, press);
	keys_while_busy(b);
	say(name, began, cpu_began);
}

/* With all rows there: move through them, and sort them differently. */
static void look_around(struct bench *b)
{
	static const int keys[] = {
		PRESS_DOWN, PRESS_PAGE_DOWN, PRESS_END, PRESS_HOME, 'i', 'i', PRESS_RIGHT, PRESS_LEFT,
		's', PRESS_DOWN, PRESS_ENTER, 's', PRESS_HOME, PRESS_ENTER, 'n', PRESS_UP,
	};

	for (size_t i = 0; i < 400; i++)
		key(b, keys[i % (sizeof(keys) / sizeof(keys[0]))]);
}

static void run(struct bench *b, double began)
{
	struct rusage r;

	wait_for_rows(b, " samples");
	say("first rows", began, 0);
	keys_while_busy(b);
	wait_for_rows(b, " samples");
	say("all rows, Overview", began, 0);
	view(b, "Hot", '2');
	filter(b, "Hot, filter world=guest", "world=guest");
	filter(b, "Hot, filter total>20", "total>20");
	filter(b, "Hot, filter by symbol", "symbol=~\"1$\"");
	filter(b, "Hot, no filter", "");
	say_keys(b, "while it counts");
	look_around(b);
	say_keys(b, "in Hot");
	view(b, "Hot, as a tree", 'T');
	key(b, 'E');
	look_around(b);
	say_keys(b, "in a tree, all open");
	key(b, 'T');
	view(b, "Memory, latencies", '4');
	b->nr_keys = 0;
	view(b, "Data, cache lines", '5');
	say_keys(b, "while it counts");
	look_around(b);
	say_keys(b, "in Data");
	view(b, "Sharing", 'L');
	b->nr_keys = 0;
	view(b, "Time, lanes", '9');
	b->nr_keys = 0;
	look_around(b);
	say_keys(b, "in Time");
	getrusage(RUSAGE_SELF, &r);
	printf("  memory, at most               %7.0f MiB\n", (double)r.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
	struct bench *b = calloc(1, sizeof(*b));
	double began = now();
	char err[1024];
	int ret = 1;

	setlocale(LC_CTYPE, "");
	if (!b || argc < 2) {
		fprintf(stderr, "usage: bench_tui [OPTIONS OF REPORT] FILE\n");
		free(b);
		return 2;
	}
	argv[0] = (char []){ "tui" };
	b->canvas = canvas_new(WIDTH, HEIGHT);
	if (report_args_parse(&b->args, argc, argv, err, sizeof(err)) ||
	    screens_open(&b->screens, &b->args, b->args.input, err, sizeof(err))) {
		fprintf(stderr, "bench_tui: %s\n", err);
	} else if (b->canvas && !app_new(&b->app, &b->screens.cfg)) {
		run(b, began);
		ret = 0;
	}
	app_free(b->app);
	canvas_free(b->canvas);
	screens_close(&b->screens);
	report_args_free(&b->args);
	free(b);
	return ret;
}
