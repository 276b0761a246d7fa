// SPDX-License-Identifier: GPL-2.0-only
#include "tui/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"

void lines_clear(struct lines *l)
{
	for (size_t i = 0; i < l->nr; i++) {
		free(l->line[i].text);
		free(l->line[i].paint);
		free(l->line[i].filter);
		free(l->line[i].crumb);
		free(l->line[i].lead_filter);
		free(l->line[i].lead_crumb);
		free(l->line[i].function);
		free(l->line[i].path);
	}
	for (unsigned int i = 0; i < LINES_HEADS; i++)
		free(l->head[i]);
	for (size_t i = 0; i < l->nr_lanes; i++)
		free(l->lane[i]);
	free(l->lane);
	free(l->line);
	*l = (struct lines){ 0 };
}

static struct text_line *add(struct lines *l, enum role role, char *text)
{
	struct text_line *more;

	if (text && l->nr == l->room) {
		more = realloc(l->line, (l->room * 2 + 64) * sizeof(*more));
		if (more) {
			l->line = more;
			l->room = l->room * 2 + 64;
		}
	}
	if (!text || l->nr == l->room) {
		free(text);
		l->failed = true;
		return NULL;
	}
	l->line[l->nr] = (struct text_line){ .text = text, .role = role, .bar = -1 };
	return &l->line[l->nr++];
}

struct text_line *lines_add(struct lines *l, enum role role, const char *text)
{
	return add(l, role, strdup(text));
}

void lines_title(struct lines *l, const char *title)
{
	if (l->nr)
		lines_add(l, ROLE_TEXT, "");
	lines_add(l, ROLE_TITLE, title);
}

void lines_add_text(struct lines *l, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		add(l, len && *text != ' ' ? ROLE_TITLE : ROLE_TEXT, strndup(text, len));
		text += len;
		text += *text == '\n';
	}
}

void lines_add_wrapped(struct lines *l, const char *text, unsigned int width)
{
	while (*text) {
		size_t used = 0, space = 0, columns = 0;

		while (text[used] && columns < width) {
			char glyph[GLYPH_TEXT_LEN] = "";
			struct glyph g = glyph_at(text + used);

			memcpy(glyph, text + used, g.used);
			columns += cell_width(glyph, width);
			used += g.used;
			if (text[used] == ' ')
				space = used;
		}
		if (text[used] && space)
			used = space;
		add(l, ROLE_TEXT, strndup(text, used));
		text += used;
		text += *text == ' ';
	}
}

void lines_bar(struct text_line *line, double share, enum role role)
{
	if (!line)
		return;
	line->bar = share;
	line->bar_role = role;
}

struct lane *lines_lane(struct lines *l, const struct picture *p, unsigned int at,
			unsigned int columns, unsigned int height)
{
	struct lane *lane = calloc(1, sizeof(*lane) + (size_t)columns * p->nr * sizeof(lane->size[0]));
	struct lane **to = lane ? array_add(l->lane, l->nr_lanes) : NULL;

	if (!to) {
		free(lane);
		l->failed = true;
		return NULL;
	}
	*to = lane;
	lane->picture = *p;
	lane->picture.whole *= height * 8.0 / (height * 8.0 - 1);
	lane->at = at;
	lane->columns = columns;
	lane->height = height;
	return lane;
}

struct text_line *lines_add_lane(struct lines *l, const struct lane *lane, const char *text)
{
	struct text_line *line = NULL;

	for (unsigned int row = lane ? lane->height : 0; row--;) {
		line = lines_add(l, ROLE_TEXT, row ? "" : text);
		if (!line)
			return NULL;
		line->lane[0] = lane;
		line->lane_row = row;
		line->still = row;
	}
	return line;
}

void lines_put_lane(struct text_line *line, const struct lane *lane)
{
	for (unsigned int i = 0; line && i < LINE_LANES; i++) {
		if (line->lane[i])
			continue;
		line->lane[i] = lane;
		return;
	}
}

void lines_stack(struct lines *l, struct text_line *line, const struct picture *p,
		 const float *size)
{
	struct lane *lane = line ? lines_lane(l, p, 0, 1, 1) : NULL;

	if (!lane)
		return;
	lane->picture.whole = p->whole;
	memcpy(lane->size, size, p->nr * sizeof(*size));
	line->stack = lane;
}

static void copy(struct lines *l, char **to, const char *text)
{
	*to = strdup(text);
	l->failed |= !*to;
}

