// SPDX-License-Identifier: GPL-2.0-only
/* The page around the sections. */
#include "report/html/page.h"

#include <errno.h>

#include "report/html/assets.h"

static bool is_wanted(const struct html *h, const struct html_section *s)
{
	return !s->wanted || s->wanted(h);
}

/* The policy forbids to load anything, or to run anything but our script and style. */
static void put_head(struct html *h)
{
	html_put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		 "script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'\">\n",
		 html_js_hash, html_css_hash);
	html_put(h, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<meta name=\"referrer\" content=\"no-referrer\">\n<title>%s: ", h->title);
	html_name(h, h->name);
	html_put(h, "</title>\n<style>%s</style>\n</head>\n<body>\n", html_css);
}

static void put_nav(struct html *h, const struct html_section *s, size_t nr)
{
	html_put(h, "<nav aria-label=\"Sections\"><div>"
		 "<a class=\"brand\" href=\"#top\">spelunk</a>");
	for (size_t i = 0; i < nr; i++)
		if (is_wanted(h, &s[i]))
			html_put(h, "<a href=\"#%s\">%s</a>", s[i].id, s[i].nav);
	html_put(h, "<button type=\"button\" id=\"theme\" hidden>Dark</button></div></nav>\n");
}

static void put_section(struct html *h, const struct html_section *s)
{
	html_put(h, "<section id=\"%s\">\n<h2>%s</h2>\n", s->id, s->title);
	html_room(h, s->room);
	s->write(h);
	html_put(h, "</section>\n");
}

int html_page(struct html *h, void (*summary)(struct html *h), const struct html_section *sections,
	      size_t nr)
{
	errno = 0;
	put_head(h);
	put_nav(h, sections, nr);
	html_put(h, "<main>\n<header id=\"top\">\n<p class=\"over\">%s</p>\n<h1>", h->title);
	html_name(h, h->name);
	html_put(h, "</h1>\n");
	summary(h);
	html_put(h, "</header>\n");
	for (size_t i = 0; i < nr; i++)
		if (is_wanted(h, &sections[i]))
			put_section(h, &sections[i]);
	html_put(h, "</main>\n<footer>spelunk %s</footer>\n<script>%s</script>\n</body>\n</html>\n",
		 SPELUNK_VERSION, html_js);
	return h->failed ? -ENOMEM : report_end(h->out);
}

void html_command(struct html *h, const char *command)
{
	html_about(h, "The same recording and symbols give the same bytes.");
	html_put(h, "<pre class=\"copy\">");
	html_text(h, command, HTML_SENTENCE);
	html_put(h, "</pre>\n");
}
