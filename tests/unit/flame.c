// SPDX-License-Identifier: GPL-2.0-only
/* The views of call stacks: positions of frames, and actions of keys and mouse. */
#include <locale.h>

#include "tests/unit/calltree_fixture.h"
#include "tui/app_impl.h"

#define WIDTH	60
#define HEIGHT	14

struct fake {
	struct call_names names;
	struct input_info info;
	struct timeline *timeline;
	struct app_config cfg;
	struct app *app;
	struct canvas *canvas;
	bool none;		/* no sample has a chain */
};

static int make(void *arg, struct pass_watch *watch, struct pass_result *out)
{
	struct fake *f = arg;

	out->rows = calloc(1, sizeof(*out->rows));
	assert_non_null(out->rows);
	out->rows->keys = out->query.keys;
	out->rows->nr_keys = out->query.nr_keys;
	if (!out->query.stacks || f->none)
		return 0;
	out->stacks = calltree_new(0);
	call_add(&f->names, out->stacks, "work", "main;often;slow", 70, 70);
	call_add(&f->names, out->stacks, "work", "main;seldom;slow", 20, 20);
	call_add(&f->names, out->stacks, "work", "main;seldom;^fault", 5, 5);
	call_add(&f->names, out->stacks, "idle", "?;^wait", 4, 4);
	call_add(&f->names, out->stacks, "tiny", "x", 1, 1);
	call_add(&f->names, out->stacks, "work", "main;dust", 1, 0);
	assert_int_equal(calltree_end(out->stacks, f->names.naming), 0);
	out->calls.all = (struct call_weight){ 100, 100 };
	return 0;
}

static void clear(void *arg, struct pass_result *r)
{
	calltree_free(r->stacks);
	rows_free(r->rows);
}

static int setup(void **state)
{
	struct fake *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	call_names_init(&f->names);
	f->info.path = "x.data";
	f->timeline = timeline_new();
	assert_int_equal(timeline_seal(f->timeline, NULL, false), 0);
	f->cfg = (struct app_config){
		.data = { .info = &f->info, .timeline = f->timeline },
		.maker = { .arg = f, .bytes = 100, .make = make, .clear = clear },
		.arguments = "-i x.data",
	};
	assert_int_equal(app_new(&f->app, &f->cfg), 0);
	f->canvas = canvas_new(WIDTH, HEIGHT);
	app_draw(f->app, f->canvas);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fake *f = *state;

	app_free(f->app);
	canvas_free(f->canvas);
	timeline_free(f->timeline);
	call_names_clear(&f->names);
	free(f);
	return 0;
}

static void press(struct fake *f, int key)
{
	app_key(f->app, key);
	app_wait(f->app);
	app_draw(f->app, f->canvas);
}

/* \n is Enter. */
static void type(struct fake *f, const char *keys)
{
	while (*keys)
		press(f, *keys++);
}

static void click(struct fake *f, unsigned int x, unsigned int y)
{
	app_mouse(f->app, &(struct mouse){ .kind = MOUSE_PRESS, .x = x, .y = y });
	app_wait(f->app);
	app_draw(f->app, f->canvas);
}

/* Lines from y on, without trailing blanks. */
static void assert_lines(struct fake *f, unsigned int y, const char *lines)
{
	char *all, *at;
	size_t len;
	FILE *out = open_memstream(&all, &len);

	assert_int_equal(canvas_print(f->canvas, out), 0);
	fclose(out);
	at = all;
	while (y--)
		at = strchr(at, '\n') + 1;
	at[strlen(lines)] = '\0';
	assert_string_equal(at, lines);
	free(all);
}

/* 60 columns and 100 cycles: 0.6 columns per cycle; what rounds to 0 is not drawn. */
static void frames_are_as_wide_as_their_cycles(void **state)
{
	struct fake *f = *state;

	type(f, "U");
	assert_lines(f, 2, " all  100.0% of the cycles (100), 0.0% in itself, 101 chains\n"
			   " host-user host-kernel switch guest-user guest-kernel  4.0..\n"
			   ">all ───────────────────────────────────────────────────────\n"
			   "▏work ───────────────────────────────────────────────────▏─▏\n"
			   "▏main+0x0xx ─────────────────────────────────────────────▏─▏\n"
			   "▏often+0x0xx ─────────────────────────────▏seldom+0x0xx ─▏─\n"
			   "▏slow+0x0xx ──────────────────────────────▏slow+0x0xx ▏──\n"
			   "\n");
	/* all, three tasks, and their frames except the narrowest */
	assert_int_equal(f->app->flame.nr, 13);
}

