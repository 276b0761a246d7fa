// SPDX-License-Identifier: GPL-2.0-only
#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/quote.h"
#include "profile/filter/filter.h"
#include "report/escape.h"
#include "tests/unit/calltree_fixture.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"

/* The app with artificial passes whose names are hostile. */

static const char *const hostile[] = {
	"plain", "\033[2J\033]0;title\007", "a\nb\rc\td", "\u202edrow", "\xff\xfe",
	"say \"hi\"", "it's", "both \" and '", "日本語", "e\xcc\x81", "", "' || world=unknown || '",
};

/* All views but Code, which needs more than the fake provides. */
static const char views[] = "123456789LUK";
#define NR_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

static const enum field world_keys[] = { FIELD_WORLD };
static const enum field vm_keys[] = { FIELD_VM };

struct fake {
	char huge[10001];
	struct input_info info;
	struct call_names names;
	struct timeline *timeline;
	struct app_config cfg;
	struct app *app;
	struct canvas *canvas;
	atomic_bool hold;	/* passes end only when cancelled */
	atomic_bool hold_whole;	/* the same for complete passes, not for partial ones */
	atomic_bool turned;	/* rows come in another order */
	atomic_bool no_stacks;	/* no sample has a call chain */
	atomic_uint made, cancelled;
};

static struct rows *make_table(struct fake *f, const enum field *keys, size_t nr_keys, size_t nr)
{
	struct rows *r = calloc(1, sizeof(*r));
	struct value *v;

	assert_non_null(r);
	/* The values are stored after the rows, so that rows_free() frees them. */
	*r = (struct rows){ .keys = keys, .nr_keys = nr_keys, .nr = nr,
			    .row = calloc(1, nr * (sizeof(*r->row) + nr_keys * sizeof(*v))) };
	assert_non_null(r->row);
	v = (struct value *)(r->row + nr);
	for (size_t i = 0; i < nr; i++) {
		r->row[i].keys = v + i * nr_keys;
		r->row[i].m.samples = nr - i;
		r->sum.samples += nr - i;
		for (size_t k = 0; k < nr_keys; k++) {
			const char *text = i < NR_HOSTILE ? hostile[(i + k) % NR_HOSTILE] : f->huge;

			if (keys[k] == FIELD_WORLD)
				text = world_name(i % NR_WORLDS);
			else if (keys[k] == FIELD_VM)
				text = i & 1 ? "1" : "";
			v[i * nr_keys + k] = (struct value){
				.text = text, .known = *text, .is_num = keys[k] == FIELD_VM,
			};
			if (keys[k] == FIELD_WORLD)
				v[i * nr_keys + k].num = i % NR_WORLDS;
			else if (keys[k] == FIELD_SLICE)
				v[i * nr_keys + k].num = i * 1000;
		}
	}
	return r;
}

/* Each name calls the next and the one after it, in a task of that name. */
static struct calltree *make_stacks(struct fake *f)
{
	struct calltree *t = calltree_new(0);

	assert_non_null(t);
	for (size_t i = 0; i < NR_HOSTILE; i++) {
		struct call_frame frame[3];
		struct call_stack s = { .vm = (int32_t)i % 2 - 1, .frame = frame, .nr = 3 };

		s.comm = naming_intern(f->names.naming, i % 3 ? hostile[i] : f->huge);
		for (size_t k = 0; k < 3; k++) {
			const char *name = hostile[(i + k) % NR_HOSTILE];

			frame[k] = (struct call_frame){
				.kind = *name ? CALL_FUNCTION : CALL_STOPPED, .world = (i + k) % NR_WORLDS,
				.name = *name ? call_number(&f->names, name, strlen(name)) : 0,
			};
		}
		assert_int_equal(calltree_add(t, &s, (struct call_weight){ 1 + i, 1000 * (1 + i) }), 0);
	}
	assert_int_equal(calltree_end(t, f->names.naming), 0);
	return t;
}

