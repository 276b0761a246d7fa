// SPDX-License-Identifier: GPL-2.0-only
/* The sections of a report's page. */
#include <errno.h>
#include <string.h>

#include "report/html/html_impl.h"

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

static const struct html_section sections[] = {
	{ "findings", "Findings", "Findings", has_findings, html_findings, 64 << 10 },
	{ "worlds", "Worlds", "Operations by world", has_samples, html_worlds, 64 << 10 },
	{ "vms", "VMs", "Where each vCPU's time went", html_has_exits, html_vms, 256 << 10 },
	{ "exits", "Exits", "Exits by reason", html_has_exits, html_exits, 512 << 10 },
	{ "time", "Time", "Who ran when", has_findings, html_time, 896 << 10 },
	{ "latency", "Latency", "Latency by data source", has_samples, html_heat, 128 << 10 },
	{ "hot", "Functions", "Hot functions", has_samples, html_hot, 1408 << 10 },
	{ "flame", "Flame graph", "Call stacks by CPU cycles", has_samples, html_flame, 768 << 10 },
	{ "sharing", "Sharing", "Cache lines that threads share", has_sharing, html_sharing,
	  256 << 10 },
	{ "quality", "Quality", "What was recorded, and what was lost", NULL, html_quality,
	  128 << 10 },
	{ "how", "Reproduce", "How to make this page", NULL, html_how, 16 << 10 },
};

#define NR	(sizeof(sections) / sizeof(sections[0]))

/* The file name of a path; the section Quality has the full path. */
static const char *file_name(const struct input_info *info)
{
	const char *slash = info->path ? strrchr(info->path, '/') : NULL;

	if (!info->path)
		return "(unnamed)";
	if (!strcmp(info->path, "-"))
		return "standard input";
	return slash && slash[1] ? slash + 1 : info->path;
}

int html_report_write(FILE *out, const struct html_report *r, const struct report_options *opt)
{
	struct kvm_sum sum = { .nr = 0 };
	struct html h = {
		.out = out, .title = r->title, .name = file_name(r->d->info), .r = r, .d = r->d,
		.opt = opt, .page = { .out = out, .d = r->d, .opt = opt },
	};
	int err = r->kvm ? kvm_sum_make(&sum, r->kvm) : 0;

	h.kvm = r->kvm ? &sum : NULL;
	err = err ?: html_page(&h, html_summary, sections, NR);
	kvm_sum_clear(&sum);
	return err;
}
