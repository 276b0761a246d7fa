// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/record/remote/remote_impl.h"
#include "collector/clock.h"
#include "report/escape.h"
#include "report/report.h"

#define EVERY_MS	500	/* between drawings */
#define TEXT_SIZE	(4 * sizeof(((struct remote_line *)NULL)->text))

void remote_show_start(struct remote_show *s, const struct record_args *a)
{
	const char *term = getenv("TERM");

	*s = (struct remote_show){
		.quiet = a->quiet,
		.lines = !a->quiet && isatty(STDERR_FILENO) && term && strcmp(term, "dumb"),
	};
}

void remote_show_clear(struct remote_show *s)
{
	if (s->drawn)
		fprintf(stderr, "\r\033[%zuA\033[J", s->drawn);
	s->drawn = 0;
	s->next = 0;
}

void remote_show_words(struct remote *r, const struct remote_host *h, const char *line)
{
	char text[sizeof(h->words.text)], shown[TEXT_SIZE];

	/* the output of commands has tabs, which are no danger */
	snprintf(text, sizeof(text), "%s", line);
	for (char *tab = text; (tab = strchr(tab, '\t')); )
		*tab = ' ';
	report_escape(shown, sizeof(shown), text);
	remote_show_clear(&r->show);
	fprintf(stderr, "%s: %s\n", h->name, shown);
}

void remote_show_end(struct remote *r, const struct remote_host *h)
{
	char text[8192], shown[1024];
	bool bad = h->state == REMOTE_FAILED;
	size_t len = 0;

	for (unsigned int i = 0; i < h->nr_files; i++) {
		const struct remote_file *f = &h->files[i];

		report_escape(shown, sizeof(shown), f->path);
		bad |= f->whole && f->status;
		if (f->whole)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%.2f MiB in %s",
						len ? ", " : "", (double)f->size / 1048576.0, shown);
		if (f->whole && f->status)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "; exit status %d",
						f->status);
	}
	if (h->state == REMOTE_FAILED) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", len ? "; " : "");
		report_escape(text + len, sizeof(text) - len, h->why);
	}
	remote_show_clear(&r->show);
	if (!r->show.quiet || bad)
		cmd_error(r->command, h->name, text);
}

/* What a host is doing: "sending, 40 %" */
static void state_text(const struct remote_host *h, uint64_t now, char *out, size_t len)
{
	const struct remote_file *f = &h->files[h->at < REMOTE_FILES ? h->at : 0];
	uint64_t s = (now - h->since) / 1000;

	*out = '\0';
	switch (h->state) {
	case REMOTE_CONNECTING:
		snprintf(out, len, "connecting, %" PRIu64 " s", s);
		break;
	case REMOTE_SENDING:
		snprintf(out, len, "sending the program, %3.0f %%",
			 100.0 * (double)h->sent / (double)h->program->size);
		break;
	case REMOTE_RECORDING:
		snprintf(out, len, "%s, %" PRIu64 " s", h->stopped ? "stopping" : "recording", s);
		break;
	case REMOTE_PACKING:
		snprintf(out, len, "packing symbol files, %" PRIu64 " s", s);
		break;
	case REMOTE_RECEIVING:
		snprintf(out, len, "receiving the %s, %3.0f %% of %.1f MiB", f->what,
			 100.0 * (double)f->got / (double)f->size, (double)f->size / 1048576.0);
		break;
	case REMOTE_DONE:
	case REMOTE_FAILED:
		snprintf(out, len, "disconnecting");
		break;
	}
}

void remote_show_draw(struct remote *r)
{
	uint64_t now = clock_now_ms();
	struct winsize w = { 0 };
	size_t rows, more = 0;
	char text[96], state[64];

	if (!r->show.lines || now < r->show.next)
		return;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) || w.ws_row < 4 || w.ws_col < 20)
		return;
	remote_show_clear(&r->show);
	rows = w.ws_row - 2u;
	for (size_t i = 0; i < r->nr_hosts; i++) {
		const struct remote_host *h = &r->hosts[i];

		if (remote_host_ended(h))
			continue;
		if (r->show.drawn >= rows) {
			more++;
			continue;
		}
		state_text(h, now, state, sizeof(state));
		snprintf(text, sizeof(text), "  %-16s %s", h->name, state);
		cell_write(stderr, text, w.ws_col - 1u, false, false);
		fputc('\n', stderr);
		r->show.drawn++;
	}
	if (more) {
		fprintf(stderr, "  and %zu more\n", more);
		r->show.drawn++;
	}
	fflush(stderr);
	r->show.next = now + EVERY_MS;
}
