/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_FIXTURE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/names.h"
#include "report/report.h"

/*
 * A small recording whose report can be computed by hand.  Functions of this file replace the
 * timeline and the input.
 */

static enum host_mode fake_mode = HOST_VHE;
static const struct timeline_vm *fake_vms;
static size_t nr_fake_vms;
static const struct timeline_vcpu *fake_vcpus;
static size_t nr_fake_vcpus;

const char *world_name(enum world w)
{
	static const char *const names[] = {
		"unknown", "host-user", "host-kernel", "switch", "guest-user", "guest-kernel"
	};
	return names[w];
}

const char *basis_name(enum basis b)
{
	static const char *const names[] = {
		"none", "el", "context", "interval", "contradiction"
	};
	return names[b];
}

const char *host_mode_name(enum host_mode m)
{
	return m == HOST_VHE ? "VHE" : m == HOST_NVHE ? "nVHE" : "unknown";
}

enum host_mode timeline_mode(const struct timeline *t)
{
	return fake_mode;
}

uint64_t timeline_mode_against(const struct timeline *t)
{
	return 0;
}

size_t timeline_vms(const struct timeline *t, const struct timeline_vm **out)
{
	*out = fake_vms;
	return nr_fake_vms;
}

size_t timeline_vcpus(const struct timeline *t, const struct timeline_vcpu **out)
{
	*out = fake_vcpus;
	return nr_fake_vcpus;
}

#define MIDR_N1 0x413fd0c1

uint64_t input_midr(const struct input *s, int cpu)
{
	return cpu < 4 ? MIDR_N1 : 0;
}

uint64_t input_clock_ns(const struct input_clock *c, uint64_t ticks)
{
	return ticks * 40;	/* a timer of 25 MHz */
}

#define NR_FIXTURE_COSTLY	60

struct fixture {
	struct report_data d;
	struct report_options opt;
	struct input_info info;
	struct input_attr attr;
	struct input_pmu pmu;
	struct input_loss loss[2];
	struct input_clock clock;
	struct summary summary;
	struct summary_cpu cpu[2];
	struct summary_model model;
	struct rows worlds, guest, host;
	struct summary_vcpu vcpu_samples;
	struct row row[16];
	struct value value[64];
	size_t nr_row, nr_value;
	struct timeline_vm vm;
	struct timeline_vcpu vcpu[1];
	struct costly_sample costly[NR_FIXTURE_COSTLY];
};

static const enum field fixture_worlds[] = { FIELD_WORLD };
static const enum field fixture_guest[] = { FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT };
static const enum field fixture_host[] = { FIELD_SYMBOL, FIELD_OBJECT };

static inline struct value text_value(const char *text)
{
	return (struct value){ .text = text, .known = *text != '\0' };
}

static inline struct value number_value(const char *text)
{
	return (struct value){ .text = text, .known = true, .is_num = true,
			       .num = strtoull(text, NULL, 0) };
}

/* Every latency is 10 cycles, except for the slowest percent; half loads, half branches. */
static inline struct metrics fixture_metrics(uint64_t samples, uint64_t saturated)
{
	struct metrics m = {
		.samples = samples, .operations = samples * 4096,
		.total = { samples, samples * 12, saturated, saturated ? 4095 : 200, 10,
			   saturated > samples / 100 ? 4095 : 180, samples * 12 * 4096 },
		.issue = { samples, samples * 4, 0, 20, 3, 18, samples * 4 * 4096 },
		.xlat = { samples / 2, samples, 0, 60, 1, 40, samples * 4096 },
		.loads = samples / 2, .branches = samples - samples / 2,
		.with_events = samples,
	};

	m.events[SPE_EV_RETIRED] = samples;
	m.events[SPE_EV_L1D_ACCESS] = samples / 2;
	m.events[SPE_EV_L1D_MISS] = samples / 20;
	m.events[SPE_EV_TLB_ACCESS] = samples / 2;
	m.events[SPE_EV_TLB_WALK] = samples / 200;
	m.events[SPE_EV_MISPREDICTED] = samples / 50;
	return m;
}

