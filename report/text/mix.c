// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "report/text/text.h"

#define SOURCES_SHOWN	16
#define LABEL		24
#define UNNAMED		": codes as recorded, see `spelunk help cpus`"
/* Narrower terminals have narrower columns: of sources, of operations. */
#define SOURCES_FULL	101
#define SOURCES_LABEL	13
#define OPS_FULL	91
#define OPS_LABEL	17

static const enum world order[] = {
	WORLD_HOST_USER, WORLD_HOST_KERNEL, WORLD_SWITCH,
	WORLD_GUEST_USER, WORLD_GUEST_KERNEL, WORLD_UNKNOWN,
};
#define NR_ORDER (sizeof(order) / sizeof(order[0]))

/* Headings over the worlds that have samples. */
static void say_heads(struct page *p, int first, const char *label, const uint64_t whole[NR_WORLDS],
		      int width, const char *sub)
{
	page_put(p, ROLE_DIM, "  %-*s", first, *sub ? "" : label);
	for (size_t i = 0; i < NR_ORDER; i++) {
		const char *name = world_name(order[i]);
		int room = (int)strlen(name) > width ? width - 1 : width;

		if (whole[order[i]])
			page_put(p, world_role(order[i]), " %*.*s%s", room, room, name,
				 room < width ? "." : "");
	}
	fputc('\n', p->out);
	if (!*sub)
		return;
	page_put(p, ROLE_DIM, "  %-*s", first, label);
	for (size_t i = 0; i < NR_ORDER; i++)
		if (whole[order[i]])
			page_put(p, ROLE_DIM, " %*s", width, sub);
	fputc('\n', p->out);
}

/*
 * Data sources
 */

void text_source(char out[SOURCE_LEN], uint64_t midr, unsigned int code)
{
	const char *name = spe_source_name(midr, (uint16_t)code);

	if (code == SUMMARY_SOURCES - 1)
		snprintf(out, SOURCE_LEN, "0x%x and above", code);
	else if (name)
		snprintf(out, SOURCE_LEN, "%s", name);
	else
		snprintf(out, SOURCE_LEN, "code 0x%x", code);
}

const char *text_source_mean(char out[NUMBER_LEN + 1], uint64_t sum, uint64_t n)
{
	if (!n)
		return "-";
	out[0] = '~';
	number_fixed(out + 1, (double)sum / (double)n, 0);
	return n < ROUGH_BELOW ? out : out + 1;
}

static void say_source(struct page *p, const struct summary_model *m, unsigned int code,
		       const uint64_t whole[NR_WORLDS])
{
	char label[SOURCE_LEN], mean[NUMBER_LEN + 1];

	bool narrow = page_is_narrow(p, SOURCES_FULL);

	text_source(label, m->midr, code);
	fputs("  ", p->out);
	cell_write(p->out, label, narrow ? SOURCES_LABEL : LABEL, true, false);
	for (size_t i = 0; i < NR_ORDER; i++) {
		enum world w = order[i];
		uint64_t n = m->samples[w][code];

		if (!whole[w])
			continue;
		page_put_share(p, narrow ? 6 : 7, n, whole[w]);
		page_put(p, n < ROUGH_BELOW ? ROLE_DIM : ROLE_TEXT, " %*s", narrow ? 5 : 6,
			 text_source_mean(mean, m->total_sum[w][code], n));
	}
	fputc('\n', p->out);
}

static void say_model(struct page *p, const struct summary_model *m)
{
	uint64_t whole[NR_WORLDS] = { 0 }, shown[SUMMARY_SOURCES] = { 0 };
	const char *cpu = spe_cpu_name(m->midr);
	struct words note = { .len = 0 };
	bool any = false;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int c = 0; c < SUMMARY_SOURCES; c++) {
			whole[w] += m->samples[w][c];
			shown[c] += m->samples[w][c];
			any |= m->samples[w][c] > 0;
		}
	if (!any)
		return;
	words_add(&note, "(%s%s; share of the samples with a source; mean total latency in "
		  "cycles)", cpu ? cpu : "codes as recorded: CPU model unknown",
		  cpu && !spe_sources_basis(m->midr) ? UNNAMED : "");
	page_title(p, "Data sources", note.s);
	if (page_is_narrow(p, SOURCES_FULL))
		say_heads(p, SOURCES_LABEL, "source", whole, 12, "share  mean");
	else
		say_heads(p, LABEL, "source", whole, 14, "share   mean");
	for (unsigned int n = 0; n < SOURCES_SHOWN; n++) {
		unsigned int best = 0;

		for (unsigned int c = 1; c < SUMMARY_SOURCES; c++)
			if (shown[c] > shown[best])
				best = c;
		if (!shown[best])
			break;
		shown[best] = 0;
		say_source(p, m, best, whole);
	}
}

