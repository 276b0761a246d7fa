// SPDX-License-Identifier: GPL-2.0-only
/*
 * screens WIDTHxHEIGHT KEYS [OPTIONS] [BEFORE] FILE: print the screen of `spelunk tui` after these
 * keys.  KEYS are words: Enter, Down, ... as below, or characters to type; "Text:..." types the
 * rest of the word, with ~ for a blank, and "Paste:..." pastes it, with ^ for a newline.
 * "Click:X,Y", "Drag:X,Y,X,Y" and "Wheel:X,Y" (down; "Wheelup:X,Y") are mouse events, "Menu:X,Y"
 * is the other button.  "Show" prints the screen, as does the end.  With NO_COLOR in the
 * environment it is the screen of a terminal without colours.
 *
 * With INTERVALS in the environment FILE is the first interval of `spelunk top`, and
 * "Interval:FILE" adds another one; each is a second long.
 */
#include <locale.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/screens.h"
#include "cmd/top/intervals.h"

#define INTERVAL_MS	1000

/* NULL: a file. */
static struct intervals *live;

static const struct { const char *name; int press; } keys[] = {
	{ "Enter", PRESS_ENTER }, { "Esc", PRESS_ESC }, { "Tab", PRESS_TAB },
	{ "Up", PRESS_UP }, { "Down", PRESS_DOWN }, { "Left", PRESS_LEFT },
	{ "Right", PRESS_RIGHT }, { "PageUp", PRESS_PAGE_UP }, { "PageDown", PRESS_PAGE_DOWN },
	{ "Home", PRESS_HOME }, { "End", PRESS_END }, { "Backspace", PRESS_BACKSPACE },
	{ "Ctrl-U", PRESS_CTRL('u') }, { "Ctrl-P", PRESS_CTRL('p') }, { "Space", ' ' },
	{ "F2", PRESS_F(2) }, { "F3", PRESS_F(3) }, { "F4", PRESS_F(4) }, { "F5", PRESS_F(5) },
};

static bool is_counted(void)
{
	const struct live_history *h = intervals_seen(live);

	for (size_t i = 0; i < h->nr; i++)
		if (!h->at[i].counted)
			return false;
	return true;
}

/* Wait until everything requested is there. */
static void settle(struct app *app, struct canvas *c)
{
	app_wait(app);
	app_draw(app, c);
	if (!live)
		return;
	do {
		intervals_tick(live, app);
		app_draw(app, c);
		sched_yield();
	} while (app_has_offer(app) || !is_counted());
	intervals_tick(live, app);
	app_wait(app);
	app_draw(app, c);
}

static void show(struct app *app, struct canvas *c)
{
	settle(app, c);
	canvas_print(c, stdout);
}

static void mouse(struct app *app, struct canvas *c, int kind, unsigned int x, unsigned int y)
{
	struct mouse m = { .x = x, .y = y };

	m.kind = kind;
	app_mouse(app, &m);
	settle(app, c);
}

/* Handle a mouse event. */
static bool point(struct app *app, struct canvas *c, const char *word)
{
	unsigned int x, y, x2, y2;
	int nr = sscanf(word, "Drag:%u,%u,%u,%u", &x, &y, &x2, &y2);

	if (nr == 4 || sscanf(word, "Click:%u,%u", &x, &y) == 2) {
		mouse(app, c, MOUSE_PRESS, x, y);
		mouse(app, c, MOUSE_RELEASE, nr == 4 ? x2 : x, nr == 4 ? y2 : y);
		return true;
	}
	if (sscanf(word, "Wheel:%u,%u", &x, &y) == 2)
		mouse(app, c, MOUSE_WHEEL_DOWN, x, y);
	else if (sscanf(word, "Wheelup:%u,%u", &x, &y) == 2)
		mouse(app, c, MOUSE_WHEEL_UP, x, y);
	else if (sscanf(word, "Menu:%u,%u", &x, &y) == 2)
		mouse(app, c, MOUSE_MENU, x, y);
	else
		return false;
	return true;
}

static void paste(struct app *app, const char *text)
{
	struct paste p = { .nr = 0 };

	for (; *text && p.nr < PASTE_MAX; text++)
		p.code[p.nr++] = *text == '~' ? ' ' : *text == '^' ? '\n' : (unsigned char)*text;
	p.cut = *text;
	app_paste(app, &p);
}

static void press(struct app *app, struct canvas *c, const char *word)
{
	if (point(app, c, word))
		return;
	if (!strcmp(word, "Show")) {
		show(app, c);
		return;
	}
	if (live && !strncmp(word, "Interval:", 9)) {
		intervals_add(live, word + 9, INTERVAL_MS);
		settle(app, c);
		return;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(word, keys[i].name))
			continue;
		app_key(app, keys[i].press);
		settle(app, c);
		return;
	}
	if (!strncmp(word, "Paste:", 6)) {
		paste(app, word + 6);
		settle(app, c);
		return;
	}
	if (!strncmp(word, "Text:", 5))
		word += 5;
	for (; *word; word++) {
		app_key(app, *word == '~' ? ' ' : (unsigned char)*word);
		settle(app, c);
	}
}

static int drive(const struct app_config *cfg, unsigned int width, unsigned int height, char *words)
{
	struct canvas *c = canvas_new(width, height);
	struct app *app = NULL;
	char *word;

	if (!c || app_new(&app, cfg))
		return 1;
	if (getenv("NO_COLOR"))
		canvas_set_colors(c, 0);
	settle(app, c);
	for (word = strtok(words, " "); word && !app_requests(app)->quit; word = strtok(NULL, " "))
		press(app, c, word);
	if (!app_requests(app)->quit)
		show(app, c);
	app_free(app);
	canvas_free(c);
	return 0;
}

static int drive_file(struct report_args *args, unsigned int width, unsigned int height, char *words)
{
	struct screens *s = calloc(1, sizeof(*s));
	char err[1024];
	int ret = 1;

	if (!s)
		return 1;
	if (screens_open(s, args, args->input, err, sizeof(err)))
		fprintf(stderr, "screens: %s\n", err);
	else
		ret = drive(&s->cfg, width, height, words);
	screens_close(s);
	free(s);
	return ret;
}

static int drive_intervals(struct report_args *args, unsigned int width, unsigned int height,
			   char *words)
{
	const struct intervals_config c = { .args = args, .keep = true };
	const struct app_config *cfg;
	char err[1024];
	int ret = 1;

	args->config.samples_optional = true;
	if (intervals_new(&live, &c))
		return 1;
	intervals_add(live, args->input, INTERVAL_MS);
	cfg = intervals_first(live, err, sizeof(err));
	if (!cfg)
		fprintf(stderr, "screens: %s\n", err);
	else
		ret = drive(cfg, width, height, words);
	intervals_free(live);
	return ret;
}

int main(int argc, char **argv)
{
	struct report_args args = { 0 };
	unsigned int width, height;
	char err[1024], *words;
	int ret = 1;

	setlocale(LC_CTYPE, "");
	if (argc < 4 || sscanf(argv[1], "%ux%u", &width, &height) != 2) {
		fprintf(stderr, "usage: screens WIDTHxHEIGHT KEYS [OPTIONS] [BEFORE] FILE\n");
		return 2;
	}
	words = argv[2];
	argv[2] = "tui";
	if (report_args_parse(&args, argc - 2, argv + 2, err, sizeof(err)))
		fprintf(stderr, "screens: %s\n", err);
	else
		ret = (getenv("INTERVALS") ? drive_intervals : drive_file)(&args, width, height, words);
	report_args_free(&args);
	return ret;
}
