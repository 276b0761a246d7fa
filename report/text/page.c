// SPDX-License-Identifier: GPL-2.0-only
/* The elements of all text reports: titles, wrapped lines, colours and bars. */
#include <stdarg.h>
#include <string.h>

#include "report/text/text.h"

/* Ratios of misses and the like, %, from which they are highlighted. */
#define RATIO_WARM	10
#define RATIO_BAD	50

size_t page_width(unsigned int width)
{
	if (!width)
		return PAGE_WIDTH;
	return width < PAGE_MIN ? PAGE_MIN : width > PAGE_MAX ? PAGE_MAX : width;
}

bool page_is_narrow(const struct page *p, size_t columns)
{
	return p->opt && p->opt->width && p->width < columns;
}

size_t page_room(const struct page *p, size_t used)
{
	if (!p->opt || !p->opt->width)
		return PAGE_NAME_MAX;
	return p->width > used + 4 ? p->width - used : 4;
}

static const struct palette *palette(const struct page *p)
{
	return p->opt ? p->opt->palette : NULL;
}

const char *page_on(const struct page *p, enum role r)
{
	return palette(p) ? palette(p)->on[r] : "";
}

const char *page_off(const struct page *p)
{
	return palette(p) && palette(p)->colors ? PALETTE_OFF : "";
}

static void put(struct page *p, enum role r, const char *fmt, va_list ap)
{
	const char *on = page_on(p, r);

	fputs(on, p->out);
	vfprintf(p->out, fmt, ap);
	fputs(*on ? page_off(p) : "", p->out);
}

void page_put(struct page *p, enum role r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(p, r, fmt, ap);
	va_end(ap);
}

void page_line(struct page *p, enum role r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(p, r, fmt, ap);
	va_end(ap);
	fputc('\n', p->out);
}

size_t page_cell(struct page *p, enum role r, const char *text, size_t width, bool pad, bool tail)
{
	const char *on = page_on(p, r);
	size_t done;

	fputs(on, p->out);
	done = cell_write(p->out, text, width, pad, tail);
	fputs(*on ? page_off(p) : "", p->out);
	return done;
}

/*
 * Number of bytes in a sequence of page_on() or page_off() at text: nothing else begins with ESC.
 */
static size_t sequences(const char *text)
{
	size_t n = 0;

	while (text[n] == '\033') {
		n += strcspn(text + n, "m");
		n += text[n] == 'm';
	}
	return n;
}

