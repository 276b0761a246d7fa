// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flame graph: a frame is as wide as the cycles in it and its callees, and is drawn below its
 * caller.  Frames narrower than a column are not drawn.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/calls/calls.h"
#include "report/calls/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define NAME_LEAST	3	/* minimum columns of a name */

_Static_assert(NR_ROLES - ROLE_FRAME == NR_WORLDS, "a role for each world");

void flame_clear(struct flame_state *f)
{
	free(f->box);
	*f = (struct flame_state){ .box = NULL };
}

/*
 * Boxes
 */

static uint64_t mix(uint64_t h, uint64_t v)
{
	return (h ^ v) * 0x9fb21c651e98df25ull + (h >> 29);
}

/* A hash of the names of the frame and its ancestors: the same in every result. */
static uint64_t node_id(const struct calltree *t, uint32_t i)
{
	uint64_t h = 1;

	for (; i; i = calltree_node(t, i)->parent) {
		const struct call_node *n = calltree_node(t, i);

		h = mix(h, calls_symbol_id(calls_name(n)));
		h = mix(h, (uint64_t)n->kind << 40 | (uint64_t)n->world << 32 | (uint32_t)n->vm);
	}
	return h ? h : 1;
}

/* The frame with that hash; the root, if there is none. */
static uint32_t find_node(const struct calltree *t, uint64_t id)
{
	for (uint32_t i = 1; id && i < calltree_nr(t); i++)
		if (node_id(t, i) == id)
			return i;
	return 0;
}

/* The array has room for all nodes. */
static void add_boxes(struct flame_state *f, const struct calltree *t, uint32_t node,
		      struct flame_box box)
{
	const struct call_node *n = calltree_node(t, node);
	uint32_t at = (uint32_t)f->nr;
	uint64_t before = 0;

	box.node = node;
	f->box[f->nr++] = box;
	for (uint32_t i = n->first; i; i = calltree_node(t, i)->next) {
		double scale = (double)box.width / (double)n->total.cycles;
		uint64_t behind = before + calltree_node(t, i)->total.cycles;
		unsigned int x = (unsigned int)((double)before * scale + 0.5);
		unsigned int end = (unsigned int)((double)behind * scale + 0.5);

		before = behind;
		if (end > x)
			add_boxes(f, t, i, (struct flame_box){ .parent = at, .depth = box.depth + 1,
							       .x = box.x + x, .width = end - x });
	}
}

static void update(struct app *a)
{
	const struct calltree *t = a->result->stacks;
	struct flame_state *f = &a->flame;
	unsigned int width = a->screen.width ? a->screen.width : 80;
	uint64_t at = app_level(a)->at;

	if (f->of == a->result->serial && f->at == at && f->width == width)
		return;
	flame_clear(f);
	f->of = a->result->serial;
	f->at = at;
	f->width = width;
	if (!t || !calltree_node(t, 0)->total.cycles)
		return;
	f->box = calloc(calltree_nr(t), sizeof(*f->box));
	if (f->box)
		add_boxes(f, t, find_node(t, at), (struct flame_box){ .width = width });
	else
		app_say(a, true, "not enough memory for a flame graph");
}

static size_t nr(const struct app *a)
{
	return a->flame.nr;
}

static unsigned int heads(const struct app *a)
{
	return 0;
}

static const struct call_node *node_at(const struct app *a, size_t i)
{
	return calltree_node(a->result->stacks, a->flame.box[i].node);
}

static const char *name_of(const struct call_node *n)
{
	return n->kind == CALL_ROOT ? "all" : calls_name(n);
}

/* "vm 0: CPU 0/KVM" */
static void put_name(char out[CRUMB_LEN], const struct call_node *n)
{
	if (n->kind == CALL_TASK && n->vm >= 0)
		snprintf(out, CRUMB_LEN, "vm %d: %.80s", n->vm, name_of(n));
	else
		snprintf(out, CRUMB_LEN, "%.94s", name_of(n));
}

/* Drawing */

/* The first visible line of the graph, such that the chosen frame is visible. */
static unsigned int first_line(const struct app *a, unsigned int height)
{
	unsigned int depth = a->flame.nr ? a->flame.box[app_level(a)->cursor].depth : 0;

	return depth < height ? 0 : depth - height + 1;
}

static enum role role_of(const struct app *a, size_t i)
{
	const struct call_node *n = node_at(a, i);

	if (app_view(a)->body->matches(a, i, &a->search))
		return ROLE_MATCH;
	return n->kind == CALL_FUNCTION || n->kind == CALL_STOPPED ?
	       (enum role)(ROLE_FRAME + n->world) : ROLE_HEADER;
}