static int make(void *arg, struct pass_watch *watch, struct pass_result *out)
{
	struct fake *f = arg;

	f->made++;
	while ((f->hold || (f->hold_whole && !out->part)) && !watch->cancel)
		sched_yield();
	if (watch->cancel) {
		f->cancelled++;
		return -ECANCELED;
	}
	if (*out->query.other) {
		strcpy(out->why, "it is \033[31mred");
		return -EINVAL;
	}
	if (out->query.records) {
		out->records = strdup("one \033[31m record\nanother\n");
		return out->records ? 0 : -ENOMEM;
	}
	out->rows = make_table(f, out->query.keys, out->query.nr_keys, NR_HOSTILE + 2);
	for (size_t n = 0; out->query.tree && n + 1 < out->query.nr_keys; n++)
		out->by[n] = make_table(f, out->query.keys, n + 1, NR_HOSTILE + 2);
	if (f->turned && !out->part)
		for (size_t i = 0, k = out->rows->nr - 1; i < k; i++, k--) {
			struct row row = out->rows->row[i];

			out->rows->row[i] = out->rows->row[k];
			out->rows->row[k] = row;
		}
	if (out->query.stacks && !f->no_stacks)
		out->stacks = make_stacks(f);
	if (out->query.functions)
		out->annotation = calloc(1, sizeof(*out->annotation));
	out->worlds = make_table(f, world_keys, 1, NR_WORLDS);
	out->vms = make_table(f, vm_keys, 1, 2);
	return 0;
}

static void clear(void *arg, struct pass_result *r)
{
	free(r->records);
	annotation_free(r->annotation);
	calltree_free(r->stacks);
	for (size_t n = 0; n < PROFILE_KEYS; n++)
		rows_free(r->by[n]);
	rows_free(r->rows);
	rows_free(r->worlds);
	rows_free(r->vms);
}

static int setup(void **state)
{
	struct fake *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	memset(f->huge, 'A', sizeof(f->huge) - 1);
	f->info.path = "/tmp/\033[31mred";
	call_names_init(&f->names);
	f->timeline = timeline_new();
	assert_int_equal(timeline_seal(f->timeline, NULL, false), 0);
	f->cfg = (struct app_config){
		.data = { .info = &f->info, .timeline = f->timeline },
		.maker = { .arg = f, .bytes = 100, .make = make, .clear = clear },
		.slice = 1000, .line = FIELD_PA_LINE, .arguments = "-i x", .dump_arguments = "-i x",
		.sort = COLUMN_SAMPLES, .sort_given = true,
	};
	assert_int_equal(app_new(&f->app, &f->cfg), 0);
	f->canvas = canvas_new(80, 24);
	*state = f;
	return 0;
}

/* Another recording, as in live screens. */
static void make_next(struct fake *f, struct app_config *next, const char *title)
{
	*next = f->cfg;
	next->title = title;
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

static void press(struct fake *f, const char *keys)
{
	for (; *keys; keys++) {
		app_key(f->app, *keys);
		app_draw(f->app, f->canvas);
	}
}

/* Is the text on the canvas unescaped? */
static bool drawn(struct fake *f, const char *text)
{
	char *all = NULL;
	size_t len;
	FILE *out = open_memstream(&all, &len);
	bool found;

	assert_int_equal(canvas_print(f->canvas, out), 0);
	fclose(out);
	found = strstr(all, text);
	free(all);
	return found;
}

static bool shows(struct fake *f, const char *text)
{
	app_draw(f->app, f->canvas);
	return drawn(f, text);
}

/* The canvas has only safe characters, and every line has its width. */
static void is_sound(const struct canvas *c)
{
	for (unsigned int y = 0; y < canvas_height(c); y++) {
		unsigned int columns = 0;

		for (unsigned int x = 0; x < canvas_width(c); x++) {
			const struct canvas_cell *cell = canvas_at(c, y, x);

			assert_true(!cell->width || glyph_at(cell->text).safe);
			columns += cell->width;
		}
		assert_int_equal(columns, canvas_width(c));
	}
}

static void hostile_names_on_every_view(void **state)
{
	static const unsigned int sizes[][2] = {
		{ 80, 24 }, { 40, 8 }, { 1, 1 }, { 140, 40 }, { 400, 100 }, { 41, 9 },
	};
	struct fake *f = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		canvas_free(f->canvas);
		f->canvas = canvas_new(sizes[i][0], sizes[i][1]);
		for (const char *view = views; *view; view++) {
			for (const char *key = "jjjjlllllbcXsXhG/\xff\n?XxjjXTEjjj+l>>TX&\xffX&a\njXfsymbol=\xff\tX:x\nXWHWX"; *key; key++) {
				app_key(f->app, key[0] == 'X' ? PRESS_ESC : (unsigned char)*key);
				app_wait(f->app);
				app_draw(f->app, f->canvas);
				is_sound(f->canvas);
			}
			app_key(f->app, 'F');
			app_key(f->app, *view);
		}
	}
}

