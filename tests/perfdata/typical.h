/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_PERFDATA_TYPICAL_H
#define TESTS_PERFDATA_TYPICAL_H

#include "tests/perfdata/build.h"
#include "tests/perfdata/expected.h"

/* A recording of two CPUs with SPE and guest entries, as perf 6.13 writes it. */

#define TYPICAL_SPE_TYPE 9

#define N1_MIDR 0x410fd0c0ULL

static inline void typical_attrs(struct build *b)
{
	struct build_attr *a;

	a = build_attr(b, TYPICAL_SPE_TYPE, 0x10007, "arm_spe_0/ts_enable=1/");
	a->period = 2048;
	build_attr_id(a, 50);
	build_attr_id(a, 51);
	a = build_attr(b, 2, KVM_ENTRY_CONFIG, "kvm:kvm_entry");
	a->sample_type = ST_RAW;
	build_attr_id(a, 52);
	a = build_attr(b, 2, KVM_EXIT_CONFIG, "kvm:kvm_exit");
	a->sample_type = ST_RAW;
	build_attr_id(a, 54);
	a = build_attr(b, 1, 9, "dummy:u");
	build_attr_id(a, 56);
}

/* Records that perf synthesizes at the start: all-zero trailers. */
static inline void typical_preamble(struct build *b)
{
	const struct at none = { 0 };
	struct bytes_buf index = { 0 };

	put64(&index, 2);
	for (uint64_t cpu = 0; cpu < 2; cpu++) {
		put64(&index, 50 + cpu);
		put64(&index, cpu);
		put64(&index, cpu);
		put64(&index, UINT64_MAX);
	}
	rec_user(&b->data, 69, 0, &index);
	free(index.p);
	rec_time_conv(b, 21, 33554432, 1000);
	rec_mmap(b, 1, UINT32_MAX, 0xffff800080000000, 0x1000000, 0xffff800080010000,
		 "[kernel.kallsyms]_text", none);
	rec_mmap(b, 1, UINT32_MAX, 0xffff80007a000000, 0x8000, 0,
		 "/lib/modules/6.12/kernel/kvm.ko", none);
	rec_comm(b, 0, 700, "vmm", none);
}

static inline void typical_events(struct build *b)
{
	const struct at t[] = {
		{ 56, 1000, 700, 700, 0 }, { 52, 1100, 700, 701, 0 },
		{ 54, 1200, 700, 701, 0 }, { 56, 1300, 700, 701, 0 },
		{ 50, 1400, 700, 701, 0 }, { 51, 1500, 700, 700, 1 },
	};

	rec_mmap2(b, 700, 0x400000, 0x2000, "/usr/bin/vmm", t[0]);
	rec_comm(b, 1 << 13, 700, "renamed", t[0]);
	rec_switch_wide(b, 0, 0, t[0]);
	rec_kvm_entry(b, 0x40001000, t[1]);
	rec_kvm_exit(b, 0x40001040, 1, 0x16, t[2]);
	rec_switch_wide(b, 3 << 13, 12, t[3]);
	rec_aux(b, 0, 64, 0, t[4]);
	rec_aux(b, 64, 128, 9, t[4]);
	rec_aux(b, 0, 96, 0, t[5]);
}

static inline void typical_aux(struct build *b)
{
	const struct at t = { 56, 2000, 700, 701, 1 };
	struct bytes_buf lost = { 0 };

	rec_auxtrace(b, 0, UINT32_MAX, 0, 128);
	rec_auxtrace(b, 1, UINT32_MAX, 0, 96);
	rec_auxtrace(b, 0, UINT32_MAX, 128, 64);
	put64(&lost, 56);
	put64(&lost, 7);
	rec(b, 2, 0, &lost, t);
	free(lost.p);
	rec_comm(b, 0, 700, "late", t);
}

static inline void typical_features(struct build *b)
{
	put_tracing(&b->tracing, kvm_entry_format, kvm_exit_format);
	feature_string(b, 3, "host");
	feature_string(b, 4, "6.12.0");
	feature_string(b, 5, "6.13");
	feature_string(b, 6, "aarch64");
	put32(&b->feature[7], 4);
	put32(&b->feature[7], 2);
	feature_string(b, 9, "0x00000000410fd0c0");
	put64(&b->feature[10], 2029440);
	put32(&b->feature[11], 2);
	put_string(&b->feature[11], "perf");
	put_string(&b->feature[11], "record");
	feature_pmus(b, TYPICAL_SPE_TYPE, 1);
	put64(&b->feature[18], 0);
}

static inline void typical(struct build *b)
{
	const struct build_cpu cpus[] = {
		{ 0, N1_MIDR, TYPICAL_SPE_TYPE, 256 }, { 1, 0x410fd0c1, TYPICAL_SPE_TYPE, 256 },
	};

	typical_attrs(b);
	rec_info_v2(b, cpus, 2);
	typical_preamble(b);
	typical_events(b);
	typical_aux(b);
	typical_features(b);
}

/* End of a test: free everything. */
static inline void finish(struct build *b, struct input *s, struct event_lines *t)
{
	event_lines_free(t);
	input_close(s);
	build_free(b);
}

#endif