static void draw_box(const struct app *a, struct canvas *c, unsigned int y, size_t i)
{
	const struct flame_box *b = &a->flame.box[i];
	bool utf8 = locale_has_utf8(), chosen = i == app_level(a)->cursor;
	enum role role = role_of(a, i);
	unsigned int x = b->x, end = b->x + b->width;
	char name[CRUMB_LEN];

	canvas_put(c, y, x++, 1, role, chosen ? ">" : utf8 ? "▏" : "|");
	if (end - x >= NAME_LEAST) {
		put_name(name, node_at(a, i));
		x += canvas_put(c, y, x, end - x, role, name);
		if (x < end)
			canvas_put(c, y, x++, 1, role, " ");
	}
	while (x < end)
		canvas_put(c, y, x++, 1, role, utf8 ? "─" : "-");
	if (chosen)
		canvas_paint(c, y, b->x, b->width, ROLE_SELECTED);
}

static void draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	unsigned int first = first_line(a, height);

	for (unsigned int i = 0; !a->flame.nr && calls_none[i]; i++)
		canvas_put(c, y + i, 1, canvas_width(c) - 1, ROLE_TEXT, calls_none[i]);
	for (size_t i = 0; i < a->flame.nr; i++) {
		unsigned int depth = a->flame.box[i].depth;

		if (depth >= first && depth < first + height)
			draw_box(a, c, y + depth - first, i);
	}
}

static bool at(const struct app *a, unsigned int y, unsigned int x, size_t *line)
{
	unsigned int depth = y + first_line(a, a->screen.rows);

	for (size_t i = 0; i < a->flame.nr; i++) {
		const struct flame_box *b = &a->flame.box[i];

		if (b->depth == depth && x >= b->x && x < b->x + b->width) {
			*line = i;
			return true;
		}
	}
	return false;
}

static bool matches(const struct app *a, size_t i, const struct search *search)
{
	char name[CRUMB_LEN];

	put_name(name, node_at(a, i));
	return search_matches(search, name);
}

static char *share(char out[NUMBER_LEN], uint64_t part, uint64_t whole)
{
	snprintf(out, NUMBER_LEN, "%.1f%%", whole ? 100.0 * (double)part / (double)whole : 0);
	return out;
}

/* The chosen frame's numbers. */
static void draw_chosen(const struct app *a, struct canvas *c, unsigned int y)
{
	const struct call_node *n = node_at(a, app_level(a)->cursor);
	const struct call_node *all = calltree_node(a->result->stacks, 0);
	const char *unit = a->result->calls.clock ? "ns" : "cycles";
	char total[NUMBER_LEN], self[NUMBER_LEN], cycles[NUMBER_LEN], chains[NUMBER_LEN];
	unsigned int x = 1, width = canvas_width(c);
	char text[3 * NUMBER_LEN + 96], name[CRUMB_LEN];

	snprintf(text, sizeof(text), "  %s of the %s (%s%s), %s in itself, %s chain%s",
		 share(total, n->total.cycles, all->total.cycles), unit,
		 n->total.samples < COLUMN_LEAST ? "~" : "", number_short(cycles, n->total.cycles),
		 share(self, n->self.cycles, all->total.cycles), number_grouped(chains, n->total.samples),
		 n->total.samples == 1 ? "" : "s");
	put_name(name, n);
	x += canvas_put(c, y, x, width > strlen(text) + 12 ? width - (unsigned int)strlen(text) - 1 : 12,
			ROLE_TITLE, name);
	canvas_put(c, y, x, width - x, ROLE_TEXT, text);
}

/* The cycles of all matching frames and what is below them, counted once. */
static uint64_t found_below(const struct app *a, uint32_t i)
{
	const struct calltree *t = a->result->stacks;
	const struct call_node *n = calltree_node(t, i);
	char name[CRUMB_LEN];
	uint64_t sum = 0;

	put_name(name, n);
	if (search_matches(&a->search, name))
		return n->total.cycles;
	for (uint32_t k = n->first; k; k = calltree_node(t, k)->next)
		sum += found_below(a, k);
	return sum;
}

static void draw_found(const struct app *a, struct canvas *c, unsigned int y)
{
	char number[NUMBER_LEN], text[NUMBER_LEN + 32];

	snprintf(text, sizeof(text), "found: %s in", share(number, found_below(a, 0),
							  calltree_node(a->result->stacks, 0)->total.cycles));
	canvas_put(c, y, 2 + canvas_put(c, y, 1, canvas_width(c), ROLE_DIM, text), canvas_width(c),
		   ROLE_MATCH, a->search.text);
}

static void draw_colors(const struct app *a, struct canvas *c, unsigned int y)
{
	struct call_weight stopped = calltree_stopped(a->result->stacks);
	char number[NUMBER_LEN], text[NUMBER_LEN + 32];
	unsigned int x = 1;

	for (unsigned int i = 0; i < NR_WORLDS - 1; i++)
		x += canvas_put(c, y, x, canvas_width(c), (enum role)(ROLE_FRAME + world_at(i)),
				world_name(world_at(i))) + 1;
	if (!stopped.samples)
		return;
	snprintf(text, sizeof(text), " %s stop at [unknown]",
		 share(number, stopped.cycles, calltree_node(a->result->stacks, 0)->total.cycles));
	canvas_put(c, y, x, canvas_width(c) - x, ROLE_DIM, text);
}