/* A row's filter must be valid, and match that row's names and no others. */
static const char *name_of(void *arg, enum field f)
{
	return arg;
}

static void filters_of_rows(void **state)
{
	static const enum field keys[] = { FIELD_SYMBOL };
	struct fake *f = *state;
	struct rows *r = make_table(f, keys, 1, NR_HOSTILE + 1);
	size_t written = 0;

	for (size_t i = 0; i < r->nr; i++) {
		char text[FILTER_LEN], why[256];
		struct filter *filter = NULL;

		if (!filter_of_row(r, i, text))
			continue;
		written++;
		assert_int_equal(filter_parse(&filter, text, why, sizeof(why)), 0);
		for (size_t k = 0; k < NR_HOSTILE; k++) {
			struct spe_record rec = { 0 };
			struct owner owner = { 0 };
			struct filter_input in = {
				.rec = &rec, .owner = &owner, .name = name_of,
				.arg = (void *)hostile[k],
			};

			assert_int_equal(filter_match(filter, &in),
					 !strcmp(hostile[k], r->row[i].keys[0].text));
		}
		filter_free(filter);
	}
	/* All but the one with both kinds of quotes, and the huge one. */
	assert_int_equal(written, NR_HOSTILE - 1);
	rows_free(r);
}

static void filters_are_joined(void **state)
{
	char text[FILTER_LEN] = "", huge[FILTER_LEN];

	assert_true(filter_join(text, ""));
	assert_string_equal(text, "");
	assert_true(filter_join(text, "vm=0 || vm=1"));
	assert_true(filter_join(text, "op=load"));
	assert_string_equal(text, "(vm=0 || vm=1) && op=load");
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_false(filter_join(text, huge));
	assert_string_equal(text, "(vm=0 || vm=1) && op=load");
}

static void words_of_a_shell(void **state)
{
	static const struct { const char *text, *word; } words[] = {
		{ "perf.data", "perf.data" }, { "", "''" }, { "a b", "'a b'" },
		{ "it's", "'it'\\''s'" }, { "$(reboot)", "'$(reboot)'" }, { "-x;", "'-x;'" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char *text = NULL;
		size_t len;
		FILE *out = open_memstream(&text, &len);

		quote_word(out, words[i].text);
		fclose(out);
		assert_string_equal(text, words[i].word);
		free(text);
	}
}

static void keys_are_answered_while_counting(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	f->hold = true;
	press(f, "2");
	assert_true(app_busy(f->app));
	assert_true(shows(f, "Counting the samples"));
	press(f, "?");
	assert_true(shows(f, "In Hot"));
	press(f, "q");
	assert_false(app_requests(f->app)->quit);
	/* Another view cancels the pass of the one before. */
	press(f, "5");
	f->hold = false;
	app_wait(f->app);
	assert_true(shows(f, "[5 Data]"));
	assert_int_equal(f->cancelled, 1);
	assert_true(shows(f, "cacheline"));
}

static void a_pass_can_be_stopped(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	f->hold = true;
	press(f, "2");
	app_key(f->app, PRESS_ESC);
	app_wait(f->app);
	assert_false(app_busy(f->app));
	assert_true(shows(f, "Stopped."));
	f->hold = false;
	app_key(f->app, PRESS_ENTER);
	app_wait(f->app);
	assert_true(shows(f, "symbol"));
}

/* Of a long recording a part comes first; a chosen row stays chosen. */
static void a_part_comes_first(void **state)
{
	struct fake *f = *state;
	const char *chosen;

	f->cfg.maker.bytes = 1ull << 30;
	app_wait(f->app);
	f->hold_whole = true;
	f->turned = true;
	press(f, "2");
	while (!f->app->result) {
		sched_yield();
		app_draw(f->app, f->canvas);
	}
	assert_true(app_busy(f->app));
	assert_true(shows(f, "samples so far"));
	assert_true(f->app->result->part > 0);
	press(f, "jj");
	chosen = f->app->result->rows->row[app_top(f->app)->cursor].keys[2].text;
	press(f, "w");
	press(f, "/nowhere/x.csv");
	app_key(f->app, PRESS_ENTER);
	assert_true(shows(f, "samples are still being counted"));
	f->hold_whole = false;
	app_wait(f->app);
	assert_false(shows(f, "so far"));
	assert_int_equal(f->app->result->part, 0);
	assert_true(app_top(f->app)->cursor > 2);
	assert_string_equal(f->app->result->rows->row[app_top(f->app)->cursor].keys[2].text, chosen);
}

/* Parts are small beside the recording: of 2 GiB 16 and 256 MiB come first, of 640 MiB 16 MiB. */
static void parts_are_small(void **state)
{
	static const struct { uint64_t mib; const char *view; unsigned int passes; } cases[] = {
		{ 127, "2", 1 }, { 128, "4", 2 }, { 640, "5", 2 }, { 2047, "L", 2 }, { 2048, "9", 3 },
	};
	struct fake *f = *state;
	unsigned int made;

	app_wait(f->app);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		f->cfg.maker.bytes = cases[i].mib << 20;
		made = f->made;
		press(f, cases[i].view);
		app_wait(f->app);
		assert_int_equal(f->made - made, cases[i].passes);
	}
}