static inline void fixture_add(struct fixture *x, struct rows *r, const enum field *keys,
			       size_t nr_keys, const struct value *v, struct metrics m)
{
	struct row *row = &x->row[x->nr_row++];

	if (!r->nr) {
		*r = (struct rows){
			.keys = keys, .nr_keys = nr_keys, .row = row, .order = COLUMN_COST,
		};
	}
	memcpy(&x->value[x->nr_value], v, nr_keys * sizeof(*v));
	row->keys = &x->value[x->nr_value];
	x->nr_value += nr_keys;
	row->m = m;
	r->nr++;
	r->sum.samples += m.samples;
	r->sum.operations += m.operations;
	r->sum.total.n += m.total.n;
	r->sum.total.sum += m.total.sum;
	r->sum.total.p50 = m.total.p50;
	r->sum.total.p99 = m.total.p99;
	r->sum.total.saturated += m.total.saturated;
	r->sum.total.cycles += m.total.cycles;
}

static inline struct tally fixture_tally(uint64_t samples, uint64_t cycles)
{
	cycles *= 4096;
	return (struct tally){ samples, samples * cycles, (unsigned __int128)samples * cycles * cycles };
}

/* Samples of loads that miss: two thirds in one function. */
static inline void fixture_costly(struct fixture *x)
{
	for (size_t i = 0; i < NR_FIXTURE_COSTLY; i++)
		x->costly[i] = (struct costly_sample){
			.symbol = i < 40 ? "work(int, char const*)" : "other", .object = "/usr/bin/wo,rk",
			.offset = i < 35 ? 0x1c40 : 0x1c48 + i, .midr = MIDR_N1, .stands_for = 4096,
			.name = i >= 40, .vm = -1, .total = 400, .world = WORLD_HOST_USER,
			.kind = KIND_LOAD_MISS, .source = 0xe, .has_source = true,
		};
	x->d.costly = x->costly;
	x->d.nr_costly = NR_FIXTURE_COSTLY;
	x->d.has_findings = true;
}

static inline void fixture_counts(struct fixture *x)
{
	struct summary *s = &x->summary;

	s->samples[WORLD_HOST_USER][BASIS_EL] = 4000;
	s->samples[WORLD_HOST_KERNEL][BASIS_EL] = 2990;
	s->samples[WORLD_SWITCH][BASIS_INTERVAL] = 1500;
	s->samples[WORLD_GUEST_KERNEL][BASIS_EL] = 1000;
	s->samples[WORLD_GUEST_KERNEL][BASIS_CONTEXT] = 500;
	s->samples[WORLD_UNKNOWN][BASIS_NONE] = 8;
	s->samples[WORLD_UNKNOWN][BASIS_CONTRADICTION] = 2;
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int b = 0; b < NR_BASES; b++)
			s->operations[w] += s->samples[w][b] * 4096;
	s->ops[WORLD_HOST_USER][1][0x00] = 1500;
	s->ops[WORLD_HOST_USER][1][0x04] = 500;
	s->ops[WORLD_HOST_USER][1][0x05] = 500;
	s->ops[WORLD_HOST_USER][2][0x01] = 1490;
	s->ops[WORLD_HOST_USER][0][0x00] = 10;
	s->ops[WORLD_GUEST_KERNEL][1][0x00] = 1500;
	/* loads that miss: a third of the samples' cycles, of 4096 operations each */
	s->kinds[KIND_LOAD_MISS] = fixture_tally(100, 400);
	s->kinds[KIND_LOAD_HIT] = fixture_tally(4900, 10);
	s->kinds[KIND_OTHER] = fixture_tally(5000, 6);
	x->model.behind[0xe] = fixture_tally(100, 400);
	x->model.midr = MIDR_N1;
	x->model.samples[WORLD_HOST_USER][0] = 1900;
	x->model.total_sum[WORLD_HOST_USER][0] = 19000;
	x->model.samples[WORLD_HOST_USER][0xe] = 100;
	x->model.total_sum[WORLD_HOST_USER][0xe] = 25000;
	x->model.samples[WORLD_GUEST_KERNEL][0x8] = 20;
	x->model.total_sum[WORLD_GUEST_KERNEL][0x8] = 500;
	x->model.samples[WORLD_GUEST_KERNEL][0x42] = 40;
	s->models = &x->model;
	s->nr_models = 1;
	s->cpus = x->cpu;
	s->nr_cpus = 2;
	s->count_size = 12;
	x->cpu[0] = (struct summary_cpu){ .cpu = 0, .tid = -1,
		.stats = { .fed = 300000, .records = 6000 },
		.first_ticks = 1000000, .last_ticks = 50000000 };
	x->cpu[1] = (struct summary_cpu){ .cpu = 1, .tid = -1,
		.stats = { .fed = 200000, .records = 4000, .torn = 1, .skipped = 40 },
		.first_ticks = 1000025, .last_ticks = 51000000 };
}