void text_sources(struct page *p)
{
	const struct summary *s = p->d->summary;

	for (size_t i = 0; i < s->nr_models; i++)
		say_model(p, &s->models[i]);
}

/*
 * Operations
 */

struct mix {
	uint64_t kind[SPE_KIND_BRANCH + 1][NR_WORLDS];
	uint64_t op[SPE_KIND_BRANCH + 1][NR_SPE_OPS][NR_WORLDS];
	uint64_t whole[NR_WORLDS];
};

static void count_ops(struct mix *mix, const struct summary *s)
{
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int class = 0; class < 4; class++)
			for (unsigned int payload = 0; payload < 256; payload++) {
				uint64_t n = s->ops[w][class][payload];
				struct spe_record rec = {
					.has = SPE_HAS_OP, .op_class = (uint8_t)class,
					.op = (uint8_t)payload,
				};

				if (!n)
					continue;
				mix->whole[w] += n;
				mix->kind[spe_kind(&rec)][w] += n;
				mix->op[spe_kind(&rec)][spe_op(rec.op_class, rec.op)][w] +=
					n;
			}
}

static void say_mix(struct page *p, const char *label, const uint64_t n[NR_WORLDS],
		    const uint64_t whole[NR_WORLDS])
{
	bool narrow = page_is_narrow(p, OPS_FULL);

	fprintf(p->out, "  %-*s", narrow ? OPS_LABEL : LABEL, label);
	for (size_t i = 0; i < NR_ORDER; i++)
		if (whole[order[i]])
			page_put_share(p, narrow ? 11 : 12, n[order[i]], whole[order[i]]);
	fputc('\n', p->out);
}

/* Is it at least 1 % in some world? */
static bool matters(const uint64_t n[NR_WORLDS], const uint64_t whole[NR_WORLDS])
{
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		if (n[w] && n[w] >= whole[w] / 100)
			return true;
	return false;
}

static bool any(const uint64_t n[NR_WORLDS])
{
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		if (n[w])
			return true;
	return false;
}

static void say_kind(struct page *p, const struct mix *mix, enum spe_kind k)
{
	static const char *const names[] = {
		[SPE_KIND_NONE] = "no known class", [SPE_KIND_OTHER] = "others",
		[SPE_KIND_LOAD] = "loads", [SPE_KIND_STORE] = "stores",
		[SPE_KIND_BRANCH] = "branches",
	};
	char label[64];

	if (!any(mix->kind[k]))
		return;
	say_mix(p, names[k], mix->kind[k], mix->whole);
	for (unsigned int op = 0; op < NR_SPE_OPS; op++) {
		/* A class with a single subclass is already described by the class. */
		if (!matters(mix->op[k][op], mix->whole) ||
		    !memcmp(mix->op[k][op], mix->kind[k], sizeof(mix->kind[k])))
			continue;
		snprintf(label, sizeof(label), "  %s", spe_op_name(op));
		say_mix(p, label, mix->op[k][op], mix->whole);
	}
}

void text_ops(struct page *p)
{
	static const enum spe_kind kinds[] = {
		SPE_KIND_LOAD,  SPE_KIND_STORE, SPE_KIND_BRANCH,
		SPE_KIND_OTHER, SPE_KIND_NONE,
	};
	struct mix *mix = calloc(1, sizeof(*mix));

	if (!mix)
		return;
	count_ops(mix, p->d->summary);
	if (any(mix->whole)) {
		page_title(p, "Operations",
			   "(share of the samples with a type; subclasses of 1 % or more)");
		if (page_is_narrow(p, OPS_FULL))
			say_heads(p, OPS_LABEL, "class", mix->whole, 11, "");
		else
			say_heads(p, LABEL, "class", mix->whole, 12, "");
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			say_kind(p, mix, kinds[i]);
	}
	free(mix);
}