static void what_has_no_row_is_said(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	press(f, "5");
	app_wait(f->app);
	f->app->result->rows->rest = 12345;
	f->app->result->rows->rest_below = 7;
	assert_true(shows(f, "12,345 of "));
	assert_true(shows(f, "in rows of fewer than 7, not here"));
}

static void results_are_kept(void **state)
{
	struct fake *f = *state;
	unsigned int made;

	app_wait(f->app);
	press(f, "2");
	app_wait(f->app);
	made = f->made;
	/* Overview, VMs and Quality share a pass. */
	for (const char *key = "138212"; *key; key++) {
		app_key(f->app, *key);
		app_wait(f->app);
	}
	assert_int_equal(f->made, made);
	press(f, "5");
	app_wait(f->app);
	assert_int_equal(f->made, made + 1);
}

static void depth_is_bounded(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	for (int i = 0; i < 3 * DEPTH_MAX; i++) {
		press(f, "1");
		app_wait(f->app);
		app_draw(f->app, f->canvas);
		app_key(f->app, PRESS_ENTER);
		app_wait(f->app);
	}
	assert_true(shows(f, "cannot zoom in deeper"));
	assert_int_equal(f->app->zoom.depth, DEPTH_MAX);
	for (int i = 0; i < 3 * DEPTH_MAX; i++)
		app_key(f->app, PRESS_BACKSPACE);
	assert_int_equal(f->app->zoom.depth, 1);
}

static void prompts_edit(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	press(f, "f");
	for (const int *k = (const int[]){ 'a', 0xe9, 0x65e5, 0x1f600, 0 }; *k; k++)
		app_key(f->app, *k);
	assert_string_equal(f->app->prompt.input, "a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80");
	app_key(f->app, PRESS_BACKSPACE);
	app_key(f->app, PRESS_BACKSPACE);
	assert_string_equal(f->app->prompt.input, "a\xc3\xa9");
	press(f, " op=load");
	app_key(f->app, PRESS_CTRL('w'));
	assert_string_equal(f->app->prompt.input, "a\xc3\xa9 ");
	app_key(f->app, PRESS_CTRL('u'));
	assert_string_equal(f->app->prompt.input, "");
	for (int i = 0; i < 3 * FILTER_LEN; i++)
		app_key(f->app, 'x');
	assert_int_equal(strlen(f->app->prompt.input), FILTER_LEN - 1);
	assert_true(shows(f, "filter: .."));
	app_key(f->app, PRESS_ESC);
	assert_string_equal(f->app->zoom.filter, "");
}

/* Mouse events anywhere, on every view and overlay. */
static void the_mouse_anywhere(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	for (const char *view = views; *view; view++) {
		for (const char *key = "y?scfx:"; *key; key++) {
			app_key(f->app, 'F');
			app_key(f->app, *view);
			app_key(f->app, *key);
			for (unsigned int at = 0; at < 100; at++) {
				struct mouse m = { .x = at * 37 % 90, .y = at % 30 };

				m.kind = at % 5;
				app_mouse(f->app, &m);
				app_wait(f->app);
				app_draw(f->app, f->canvas);
				is_sound(f->canvas);
			}
			app_key(f->app, PRESS_ESC);
		}
	}
}