static size_t columns_of(const char *text)
{
	size_t width = 0;

	for (text += sequences(text); *text; text++, text += sequences(text))
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

struct page page_begin(FILE *out, const struct report_data *d, const struct report_options *opt,
		       const char *title)
{
	struct page p = { .out = out, .d = d, .opt = opt, .width = page_width(opt->width) };

	page_put(&p, ROLE_TITLE, "%s", title);
	fputc('\n', out);
	return p;
}

void page_title(struct page *p, const char *title, const char *note)
{
	fputc('\n', p->out);
	page_put(p, ROLE_TITLE, "%s", title);
	if (note) {
		fputs("  ", p->out);
		page_cell(p, ROLE_DIM, note, page_room(p, columns_of(title) + 2), false, false);
	}
	fputc('\n', p->out);
}

void words_add(struct words *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->s + w->len, sizeof(w->s) - w->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		w->len += (size_t)n < sizeof(w->s) - w->len ? (size_t)n
							     : sizeof(w->s) - w->len - 1;
}

void words_copy(char *out, size_t len, const struct words *w)
{
	size_t n = w->len < len ? w->len : len - 1;

	memcpy(out, w->s, n);
	out[n] = '\0';
}

void words_add_name(struct words *w, const char *name)
{
	char text[256];

	if (report_escape(text, sizeof(text), name) > sizeof(text) - GLYPH_TEXT_LEN)
		words_add(w, "%s..", text);
	else
		words_add(w, "%s", text);
}

/* Does the command at text, which begins with a backtick, fit in a line? */
static bool is_short(const char *text, size_t room)
{
	const char *end = strchr(text + 1, '`');

	return end && (size_t)(end - text) < room;
}

/*
 * Number of bytes that fit in room columns, cut at a space if possible.  command: text begins
 * inside a command that is too long for a line.
 */
static size_t line_len(const char *text, size_t room, bool command)
{
	size_t cut = 0, width = 0, i;
	bool quoted = false, whole = false;

	for (i = 0; text[i]; i++) {
		i += sequences(text + i);
		if (!text[i])
			break;
		if (((unsigned char)text[i] & 0xc0) != 0x80 && width++ >= room && (cut || !command))
			return cut ? cut : i;
		if (text[i] == '`') {
			command = !command;
			whole = command && is_short(text + i, room);
		}
		quoted ^= command && text[i] == '\'';
		/* keep "41 %", short commands and quoted words of a command together */
		if (text[i] == ' ' && text[i + 1] != '%' && !whole && !quoted)
			cut = i;
	}
	return i;
}

/* Does a command in backticks continue after len bytes of text? */
static bool in_command(const char *text, size_t len, bool command)
{
	for (size_t i = 0; i < len; i++)
		command ^= text[i] == '`';
	return command && text[len];
}

/* Highlight the numbers of findings. */
static enum role label_role(const char *label)
{
	return *label >= '1' && *label <= '9' ? ROLE_TITLE : *label ? ROLE_DIM : ROLE_TEXT;
}

void page_say_in(struct page *p, enum role r, const char *label, const char *text)
{
	int indent = label ? PAGE_TEXT_AT - 2 : 0;
	bool command = false;

	if (!label)
		label = "";
	do {
		size_t room = p->width - 2 - (size_t)indent, len = line_len(text, room, command);
		bool goes_on = in_command(text, len, command);

		if (goes_on) {	/* as a shell reads it: with " \\" at the end */
			len = line_len(text, room - 2, command);
			goes_on = in_command(text, len, command);
		}
		fputs("  ", p->out);
		page_put(p, label_role(label), "%-*s", indent, label);
		page_put(p, r, "%.*s%s", (int)len, text, goes_on ? " \\" : "");
		fputc('\n', p->out);
		command = goes_on;
		text += len;
		while (*text == ' ')
			text++;
		label = "";
	} while (*text);
}

void page_say(struct page *p, const char *label, const char *text)
{
	page_say_in(p, ROLE_TEXT, label, text);
}

bool page_has_bars(const struct page *p)
{
	return p->opt && p->opt->pictures;
}

static void put_glyph(struct page *p, const struct picture *picture, const float *size,
		      unsigned int at, unsigned int cells, enum picture_way way)
{
	const struct palette *colors = palette(p);
	/* A single part can be drawn with blocks even without colours. */
	unsigned int nr = colors && colors->colors ? colors->colors : picture->nr == 1;
	struct picture_glyph g = picture_glyph(picture, size, at, cells, way, nr);

	if (!*g.text) {
		fputc(' ', p->out);
		return;
	}
	if (colors)
		fprintf(p->out, "%s%s", colors->on[g.role],
			g.ground == ROLE_TEXT || g.ground == g.role ? "" : colors->behind[g.ground]);
	fprintf(p->out, "%s%s", g.text, page_off(p));
}

void page_stack(struct page *p, unsigned int width, const struct picture *picture,
		const float *size)
{
	for (unsigned int i = 0; i < width; i++)
		put_glyph(p, picture, size, i, width, PICTURE_RIGHT);
}

void page_column(struct page *p, const struct picture *picture, const float *size)
{
	put_glyph(p, picture, size, 0, 1, PICTURE_UP);
}

void page_bar(struct page *p, unsigned int width, enum role r, double share)
{
	const struct picture_part part = { r, '#' };
	const struct picture picture = { .part = &part, .nr = 1, .whole = 1 };
	float size = share > 0 ? (float)share : 0;

	fputc(' ', p->out);
	page_stack(p, width, &picture, &size);
}

enum role page_role(enum column c, const struct metrics *m, const struct metrics *sum,
		    const char *text)
{
	double v;

	if (*text == '~' || !strcmp(text, "-"))
		return ROLE_DIM;
	if (!column_is_average(c) || column_is_part(c) || c == COLUMN_NOT_TAKEN ||
	    strcmp(column_unit(c), "%") || !column_value(c, m, sum, &v))
		return ROLE_TEXT;
	return v >= RATIO_BAD ? ROLE_BAD : v >= RATIO_WARM ? ROLE_WARM : ROLE_TEXT;
}
