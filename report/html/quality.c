// SPDX-License-Identifier: GPL-2.0-only
/* What was recorded, what was lost and what is missing, and the command that makes the page. */
#include <stdlib.h>

#include "report/html/html_impl.h"
#include "report/losses.h"

#define CPUS_SHOWN	64

static void put_loss(struct html *h, const char *who, const struct loss *l)
{
	html_put(h, "<tr><td>%s</td>", who);
	html_count(h, "records", l->records);
	html_count(h, "truncated_regions", l->truncated);
	html_count(h, "partial_regions", l->partial);
	html_count(h, "collided_regions", l->collided);
	html_count(h, "missing_bytes", l->missing_bytes);
	html_count(h, "lost_events", l->events);
	html_count(h, "lost_samples", l->samples);
	html_count(h, "throttled", l->throttled);
	html_count(h, "torn_records", l->torn);
	html_count(h, "skipped_bytes", l->skipped);
	html_put(h, "</tr>\n");
}

/* The CPUs with losses; the last line has the sum. */
static void put_losses(struct html *h)
{
	static const struct html_column heads[] = {
		HTML_TEXT("CPU", NULL), HTML_NUMBER("Records", NULL),
		HTML_NUMBER("Truncated", "AUX regions"),
		HTML_NUMBER("Gaps", "AUX regions"), HTML_NUMBER("Collisions", "AUX regions"),
		HTML_NUMBER("Missing", "AUX bytes that are not in the file"),
		HTML_NUMBER("Events", "lost sideband records"),
		HTML_NUMBER("Samples", "PERF_RECORD_LOST_SAMPLES"),
		HTML_NUMBER("Throttled", "times"), HTML_NUMBER("Torn", "records"),
		HTML_NUMBER("Skipped", "bytes outside of records"),
	};
	struct loss all, *losses;
	size_t nr, shown = 0, left = 0;
	char who[32];

	losses = losses_collect(h->d, &nr, &all);
	html_table_open(h, "losses", heads, sizeof(heads) / sizeof(heads[0]), false);
	html_put(h, "<tbody>\n");
	for (size_t i = 0; losses && i < nr; i++) {
		if (!loss_any(&losses[i]))
			continue;
		snprintf(who, sizeof(who), losses[i].cpu < 0 ? "none" : "%d", losses[i].cpu);
		if (shown++ < CPUS_SHOWN)
			put_loss(h, who, &losses[i]);
		else
			left++;
	}
	free(losses);
	put_loss(h, "all", &all);
	html_put(h, "</tbody>");
	html_table_close(h);
	html_left_out(h, left, "CPU with losses", "CPUs with losses");
}

static void say_recording(struct page *p)
{
	text_recording_details(p);
	text_losses(p);
	text_clocks(p);
}

void html_quality(struct html *h)
{
	html_said(h, say_recording, true);
	put_losses(h);
	html_said(h, text_way, true);
	html_said(h, text_missing, false);
	html_said(h, text_errata, false);
	html_put(h, "<dl class=\"said\"><dt>~</dt><dd>based on fewer than %d samples (a p99: "
		 "fewer than %d): an order of magnitude</dd><dt>&gt;=</dt><dd>latency counters "
		 "saturated: at least this much</dd></dl>\n", COLUMN_LEAST, COLUMN_LEAST_P99);
}

void html_how(struct html *h)
{
	html_command(h, h->r->command);
	if (h->d->info->cmdline) {
		html_about(h, "The recording was made with");
		html_put(h, "<pre class=\"copy\">");
		html_text(h, h->d->info->cmdline, HTML_SENTENCE);
		html_put(h, "</pre>\n");
	}
	html_about(h, "For the terminal UI, run `spelunk tui` with the same options.");
}