/* In the help and in the list of commands; Enter's line says what it does here. */
static void every_key_has_its_help(void **state)
{
	static const char *const texts[] = {
#define GROUP(title) title,
#define KEY(press, name, id, label, what) what,
#include "tui/keys.def"
	}, *const labels[] = {
#define KEY(press, name, id, label, what) label,
#include "tui/keys.def"
	};
	struct fake *f = *state;

	canvas_free(f->canvas);
	f->canvas = canvas_new(110, 150);
	app_wait(f->app);
	press(f, "8?");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(shows(f, texts[i]));
	app_key(f->app, PRESS_ESC);
	press(f, ":");
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		assert_true(shows(f, labels[i]) || !strcmp(labels[i], action_label(ACTION_PALETTE)));
}

/* Typed characters go to the open overlay or nowhere: none is a command. */
static void what_is_typed_is_no_command(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	press(f, "2stotal_mean");
	app_wait(f->app);
	assert_true(shows(f, "sort rows by: total_mean") && shows(f, "[2 Hot]"));
	app_key(f->app, PRESS_ENTER);
	assert_int_equal(f->app->setup[VIEW_HOT].sort, COLUMN_TOTAL_MEAN);
	press(f, "snothing has these words");
	app_key(f->app, PRESS_ENTER);
	assert_true(shows(f, "nothing matches"));
	app_key(f->app, PRESS_ESC);
	assert_int_equal(f->app->setup[VIEW_HOT].sort, COLUMN_TOTAL_MEAN);
	press(f, "?tmrezi");
	assert_true(shows(f, "In Hot"));
	app_key(f->app, PRESS_ESC);
	press(f, "xzte");
	assert_true(shows(f, "|>Enter"));
	app_key(f->app, PRESS_ESC);
	press(f, "gq\t2");
	assert_true(shows(f, "rows by: ") && shows(f, "[2 Hot]"));
	app_key(f->app, PRESS_ESC);
	assert_false(app_requests(f->app)->quit);
	assert_true(shows(f, "[2 Hot]") && f->app->mode == MODE_BROWSE);
}

static void commands_are_found_by_their_words(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	press(f, ":lines cache sh\n");
	app_wait(f->app);
	assert_true(shows(f, "[L Sharing]"));
	app_key(f->app, PRESS_CTRL('p'));
	press(f, "FILTER\n");
	assert_true(shows(f, "filter: "));
}

static void prompts_complete(void **state)
{
	struct fake *f = *state;

	app_wait(f->app);
	press(f, "2fguest_c\t");
	assert_string_equal(f->app->prompt.input, "guest_comm=");
	app_wait(f->app);
	/* Values from the recording, quoted where a filter requires it. */
	assert_true(shows(f, "it's"));
	press(f, "say\t");
	assert_string_equal(f->app->prompt.input, "guest_comm='say \"hi\"'");
	press(f, " \tl1d-m\t");
	assert_string_equal(f->app->prompt.input, "guest_comm='say \"hi\"' && l1d-miss");
	app_key(f->app, PRESS_ENTER);
	app_wait(f->app);
	assert_string_equal(f->app->zoom.filter, "guest_comm='say \"hi\"' && l1d-miss");
	press(f, "g");
	app_key(f->app, PRESS_CTRL('u'));
	press(f, "vcp\t,guest_p");
	app_key(f->app, PRESS_TAB);
	assert_string_equal(f->app->prompt.input, "vcpu,guest_pid");
	press(f, ",g");
	app_key(f->app, PRESS_DOWN);
	app_key(f->app, PRESS_TAB);
	/* Words that are already there are not offered. */
	assert_string_equal(f->app->prompt.input, "vcpu,guest_pid,guest_comm");
	app_key(f->app, PRESS_ESC);
	press(f, "C");
	app_key(f->app, PRESS_CTRL('u'));
	press(f, "tlb\t");
	assert_string_equal(f->app->prompt.input, "tlb_walk");
}