/* The chosen frame's name and share. */
static void assert_chosen(struct fake *f, const char *text)
{
	assert_lines(f, 2, text);
}

static void keys_walk_the_frames(void **state)
{
	struct fake *f = *state;

	type(f, "Ujjj");
	assert_chosen(f, " often+0x0xx  70.0% of");
	type(f, "l");
	assert_chosen(f, " seldom+0x0xx  25.0% of");
	type(f, "l");
	assert_chosen(f, " wait+0x0xx  4.0% of");
	type(f, "l");
	assert_chosen(f, " wait+0x0xx  4.0% of");
	type(f, "k");
	assert_chosen(f, " [unknown]  4.0% of");
	type(f, "kk");
	assert_chosen(f, " all  100.0% of");
	type(f, "k");
	assert_chosen(f, " all  100.0% of");
	type(f, "G");
	assert_chosen(f, " slow+0x0xx  70.0% of");
	press(f, PRESS_HOME);
	assert_chosen(f, " all  100.0% of");
}

#define SELDOM	">seldom+0x0xx ──────────────────────────────────────────────\n" \
		"▏slow+0x0xx ────────────────────────────────────▏fault+0x0xx\n" \
		"\n"

static void enter_zooms_and_backspace_goes_back(void **state)
{
	struct fake *f = *state;

	type(f, "Ujjjl\n");
	assert_lines(f, 1, " x.data › seldom+0x0xx");
	assert_lines(f, 4, SELDOM);
	type(f, "j");
	press(f, PRESS_ENTER);
	assert_lines(f, 1, " x.data › seldom+0x0xx › slow+0x0xx");
	press(f, PRESS_BACKSPACE);
	assert_chosen(f, " slow+0x0xx  20.0% of");
	assert_lines(f, 4, "▏seldom+0x0xx ─────");
	press(f, PRESS_ESC);
	assert_chosen(f, " seldom+0x0xx  25.0% of");
	assert_lines(f, 4, "▏all ─────");
	press(f, PRESS_HOME);
	press(f, PRESS_ENTER);
	assert_int_equal(f->app->zoom.depth, 1);
}

static void a_click_zooms(void **state)
{
	struct fake *f = *state;

	type(f, "U");
	click(f, 50, 12);
	assert_int_equal(f->app->zoom.depth, 1);
	click(f, 42, 7);
	assert_lines(f, 4, SELDOM);
	click(f, 59, 5);
	assert_lines(f, 1, " x.data › seldom+0x0xx › fault+0x0xx");
	/* outside of frames */
	press(f, PRESS_BACKSPACE);
	press(f, PRESS_BACKSPACE);
	click(f, 59, 7);
	assert_int_equal(f->app->zoom.depth, 1);
}

/* Matching frames are summed up, each cycle once. */
static void a_search_finds_frames(void **state)
{
	struct fake *f = *state;

	type(f, "U/seld\n");
	assert_chosen(f, " seldom+0x0xx  25.0% of");
	assert_lines(f, 3, " found: 25.0% in seld");
	assert_int_equal(canvas_at(f->canvas, 7, 43)->role, ROLE_SELECTED);
	type(f, "/s[le].*\n");
	assert_lines(f, 3, " found: 95.0% in s[le].*");
	assert_int_equal(canvas_at(f->canvas, 8, 5)->role, ROLE_MATCH);
	assert_int_equal(canvas_at(f->canvas, 8, 56)->role, ROLE_FRAME + WORLD_HOST_KERNEL);
	type(f, "/nowhere\n");
	assert_lines(f, 3, " found: 0.0% in nowhere");
}

static void frames_have_the_colours_of_their_worlds(void **state)
{
	struct fake *f = *state;

	type(f, "U");
	assert_int_equal(canvas_at(f->canvas, 6, 3)->role, ROLE_FRAME + WORLD_HOST_USER);
	assert_int_equal(canvas_at(f->canvas, 8, 56)->role, ROLE_FRAME + WORLD_HOST_KERNEL);
	assert_int_equal(canvas_at(f->canvas, 6, 58)->role, ROLE_FRAME + WORLD_UNKNOWN);
	assert_int_equal(canvas_at(f->canvas, 5, 3)->role, ROLE_HEADER);
}

