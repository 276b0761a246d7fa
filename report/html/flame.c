// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flame graph with its root at the top: a frame is as wide as the cycles in it and its callees,
 * and is drawn below its caller.
 */
#include "report/calls/text.h"
#include "report/html/html_impl.h"
#include "report/html/svg.h"

#define FRAME_HEIGHT	19
#define DEPTH_SHOWN	60
#define FRAMES_SHOWN	3000
#define NARROWEST	0.1	/* % */

struct flame {
	struct html *h;
	const struct calltree *t;
	double whole;			/* cycles */
	unsigned int deepest;
	size_t frames, left;		/* left: frames that are too narrow, or too many */
};

static double width_of(const struct flame *f, uint32_t node)
{
	return 100 * (double)calltree_node(f->t, node)->total.cycles / f->whole;
}

/* The narrowest are omitted first; a whole level may be smaller. */
static bool is_wide(const struct flame *f, uint32_t node)
{
	return width_of(f, node) >= NARROWEST && calltree_node(f->t, node)->depth <= DEPTH_SHOWN;
}

static void measure(struct flame *f)
{
	for (uint32_t i = 0; i < calltree_nr(f->t); i++)
		if (is_wide(f, i) && calltree_node(f->t, i)->depth > f->deepest)
			f->deepest = calltree_node(f->t, i)->depth;
}

static const char *class_of(const struct call_node *n)
{
	if (n->kind == CALL_FUNCTION)
		return html_world_class((enum world)n->world);
	return n->kind == CALL_STOPPED ? "w-unknown" : "root";
}

static void put_frame(struct flame *f, uint32_t node, double x)
{
	const struct call_node *n = calltree_node(f->t, node);
	struct svg_box box = { x, (double)n->depth * FRAME_HEIGHT, width_of(f, node),
			       FRAME_HEIGHT - 1 };
	char name[4 * HTML_NAME + 16], title[4 * HTML_NAME + 128], class[32];
	char a[NUMBER_LEN], b[NUMBER_LEN];

	if (n->kind == CALL_ROOT)
		snprintf(name, sizeof(name), "all");
	else if (n->kind == CALL_TASK && n->vm >= 0)
		snprintf(name, sizeof(name), "vm %d: %s", n->vm, calls_name(n));
	else
		snprintf(name, sizeof(name), "%s", calls_name(n));
	snprintf(title, sizeof(title), "%s of the %s, %s sample%s: %s",
		 html_percent(a, (double)n->total.cycles, f->whole),
		 f->h->r->calls.clock ? "time" : "cycles", number_grouped(b, n->total.samples),
		 n->total.samples == 1 ? "" : "s", name);
	snprintf(class, sizeof(class), "f %s", class_of(n));
	svg_frame(f->h, class, box, name, title);
}

/* x: % at which the frame begins. */
static void put_frames(struct flame *f, uint32_t node, double x)
{
	if (!is_wide(f, node) || f->frames >= FRAMES_SHOWN || html_full(f->h)) {
		f->left++;
		return;
	}
	f->frames++;
	put_frame(f, node, x);
	for (uint32_t i = calltree_node(f->t, node)->first; i; i = calltree_node(f->t, i)->next) {
		put_frames(f, i, x);
		x += width_of(f, i);
	}
}

static void put_graph(struct html *h)
{
	struct flame f = { .h = h, .t = h->r->stacks };

	f.whole = (double)calltree_node(f.t, 0)->total.cycles;
	if (!(f.whole > 0))
		return;
	measure(&f);
	html_put(h, "<p class=\"tools js\"><input type=\"search\" id=\"find\" "
		 "placeholder=\"Find a function\" aria-label=\"Find a function\">"
		 "<button type=\"button\" id=\"unzoom\" hidden>Show all</button>"
		 "<span id=\"found\">Click a frame to zoom.</span></p>\n<div class=\"flame\">");
	svg_open(h, "flame", (f.deepest + 1) * FRAME_HEIGHT, "flame graph");
	put_frames(&f, 0, 0);
	svg_close(h);
	html_put(h, "</div>\n");
	html_left_out(h, f.left, "narrow frame", "narrow frames");
}

/* Say what has no chain, and which stacks are incomplete. */
static void say_losses(struct page *p, const void *arg)
{
	const struct html_report *r = arg;

	calls_text_losses(p, r->stacks, r->stacks, &r->calls);
}

void html_flame(struct html *h)
{
	if (!h->r->stacks) {
		html_about(h, "No sample of CPU cycles has a call chain, and SPE samples never "
			   "have one. `spelunk record` records chains unless --no-time is given; "
			   "so does `perf record -e arm_spe// -e cycles -g`.");
		return;
	}
	html_about(h, "The width of a frame is the CPU cycles in it and in what it calls. Chains "
		   "come with samples of cycles, never with SPE samples.");
	put_graph(h);
	html_said_of(h, say_losses, h->r, true);
}