static void places_in_filters(void **state)
{
	static const struct {
		const char *text;
		int kind;
		size_t from;
		enum field field;
	} places[] = {
		{ "", FILTER_TERM, 0, 0 }, { "wor", FILTER_TERM, 0, 0 }, { "!(wor", FILTER_TERM, 2, 0 },
		{ "world=", FILTER_VALUE, 6, FIELD_WORLD }, { "world != g", FILTER_VALUE, 9, FIELD_WORLD },
		{ "symbol=~\"a b", FILTER_VALUE, 8, FIELD_SYMBOL }, { "symbol='a' ", FILTER_OPERATOR, 11, 0 },
		{ "vm=1 &", FILTER_OPERATOR, 5, 0 }, { "vm=1 && l", FILTER_TERM, 8, 0 },
		{ "(vm=1 || cpu>2) && comm=\"x", FILTER_VALUE, 24, FIELD_COMM },
		{ "no=", FILTER_NOWHERE, 3, NR_FIELDS }, { "vm=1 vm", FILTER_NOWHERE, 5, 0 },
		{ "taken ", FILTER_OPERATOR, 6, 0 }, { "=", FILTER_NOWHERE, 1, NR_FIELDS },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct filter_place p = filter_place(places[i].text);

		if ((int)p.kind != places[i].kind)
			fail_msg("%s", places[i].text);
		assert_int_equal(p.from, places[i].from);
		if (p.kind == FILTER_VALUE)
			assert_int_equal(p.field, places[i].field);
	}
}

static void what_cannot_be_compared_loses_nothing(void **state)
{
	struct fake *f = *state;
	unsigned int made, cancelled;

	press(f, "2");
	app_wait(f->app);
	press(f, "jD/no/such/file\n");
	assert_true(shows(f, "/no/such/file: No such file"));
	assert_int_equal(f->app->mode, MODE_PROMPT);
	app_key(f->app, PRESS_CTRL('u'));
	press(f, "/proc/self/exe\n");
	app_wait(f->app);
	assert_true(shows(f, "/proc/self/exe: it is") && shows(f, "[2 Hot]"));
	assert_int_equal(app_top(f->app)->cursor, 1);
	/* the error has the file's name, and the file is tried again */
	made = f->made;
	press(f, "D\n");
	app_wait(f->app);
	assert_int_equal(f->made, made + 1);
	/* Esc cancels */
	cancelled = f->cancelled;
	f->hold = true;
	press(f, "D\n");
	assert_true(app_busy(f->app) && shows(f, "[D Changes]"));
	/* the displayed interval is compared, so it is held */
	assert_true(app_is_held(f->app));
	app_key(f->app, PRESS_ESC);
	app_wait(f->app);
	assert_true(shows(f, "[2 Hot]") && !app_busy(f->app) && !app_is_held(f->app));
	assert_int_equal(f->cancelled, cancelled + 1);
	f->hold = false;
}

static void another_recording_takes_its_place_when_it_is_counted(void **state)
{
	struct fake *f = *state;
	static struct app_config one, two;	/* they must outlive the app */
	unsigned int made;

	make_next(f, &one, "live one");
	make_next(f, &two, "live two");
	press(f, "2");
	app_wait(f->app);
	press(f, "jjj");
	assert_int_equal(app_offer(f->app, &one), 0);
	/* while it is being counted the former one is displayed */
	f->hold = true;
	assert_false(shows(f, "live one"));
	assert_true(app_has_offer(f->app) && app_busy(f->app));
	assert_true(shows(f, "4/"));
	f->hold = false;
	while (app_has_offer(f->app))
		app_draw(f->app, f->canvas);
	assert_true(shows(f, "live one"));
	/* the view and the row stay */
	assert_true(shows(f, "[2 Hot]") && shows(f, "4/"));

	/* nothing replaces it while it is held, or while something is typed */
	assert_int_equal(app_offer(f->app, &two), 0);
	app_key(f->app, 'z');
	assert_true(app_is_held(f->app) && shows(f, "(paused)"));
	for (made = 0; made < 100; made++)
		app_draw(f->app, f->canvas);
	assert_true(shows(f, "live one") && app_has_offer(f->app));
	app_key(f->app, 'z');
	while (app_has_offer(f->app))
		app_draw(f->app, f->canvas);
	assert_true(shows(f, "live two"));
	app_key(f->app, '/');
	assert_int_equal(app_offer(f->app, &one), 0);
	for (made = 0; made < 100; made++)
		app_draw(f->app, f->canvas);
	assert_true(shows(f, "live two") && app_has_offer(f->app));
	app_key(f->app, PRESS_ESC);
	while (app_has_offer(f->app))
		app_draw(f->app, f->canvas);
	assert_true(shows(f, "live one"));

	/* a withdrawn offer is not used again */
	assert_int_equal(app_offer(f->app, &two), 0);
	app_withdraw(f->app);
	memset(&two, 0xff, sizeof(two));
	app_wait(f->app);
	assert_true(shows(f, "live one"));
}