static void another_view_ends_the_zooms(void **state)
{
	struct fake *f = *state;

	type(f, "Ujjjl\njuu");
	assert_int_equal(f->app->zoom.depth, 3);
	assert_lines(f, 1, " x.data › seldom+0x0xx › slow+0x0xx");
	type(f, "2");
	assert_int_equal(f->app->zoom.depth, 1);
	assert_lines(f, 1, " x.data  ");
}

static void a_function_has_callers_and_callees(void **state)
{
	struct fake *f = *state;

	type(f, "UGu");
	assert_lines(f, 2, " Callers of slow+0x0xx\n"
			   "\n"
			   "     self   total   chains  called by\n"
			   ">  100.0%  100.0%       90  slow+0x0xx  /slow\n"
			   "    77.8%   77.8%       70  ├─ often+0x0xx  /often\n"
			   "    77.8%   77.8%       70  │  main+0x0xx  /main\n"
			   "     ~22%    ~22%       20  └─ seldom+0x0xx  /seldom\n"
			   "     ~22%    ~22%       20     main+0x0xx  /main\n");
	type(f, "jjjj\n");
	assert_lines(f, 1, " x.data › slow+0x0xx › main+0x0xx");
	assert_lines(f, 2, " Callers of main+0x0xx\n"
			   "\n"
			   "     self   total   chains  called by\n"
			   ">       -  100.0%        -  main+0x0xx  /main\n"
			   "\n"
			   " Callees of main+0x0xx\n"
			   "\n"
			   "     self   total   chains  calls\n"
			   "        -  100.0%       96  main+0x0xx  /main\n"
			   "        -   73.7%       70  ├─ often+0x0xx  /often\n");
	press(f, PRESS_BACKSPACE);
	assert_lines(f, 2, " Callers of slow+0x0xx\n");
	type(f, "kkk\n");
	assert_lines(f, 2, " Callers of often+0x0xx\n"
			   "\n"
			   "     self   total   chains  called by\n"
			   ">       -  100.0%        -  often+0x0xx  /often\n"
			   "        -  100.0%        -  └─ main+0x0xx  /main\n");
	/* without a function in the line: the one with most cycles of its own */
	type(f, "2K");
	assert_lines(f, 1, " x.data  ");
	assert_lines(f, 2, " Callers of slow+0x0xx\n");
}

static void no_chains_are_no_frames(void **state)
{
	struct fake *f = *state;

	f->none = true;
	type(f, "U");
	assert_lines(f, 4, " No sample of cycles has a call chain.\n");
	type(f, "jlkG");
	press(f, PRESS_ENTER);
	click(f, 10, 5);
	type(f, "u");
	assert_int_equal(f->app->zoom.depth, 1);
	type(f, "K");
	assert_lines(f, 2, " No sample of cycles has a call chain.\n");
}

static void without_utf8_frames_are_ascii(void **state)
{
	struct fake *f = *state;

	setlocale(LC_CTYPE, "C");
	type(f, "UG");
	assert_lines(f, 4, "|all -------------------------------------------------------\n"
			   "|work ---------------------------------------------------|-|\n"
			   "|main+0x0xx ---------------------------------------------|-|\n"
			   "|often+0x0xx -----------------------------|seldom+0x0xx -|-\n"
			   ">slow+0x0xx ------------------------------|slow+0x0xx |--\n");
	type(f, "u");
	assert_lines(f, 6, "    77.8%   77.8%       70  |- often+0x0xx  /often\n"
			   "    77.8%   77.8%       70  |  main+0x0xx  /main\n"
			   "     ~22%    ~22%       20  `- seldom+0x0xx  /seldom\n");
	setlocale(LC_CTYPE, "C.UTF-8");
}

#define SCREEN(test)	cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCREEN(frames_are_as_wide_as_their_cycles),
		SCREEN(keys_walk_the_frames),
		SCREEN(enter_zooms_and_backspace_goes_back),
		SCREEN(a_click_zooms),
		SCREEN(a_search_finds_frames),
		SCREEN(frames_have_the_colours_of_their_worlds),
		SCREEN(another_view_ends_the_zooms),
		SCREEN(a_function_has_callers_and_callees),
		SCREEN(no_chains_are_no_frames),
		SCREEN(without_utf8_frames_are_ascii),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
