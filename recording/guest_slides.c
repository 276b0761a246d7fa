// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "recording/guest_recording.h"
#include "symbolizer/files/elf.h"

/* Maximum number of different instructions per VM, and bytes of all streams to examine. */
#define SAMPLES_MAX	4096
#define BYTES_MAX	(64ull << 20)

/* Sampled instructions in one VM's kernel: a set, as a hash table with open addressing. */
struct vm_samples {
	bool wanted;
	size_t nr;
	struct slide_sample *set;	/* 2 * SAMPLES_MAX; .pc 0: free */
};

struct gathering {
	const struct pipeline *p;
	struct vm_samples *vms;
	size_t nr_vms, open;		/* open: VMs that may get more */
	struct timeline_cursor cursor;
};

static int add_sample(struct gathering *g, struct vm_samples *v, uint64_t pc, bool branch)
{
	size_t i = (pc / 4 * 0x9e3779b97f4a7c15ull >> 32) % (2 * SAMPLES_MAX);

	if (!v->set)
		v->set = calloc(2 * SAMPLES_MAX, sizeof(*v->set));
	if (!v->set)
		return -ENOMEM;
	while (v->set[i].pc && (v->set[i].pc != pc || v->set[i].branch != branch))
		i = (i + 1) % (2 * SAMPLES_MAX);
	if (v->set[i].pc)
		return 0;
	v->set[i] = (struct slide_sample){ pc, branch };
	if (++v->nr == SAMPLES_MAX)
		g->open--;
	return g->open ? 0 : -ECANCELED;
}

/* SPE's operation classes: 1 load, store or atomic; 2 branch. */
static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	const uint32_t want = SPE_HAS_PC | SPE_HAS_OP;
	struct gathering *g = arg;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		const struct spe_record *rec = &recs[i];
		const struct owner *o;

		if ((rec->has & want) != want || rec->pc_el != 1 || !rec->pc ||
		    (rec->op_class != 1 && rec->op_class != 2))
			continue;
		o = timeline_attribute(g->p->timeline, &g->cursor, rec);
		if (o->world != WORLD_GUEST_KERNEL || o->vm < 0 || (size_t)o->vm >= g->nr_vms ||
		    !g->vms[o->vm].wanted || g->vms[o->vm].nr == SAMPLES_MAX)
			continue;
		err = add_sample(g, &g->vms[o->vm], rec->pc, rec->op_class == 2);
	}
	return err;
}

/* Take records from every stream, so that each VM gets some. */
static int gather(struct gathering *g)
{
	struct sink sink = { .records = take_records, .arg = g, .detail = SPE_BRIEF };
	struct spe_stats stats;
	int err = 0;

	sink.limit = BYTES_MAX / (g->p->nr_streams + 1) + 1;
	for (size_t i = 0; i < g->p->nr_streams && !err && g->open; i++) {
		const struct stream *s = &g->p->streams[i];

		timeline_cursor_init(&g->cursor, g->p->timeline, s->cpu, s->tid);
		err = pipeline_decode(g->p, s, &sink, &stats);
	}
	return err == -ECANCELED ? 0 : err;
}

static bool word_at(const void *arg, uint64_t addr, uint32_t *out)
{
	uint8_t b[4];

	if (elf_file_code(arg, addr, b, sizeof(b)) != sizeof(b))
		return false;
	*out = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
	return true;
}

/* The evidence of the samples for one file. */
static int ask_samples(const struct vm_samples *v, const struct elf_file *elf, struct slide *out)
{
	struct slide_code code = { .word = word_at, .arg = elf };
	struct slide_sample *list = malloc((v->nr + 1) * sizeof(*list));
	size_t nr = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; v->set && i < 2 * SAMPLES_MAX; i++)
		if (v->set[i].pc)
			list[nr++] = v->set[i];
	*out = (struct slide){ .state = SLIDE_UNKNOWN };
	if (elf_file_is_aarch64(elf) && elf_file_text(elf, &code.from, &code.to))
		slide_find(out, &code, list, &nr);
	free(list);
	return 0;
}

static int add(struct guest_slides *g, int32_t vm, const struct guest_symbols *f,
	       const struct slide *slide)
{
	struct guest_slide *new = array_add(g->list, g->nr);

	if (!new)
		return -ENOMEM;
	*new = (struct guest_slide){ .vm = vm, .path = f->path, .slide = *slide };
	return 0;
}

/* Settle all ELF files of a VM; samples NULL: only find out whether samples are needed. */
static int settle_vm(struct guest_slides *g, struct symbolizer *s, int32_t vm,
		     struct vm_samples *samples, bool *needed)
{
	struct guest_symbols f;
	size_t i = 0;
	int err = 0;

	while (!err && symbolizer_guest_symbols(s, vm, &i, &f)) {
		struct slide slide = f.slide;

		if (!f.elf || (slide.state == SLIDE_UNKNOWN &&
			       !symbolizer_kallsyms_slide(s, vm, f.elf, &slide) && !samples)) {
			*needed |= f.elf != NULL;
			continue;
		}
		if (!samples)
			continue;
		if (slide.state == SLIDE_UNKNOWN)
			err = ask_samples(samples, f.elf, &slide);
		if (!err && f.slide.state == SLIDE_UNKNOWN)
			err = symbolizer_set_slide(s, vm, f.elf, &slide);
		err = err ?: add(g, vm, &f, &slide);
	}
	return err;
}

/* Report a file that fits none of its VMs. */
static int refuse(const struct guest_slides *g, char *err, size_t errlen)
{
	for (size_t i = 0; i < g->nr; i++) {
		const struct guest_slide *r = &g->list[i];
		bool used = false;

		for (size_t k = 0; k < g->nr; k++)
			used |= !strcmp(g->list[k].path, r->path) &&
				g->list[k].slide.state != SLIDE_REFUTED;
		if (used)
			continue;
		snprintf(err, errlen, "guest symbols %s: not the code that ran in vm %d: of %zu "
			 "distinct branches, loads and stores sampled there only %zu match its "
			 "instructions; give the file of the guest's own build, or FILE@SLIDE to "
			 "use it anyway", r->path, r->vm, r->slide.seen,
			 r->slide.fit);
		return -EBADMSG;
	}
	return 0;
}

static int settle(struct guest_slides *g, struct gathering *from, struct symbolizer *s)
{
	bool needed;
	int err = 0;

	for (size_t i = 0; i < from->nr_vms && !err; i++) {
		needed = false;
		err = settle_vm(g, s, (int32_t)i, NULL, &needed);
		from->vms[i].wanted = needed;
		from->open += needed;
	}
	if (!err && from->open)
		err = gather(from);
	for (size_t i = 0; i < from->nr_vms && !err; i++)
		err = settle_vm(g, s, (int32_t)i, &from->vms[i], &needed);
	return err;
}

int guest_slides_find(struct guest_slides *g, const struct pipeline *p, struct symbolizer *s,
		      char *err, size_t errlen)
{
	const struct timeline_vm *vms;
	struct gathering from = { .p = p, .nr_vms = timeline_vms(p->timeline, &vms) };
	int ret;

	from.vms = calloc(from.nr_vms + 1, sizeof(*from.vms));
	if (!from.vms)
		return -ENOMEM;
	ret = settle(g, &from, s);
	for (size_t i = 0; i < from.nr_vms; i++)
		free(from.vms[i].set);
	free(from.vms);
	return ret ?: refuse(g, err, errlen);
}

void guest_slides_free(struct guest_slides *g)
{
	free(g->list);
	*g = (struct guest_slides){ 0 };
}