static void what_was_brushed_is_held(void **state)
{
	struct fake *f = *state;
	static struct app_config one;	/* it must outlive the app */

	make_next(f, &one, "live one");
	press(f, "fslice>5\n");
	app_wait(f->app);
	assert_false(app_is_held(f->app));
	press(f, "F9");
	app_wait(f->app);
	app_key(f->app, PRESS_ENTER);
	app_wait(f->app);
	assert_true(app_is_held(f->app));
	assert_int_equal(app_offer(f->app, &one), 0);
	for (unsigned int i = 0; i < 100; i++)
		app_draw(f->app, f->canvas);
	assert_false(shows(f, "live one"));
	app_key(f->app, PRESS_BACKSPACE);
	while (app_has_offer(f->app))
		app_draw(f->app, f->canvas);
	assert_true(shows(f, "live one"));
}

static unsigned int resize(void *arg, bool longer)
{
	unsigned int *ms = arg;

	return *ms = longer ? *ms * 2 : *ms / 2;
}

static void intervals_are_resized(void **state)
{
	struct fake *f = *state;
	unsigned int ms = 2000;

	press(f, "]");
	assert_true(shows(f, "spelunk top"));
	f->cfg.live = (struct app_live){ .resize = resize, .arg = &ms };
	press(f, "]");
	assert_true(shows(f, "intervals of 4 s"));
	press(f, "[[[[");
	assert_true(shows(f, "intervals of 0.25 s"));
	assert_int_equal(ms, 250);
}

static void z_is_of_what_runs_now(void **state)
{
	struct fake *f = *state;

	press(f, "z");
	assert_true(shows(f, "spelunk top"));
	assert_false(app_is_held(f->app));
}

/* The pass that it holds ends right after a check for its end: that at which looks reaches 0. */
static struct fake *behind;
static unsigned int looks;

ssize_t read(int fd, void *buf, size_t len)
{
	ssize_t (*get)(int, void *, size_t) = (__typeof__(get))dlsym(RTLD_NEXT, "read");
	ssize_t got = get(fd, buf, len);

	if (behind && fd == app_fd(behind->app) && got < 0 && !--looks) {
		behind->hold = false;
		poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
		errno = EAGAIN;
	}
	return got;
}

/* Draw like the terminal, as long as something is pending. */
static void draw_while_busy(struct fake *f)
{
	struct pollfd fd = { .fd = app_fd(f->app), .events = POLLIN };

	app_draw(f->app, f->canvas);
	while (app_busy(f->app)) {
		poll(&fd, 1, -1);
		app_draw(f->app, f->canvas);
	}
}

/* One check is by the waiting page, and one by the view behind it. */
static void what_ends_between_two_looks_is_shown(void **state)
{
	struct fake *f = *state;

	press(f, "2");
	draw_while_busy(f);
	press(f, "m1");
	draw_while_busy(f);
	f->hold = true;
	behind = f;
	looks = 2;
	app_key(f->app, 'm');
	draw_while_busy(f);
	behind = NULL;
	assert_true(drawn(f, "B / A"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(another_recording_takes_its_place_when_it_is_counted),
		TEST(what_was_brushed_is_held),
		TEST(z_is_of_what_runs_now), TEST(intervals_are_resized),
		TEST(hostile_names_on_every_view), TEST(filters_of_rows),
		TEST(filters_are_joined), TEST(words_of_a_shell),
		TEST(keys_are_answered_while_counting),
		TEST(a_pass_can_be_stopped), TEST(a_part_comes_first), TEST(parts_are_small),
		TEST(what_ends_between_two_looks_is_shown),
		TEST(what_has_no_row_is_said), TEST(results_are_kept), TEST(depth_is_bounded),
		TEST(prompts_edit), TEST(the_mouse_anywhere), TEST(every_key_has_its_help),
		TEST(what_is_typed_is_no_command), TEST(commands_are_found_by_their_words),
		TEST(prompts_complete), TEST(places_in_filters),
		TEST(what_cannot_be_compared_loses_nothing),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