static void draw_heads(struct app *a, struct canvas *c, unsigned int y)
{
	if (!a->flame.nr)
		return;
	draw_chosen(a, c, y);
	if (a->search.text)
		draw_found(a, c, y + 1);
	else
		draw_colors(a, c, y + 1);
}

/*
 * What the keys do
 */

static const char *function(const struct app *a, size_t i)
{
	const struct call_node *n = node_at(a, i);

	return n->kind == CALL_FUNCTION && *n->symbol ? n->symbol : NULL;
}

static bool has_samples(const struct app *a, size_t i)
{
	return function(a, i);
}

/* A filter for the frame's function with any caller, because SPE's samples have no callers. */
static bool zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	const struct call_node *n = node_at(a, i);

	if (!function(a, i) || !filter_of_place(n->symbol, n->object, NULL, filter)) {
		app_say(a, false, "this frame is not a function");
		return false;
	}
	put_name(crumb, n);
	return true;
}

static const enum field *keys(const struct app *a, size_t i, size_t *nr_keys)
{
	*nr_keys = 0;
	return NULL;
}

static void zoom_frame(struct app *a)
{
	struct level *top = app_top(a);
	char crumb[CRUMB_LEN];

	if (!top->cursor) {
		app_say(a, false, "this frame is as wide as the screen: Backspace zooms out");
		return;
	}
	put_name(crumb, node_at(a, top->cursor));
	calls_zoom(a, VIEW_FLAME, crumb, node_id(a->result->stacks, a->flame.box[top->cursor].node));
}

/* The widest child, or none; boxes are in tree order. */
static size_t below(const struct flame_state *f, size_t i)
{
	return i + 1 < f->nr && f->box[i + 1].parent == i ? i + 1 : i;
}

/* The next box in the line, or the previous one. */
static size_t beside(const struct flame_state *f, size_t i, int by)
{
	for (size_t k = i + (size_t)by; k < f->nr; k += (size_t)by)
		if (f->box[k].depth == f->box[i].depth)
			return k;
	return i;
}

static void move(struct app *a, enum action action)
{
	const struct flame_state *f = &a->flame;
	struct level *top = app_top(a);
	size_t i = top->cursor;

	switch (action) {
	case ACTION_UP:		i = f->box[i].parent; break;
	case ACTION_DOWN:	i = below(f, i); break;
	case ACTION_LEFT:	i = beside(f, i, -1); break;
	case ACTION_RIGHT:	i = beside(f, i, 1); break;
	case ACTION_HOME:	i = 0; break;
	default:		break;
	}
	top->cursor = i;
}

static bool act(struct app *a, enum action action)
{
	bool there = a->result && a->flame.nr;
	unsigned int lines = action == ACTION_END ? CALL_DEPTH : a->screen.rows;

	switch (action) {
	case ACTION_UP:
	case ACTION_DOWN:
	case ACTION_LEFT:
	case ACTION_RIGHT:
	case ACTION_HOME:
		if (there)
			move(a, action);
		return true;
	case ACTION_PAGE_UP:
	case ACTION_PAGE_DOWN:
	case ACTION_END:
		for (unsigned int i = 0; there && i < lines; i++)
			move(a, action == ACTION_PAGE_UP ? ACTION_UP : ACTION_DOWN);
		return true;
	case ACTION_ZOOM:
		if (there)
			zoom_frame(a);
		return there;
	default:
		return false;
	}
}

static void press(struct app *a, unsigned int x)
{
	app_act(a, ACTION_ZOOM);
}

static const char *enter(const struct app *a)
{
	return a->flame.nr ? "frame" : NULL;
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	fputs("spelunk report --by stack", out);
	command_end(a, out, q);
}

static int write_stacks(const struct app *a, FILE *out, struct report_data *d,
			struct report_options *opt)
{
	const struct calls_report r = {
		.d = d, .kind = CALLS_STACKS, .stacks = a->result->stacks, .total = a->result->calls,
	};

	return r.stacks ? calls_report_write(out, &r, opt) : -ENODATA;
}

static const struct body_ops flame_body = {
	.update = update, .nr = nr, .heads = heads, .draw = draw, .matches = matches,
	.zoom = zoom, .has_samples = has_samples, .keys = keys, .function = function, .at = at,
};

const struct view_ops view_flame = {
	.body = &flame_body, VIEW_KEYS(CALLS_KEYS), .query = calls_query, .leave = calls_leave,
	.heads = 2, .draw_heads = draw_heads, .act = act, .enter = enter, .press = press,
	.line_menu = VIEW_ACTIONS(ACTION_ROW_CALLERS), .command = command, .write = write_stacks,
};