static inline void fixture_rows(struct fixture *x)
{
	for (unsigned int i = 1; i <= NR_WORLDS; i++) {
		unsigned int w = i % NR_WORLDS;
		struct value v = text_value(world_name(w));
		uint64_t n = 0;

		for (unsigned int b = 0; b < NR_BASES; b++)
			n += x->summary.samples[w][b];
		if (n)
			fixture_add(x, &x->worlds, fixture_worlds, 1, &v,
				    fixture_metrics(n, w == WORLD_SWITCH ? 30 : 0));
	}
	x->vcpu_samples.kernel = 1500;
	x->summary.vcpus = &x->vcpu_samples;
	x->summary.nr_vcpus = 1;
	fixture_add(x, &x->guest, fixture_guest, 3, (struct value[]){ number_value("0"),
		    text_value("do_idle"), text_value("[guest:vm0]") },
		    fixture_metrics(1480, 0));
	fixture_add(x, &x->guest, fixture_guest, 3, (struct value[]){ number_value("0"),
		    text_value(""), text_value("[guest:vm0]") }, fixture_metrics(20, 0));
	fixture_add(x, &x->host, fixture_host, 2, (struct value[]){
		    text_value("work(int, char const*)"), text_value("/usr/bin/wo,rk") },
		    fixture_metrics(3000, 50));
	fixture_add(x, &x->host, fixture_host, 2, (struct value[]){
		    text_value("evil\033[31m\"\xff\xe2\x80\xae"), text_value("/tmp/\ta b") },
		    fixture_metrics(900, 0));
	x->host.sum.samples = 4000;	/* a hundred are in rows that were left out */
}

static inline struct fixture *fixture_new(void)
{
	struct fixture *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	x->attr = (struct input_attr){ .name = "arm_spe_0//", .type = 11, .config = 1,
					.period = 4096, .is_spe = true };
	x->pmu = (struct input_pmu){ .type = 11, .name = "arm_spe_0", .period = 4096,
				      .min_interval = 1024, .count_size = 12 };
	x->loss[0] = (struct input_loss){ .cpu = 0, .aux_bytes = 300000 };
	x->loss[1] = (struct input_loss){ .cpu = 1, .aux_bytes = 200000, .truncated = 2,
					   .collided = 3, .missing_bytes = 4096 };
	x->info = (struct input_info){
		.path = "perf.data", .format = "perf.data", .hostname = "lab",
		.os_release = "6.12.0-arm64", .arch = "aarch64", .perf_version = "6.12",
		.nr_cpus = 4, .total_mem = 16384000, .file_size = 1234567,
		.attrs = &x->attr, .nr_attrs = 1, .pmus = &x->pmu, .nr_pmus = 1,
		.losses = x->loss, .nr_losses = 2,
	};
	x->vm = (struct timeline_vm){ .pid = 700, .name = "web", .nr_vcpus = 1,
				      .entries = 12345, .exits = 12344 };
	x->vcpu[0] = (struct timeline_vcpu){ .tid = 702, .comm = "CPU 0/KVM",
		.entries = 12345, .exits = 12344, .guest_time = 1750000000 };
	fake_vms = &x->vm;
	fake_vcpus = x->vcpu;
	nr_fake_vms = nr_fake_vcpus = 1;
	fake_mode = HOST_VHE;
	fixture_counts(x);
	fixture_rows(x);
	x->d = (struct report_data){
		.input = (const struct input *)x, .info = &x->info, .clock = &x->clock,
		.timeline = (const struct timeline *)x, .summary = &x->summary,
		.worlds = &x->worlds,
		.symbols = { [WORLD_GUEST_KERNEL] = &x->guest, [WORLD_HOST_USER] = &x->host },
	};
	fixture_costly(x);
	return x;
}

/*
 * The report as a string that the caller frees.  Inlined, gcc 12 takes the
 * string for the variable that open_memstream() was given.
 */
__attribute__((noinline, unused))
static char *fixture_report(struct fixture *x)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(report_write(f, &x->d, &x->opt), 0);
	fclose(f);
	return text;
}

#endif