void lines_zoom(struct lines *l, struct text_line *line, const char *filter, const char *crumb)
{
	if (!line)
		return;
	copy(l, &line->filter, filter);
	copy(l, &line->crumb, crumb);
}

void lines_lead(struct lines *l, struct text_line *line, const char *filter, const char *crumb)
{
	if (!line)
		return;
	copy(l, &line->lead_filter, filter);
	copy(l, &line->lead_crumb, crumb);
}

void lines_function(struct lines *l, struct text_line *line, const char *symbol)
{
	if (line)
		copy(l, &line->function, symbol);
}

void lines_source(struct lines *l, struct text_line *line, const char *path, unsigned int nr)
{
	if (!line)
		return;
	copy(l, &line->path, path);
	line->path_line = nr;
}

void lines_head(struct lines *l, unsigned int n, const char *text)
{
	free(l->head[n]);
	copy(l, &l->head[n], text);
}

unsigned int lines_heads(const struct lines *l)
{
	return l->head[0] && l->head[1] ? LINES_HEADS : 0;
}

/* The text without its first `left` characters. */
static const char *from_column(const char *text, unsigned int left)
{
	for (; left && *text; left--)
		text += glyph_at(text).used;
	return text;
}

/* The part left of column `left` is invisible. */
static void draw_lane(const struct lane *lane, unsigned int row, struct canvas *c, unsigned int y,
		      unsigned int left)
{
	for (unsigned int i = 0; i < lane->columns; i++)
		if (lane->at + i >= left)
			picture_cell(c, y, 1 + lane->at + i - left, &lane->picture,
				     &lane->size[(size_t)i * lane->picture.nr], row, lane->height);
}

/* Draw bars, lanes and paint on or after the text, which takes `used` columns. */
static void draw_pictures(const struct text_line *line, struct canvas *c, unsigned int y,
			  unsigned int used, unsigned int left)
{
	unsigned int width = canvas_width(c), room = width > used + 3 ? width - used - 3 : 0;

	for (unsigned int k = 0; line->paint && k < line->nr_paint; k++)
		if (line->paint_at + k >= left)
			canvas_paint(c, y, 1 + line->paint_at + k - left, 1, line->paint[k]);
	if (line->bar_width && line->bar_at >= left)
		canvas_bar(c, y, 1 + line->bar_at - left, line->bar_width, line->bar_role, line->bar);
	else if (line->bar >= 0 && !line->bar_width && room > 4)
		canvas_bar(c, y, used + 2, room - 1, line->bar_role, line->bar);
	if (line->stack && room > 4)
		picture_bar(c, y, used + 2, room - 1, &line->stack->picture, line->stack->size);
	for (unsigned int k = 0; k < LINE_LANES && line->lane[k]; k++)
		draw_lane(line->lane[k], line->lane_row, c, y, left);
}

/* Highlight the cursor's line, except for a bar inside the text, whose colour is significant. */
static void draw_cursor(const struct text_line *line, struct canvas *c, unsigned int y,
			unsigned int used, unsigned int left)
{
	unsigned int bar = line->bar_width && line->bar_at >= left ? 1 + line->bar_at - left : used + 1;
	unsigned int behind = bar + line->bar_width;

	canvas_put(c, y, 0, 1, ROLE_SELECTED, ">");
	canvas_paint(c, y, 0, bar, ROLE_SELECTED);
	if (behind < used + 1)
		canvas_paint(c, y, behind, used + 1 - behind, ROLE_SELECTED);
}

void lines_draw(const struct lines *l, struct canvas *c, unsigned int y, unsigned int height,
		size_t top, size_t cursor, unsigned int left, const struct search *search)
{
	unsigned int width = canvas_width(c), heads = lines_heads(l), used;

	for (unsigned int i = 0; i < heads && i < height; i++, y++) {
		canvas_fill(c, y, 0, width, ROLE_HEADER);
		canvas_put(c, y, 1, width - 1, ROLE_HEADER, from_column(l->head[i], left));
	}
	height -= heads < height ? heads : height;
	for (unsigned int i = 0; i < height && top + i < l->nr; i++, y++) {
		const struct text_line *line = &l->line[top + i];

		if (line->role == ROLE_HEADER)
			canvas_fill(c, y, 0, width, ROLE_HEADER);
		used = canvas_put(c, y, 1, width - 1, line->role, from_column(line->text, left));
		draw_pictures(line, c, y, used, left);
		if (search_matches(search, line->text))
			canvas_paint(c, y, 1, used, ROLE_MATCH);
		if (top + i == cursor)
			draw_cursor(line, c, y, used, left);
	}
}
