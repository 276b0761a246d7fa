// SPDX-License-Identifier: GPL-2.0-only
/* The page around the sections, and which sections it has. */
#include <errno.h>
#include <string.h>

#include "report/html/assets.h"
#include "report/html/html_impl.h"

static bool always(const struct html *h)
{
	return true;
}

static bool has_samples(const struct html *h)
{
	return h->r->samples;
}

static bool has_findings(const struct html *h)
{
	return h->r->samples || h->kvm;
}

static bool has_sharing(const struct html *h)
{
	return h->r->sharing;
}

/* In their order; room: bytes for the rows of sections that may have many. */
static const struct section {
	const char *id, *nav, *title;
	bool (*wanted)(const struct html *h);
	void (*write)(struct html *h);
	size_t room;
} sections[] = {
	{ "findings", "Findings", "Findings", has_findings, html_findings, 64 << 10 },
	{ "worlds", "Worlds", "Whose operations", has_samples, html_worlds, 64 << 10 },
	{ "vms", "VMs", "Where each vCPU's time went", html_has_exits, html_vms, 256 << 10 },
	{ "exits", "Exits", "Exits by reason", html_has_exits, html_exits, 512 << 10 },
	{ "time", "Time", "Who ran when", has_findings, html_time, 896 << 10 },
	{ "latency", "Latency", "How long which data took", has_samples, html_heat, 128 << 10 },
	{ "hot", "Functions", "Hot functions", has_samples, html_hot, 1408 << 10 },
	{ "flame", "Flame graph", "Call stacks by CPU cycles", has_samples, html_flame, 768 << 10 },
	{ "sharing", "Sharing", "Cache lines that threads share", has_sharing, html_sharing,
	  256 << 10 },
	{ "quality", "Quality", "What was recorded, and what was lost", always, html_quality,
	  128 << 10 },
	{ "how", "Reproduce", "How to make this page", always, html_how, 16 << 10 },
};

#define NR	(sizeof(sections) / sizeof(sections[0]))

/* Nothing is loaded, and nothing runs but the script and the style below. */
static void put_head(struct html *h)
{
	html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		 "script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'\">\n",
		 html_js_hash, html_css_hash);
	html_put(h, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<meta name=\"referrer\" content=\"no-referrer\">\n<title>%s", h->r->title);
	html_put(h, ": ");
	html_name(h, h->d->info->path ? h->d->info->path : "");
	html_put(h, "</title>\n<style>%s</style>\n</head>\n<body>\n", html_css);
}

static void put_nav(struct html *h)
{
	html_put(h, "<nav aria-label=\"Sections\"><div>"
		 "<a class=\"brand\" href=\"#top\">spelunk</a>");
	for (size_t i = 0; i < NR; i++)
		if (sections[i].wanted(h))
			html_put(h, "<a href=\"#%s\">%s</a>", sections[i].id, sections[i].nav);
	html_put(h, "<button type=\"button\" id=\"theme\" hidden>Dark</button></div></nav>\n");
}

static void put_section(struct html *h, const struct section *s)
{
	html_put(h, "<section id=\"%s\">\n<h2>%s</h2>\n", s->id, s->title);
	html_room(h, s->room);
	s->write(h);
	html_put(h, "</section>\n");
}

static void put_page(struct html *h)
{
	put_head(h);
	put_nav(h);
	html_put(h, "<main>\n<header id=\"top\">\n");
	html_summary(h);
	html_put(h, "</header>\n");
	for (size_t i = 0; i < NR; i++)
		if (sections[i].wanted(h))
			put_section(h, &sections[i]);
	html_put(h, "</main>\n<footer>spelunk %s</footer>\n<script>%s</script>\n</body>\n</html>\n",
		 SPELUNK_VERSION, html_js);
}

int html_report_write(FILE *out, const struct html_report *r, const struct report_options *opt)
{
	struct kvm_sum sum = { .nr = 0 };
	struct html h = { .out = out, .r = r, .d = r->d, .opt = opt,
			  .page = { .out = out, .d = r->d, .opt = opt } };
	int err = r->kvm ? kvm_sum_make(&sum, r->kvm) : 0;

	errno = 0;
	h.kvm = r->kvm ? &sum : NULL;
	if (!err) {
		put_page(&h);
		err = h.failed ? -ENOMEM : report_end(out);
	}
	kvm_sum_clear(&sum);
	return err;
}
