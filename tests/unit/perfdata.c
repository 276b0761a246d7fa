// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/perfdata/expected.h"
#include "tests/perfdata/typical.h"

static struct input *open_built(const struct build *b, size_t len, int want)
{
	struct input *s = NULL;
	char path[64], err[256];
	int fd = build_fd(b, len, path, sizeof(path));

	assert_int_equal(input_open_file(&s, path, err, sizeof(err)), want);
	assert_true(!s == !!want);
	assert_true(!err[0] == !want);
	close(fd);
	return s;
}

static const char *const typical_lines[] = {
	"0 cpu -1 task -1/-1 mmap [kernel.kallsyms]_text kind 1 ffff800080000000+1000000"
	"@ffff800080010000 ino 0 prot 4 build-id 0:00",
	"0 cpu -1 task -1/-1 mmap /lib/modules/6.12/kernel/kvm.ko kind 2 ffff80007a000000+8000"
	"@0 ino 0 prot 4 build-id 0:00",
	"0 cpu -1 task 700/700 comm vmm exec 0",
	"1000 cpu 0 task 700/700 mmap /usr/bin/vmm kind 0 400000+2000@1000 ino 4711 prot 5 "
	"build-id 0:00",
	"1000 cpu 0 task 700/700 comm renamed exec 1",
	"1000 cpu 0 task 700/700 switch out 0 preempt 0 next -1/-1",
	"1100 cpu 0 task 700/701 enter pc 40001000",
	"1200 cpu 0 task 700/701 exit pc 40001040 ret 1 ec 16",
	"1300 cpu 0 task 700/701 switch out 1 preempt 1 next 12/12",
	"2000 cpu 1 task 700/701 lost 7",
	"2000 cpu 1 task 700/700 comm late exec 0",
	"1400 cpu 0 task -1/-1 aux stream 0 pmu 0 0+64 flags 0",
	"1400 cpu 0 task -1/-1 aux stream 0 pmu 0 64+64 flags 0",
	"1400 cpu 0 task -1/-1 aux stream 0 pmu 0 128+64 flags 9",
	"1500 cpu 1 task -1/-1 aux stream 1 pmu 0 0+96 flags 0",
};

#define NR(a) (sizeof(a) / sizeof((a)[0]))

static void check_lines(const struct event_lines *t, const char *const *want, size_t nr)
{
	for (size_t i = 0; i < nr && i < t->nr; i++)
		assert_string_equal(t->line[i], want[i]);
	assert_int_equal(t->nr, nr);
	assert_int_equal(t->end, -ENODATA);
}

static void check_typical(struct input *s)
{
	struct event_lines t;

	event_lines_read(&t, s);
	check_lines(&t, typical_lines, NR(typical_lines));
	assert_int_equal(t.nr_bytes, 64 + 64 + 64 + 96);
	for (uint32_t i = 0; i < 192; i++)
		assert_int_equal(t.bytes[i], aux_byte(0, i));
	for (uint32_t i = 0; i < 96; i++)
		assert_int_equal(t.bytes[192 + i], aux_byte(1, i));
	event_lines_free(&t);
}

static void check_typical_info(struct input *s)
{
	const struct input_info *info = input_get_info(s);
	const struct input_pmu *pmu = info->pmus;

	assert_string_equal(info->hostname, "host");
	assert_string_equal(info->os_release, "6.12.0");
	assert_string_equal(info->perf_version, "6.13");
	assert_string_equal(info->arch, "aarch64");
	assert_string_equal(info->cmdline, "perf record");
	assert_int_equal(info->nr_cpus, 2);
	assert_int_equal(info->total_mem, 2029440);
	assert_int_equal(info->first_time, 1000);
	assert_int_equal(info->last_time, 2000);
	assert_int_equal(info->nr_streams, 2);
	assert_int_equal(info->nr_attrs, 4);
	assert_string_equal(info->attrs[1].name, "kvm:kvm_entry");
	assert_true(info->attrs[0].is_spe && !info->attrs[1].is_spe);
	assert_int_equal(info->nr_pmus, 1);
	assert_string_equal(pmu->name, "arm_spe_0");
	assert_int_equal(pmu->type, TYPICAL_SPE_TYPE);
	assert_int_equal(pmu->period, 2048);
	assert_int_equal(pmu->min_interval, 256);
	assert_int_equal(pmu->count_size, 12);
	assert_int_equal(pmu->timestamps, 1);
	assert_int_equal(pmu->physical_time, 1);
	assert_int_equal(info->nr_losses, 2);
	assert_int_equal(info->losses[0].truncated, 1);
	assert_int_equal(info->losses[0].collided, 1);
	assert_int_equal(info->losses[0].first_time, 1400);
	assert_int_equal(info->losses[0].aux_bytes, 192);
	assert_int_equal(info->losses[0].missing_bytes, 0);
	assert_int_equal(info->losses[1].lost_events, 7);
	assert_int_equal(info->nr_notes, 0);
	assert_int_equal(input_get_clock(s)->mult, 33554432);
	assert_int_equal(input_midr(s, 0), N1_MIDR);
	assert_int_equal(input_midr(s, 1), 0x410fd0c1);
	assert_int_equal(input_midr(s, 7), N1_MIDR);
	assert_int_equal(input_midr(s, -1), 0);
}

static void a_file_tells_sideband_then_aux(void **state)
{
	struct build b = { 0 };
	struct input *s;

	typical(&b);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	assert_string_equal(input_get_info(s)->format, "perf.data");
	check_typical(s);
	check_typical_info(s);
	input_close(s);
	build_free(&b);
}

static void a_pipe_stream_tells_the_same(void **state)
{
	struct build b = { 0 };
	struct input *s;

	typical(&b);
	build_pipe(&b);
	s = open_built(&b, b.out.len, 0);
	assert_string_equal(input_get_info(s)->format, "perf pipe");
	check_typical(s);
	check_typical_info(s);
	input_close(s);
	build_free(&b);
}

static void every_attr_size_is_read(void **state)
{
	static const size_t sizes[] = { 64, 96, 112, 120, 128, 136, 256 };

	for (size_t i = 0; i < NR(sizes); i++) {
		for (int pipe = 0; pipe < 2; pipe++) {
			struct build b = { .attr_size = sizes[i] };
			struct input *s;

			typical(&b);
			b.attrs[0].config3 = 77;
			pipe ? build_pipe(&b) : build_file(&b);
			s = open_built(&b, b.out.len, 0);
			check_typical(s);
			check_typical_info(s);
			assert_int_equal(input_get_info(s)->attrs[0].config3,
					 sizes[i] >= 136 ? 77 : 0);
			input_close(s);
			build_free(&b);
		}
	}
}

static void compressed_records_tell_the_same(void **state)
{
	/* 37 splits records, 100000 puts all into one. */
	static const size_t chunks[] = { 37, 200, 100000 };

	for (size_t i = 0; i < 2 * NR(chunks); i++) {
		const struct build_cpu cpu = { 0, N1_MIDR, TYPICAL_SPE_TYPE, 256 };
		struct build b = { 0 };
		struct input *s;
		size_t from;

		typical_attrs(&b);
		rec_info_v2(&b, &cpu, 1);
		typical_preamble(&b);
		from = b.data.len;
		typical_events(&b);
		build_compress(&b, from, chunks[i / 2], i % 2);
		typical_aux(&b);
		typical_features(&b);
		build_file(&b);
		s = open_built(&b, b.out.len, 0);
		check_typical(s);
		input_close(s);
		build_free(&b);
	}
}

static void damaged_compression_is_skipped_and_noted(void **state)
{
	struct build b = { 0 };
	struct bytes_buf junk = { 0 };
	struct input *s;
	struct event_lines t;

	typical_attrs(&b);
	rec_info_v1(&b, 4, TYPICAL_SPE_TYPE);
	put(&junk, "this is not zstd", 16);
	rec_user(&b.data, 81, 0, &junk);
	typical_aux(&b);
	typical_features(&b);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr_aux, 3);
	assert_true(has_note(s, "not zstd"));
	event_lines_free(&t);
	input_close(s);
	free(junk.p);
	build_free(&b);
}

static void version_1_info_names_the_pmu(void **state)
{
	struct build b = { .no_event_desc = true };
	struct input *s;
	struct event_lines t;

	/* No section names the PMU; only AUXTRACE_INFO says that it is SPE. */
	typical_attrs(&b);
	rec_info_v1(&b, 4, TYPICAL_SPE_TYPE);
	typical_aux(&b);
	put64(&b.feature[18], 0);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(input_get_info(s)->nr_pmus, 1);
	assert_null(input_get_info(s)->pmus[0].name);
	assert_int_equal(input_midr(s, 0), 0);
	finish(&b, s, &t);
}

static void two_pmus_are_told_apart_by_cpu(void **state)
{
	for (int how = 0; how < 3; how++) {
		const struct build_cpu cpus[] = {
			{ 0, 0x410fd0c0, 9, 256 }, { 1, 0x410fd490, 10, 1024 },
		};
		struct build b = { 0 };
		struct bytes_buf index = { 0 };
		struct input *s;
		struct event_lines t;

		build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
		build_attr_id(build_attr(&b, 10, 5, "arm_spe_1//"), 12);
		feature_pmus(&b, 9, 2);
		put64(&b.feature[18], 0);
		if (how == 0)
			rec_info_v2(&b, cpus, 2);
		else
			rec_info_v1(&b, 4, 9);
		if (how == 1) {
			rec_aux(&b, 0, 64, 0, (struct at){ 11, 5, 1, 1, 0 });
			rec_aux(&b, 0, 64, 0, (struct at){ 12, 5, 1, 1, 1 });
		}
		if (how == 2) {
			put64(&index, 2);
			for (uint64_t i = 0; i < 2; i++) {
				put64(&index, 11 + i);
				put64(&index, i);
				put64(&index, i);
				put64(&index, UINT64_MAX);
			}
			rec_user(&b.data, 69, 0, &index);
			free(index.p);
		}
		rec_auxtrace(&b, 1, UINT32_MAX, 0, 64);
		rec_auxtrace(&b, 0, UINT32_MAX, 0, 64);
		build_file(&b);
		s = open_built(&b, b.out.len, 0);
		event_lines_read(&t, s);
		assert_int_equal(t.nr, 2);
		assert_non_null(strstr(t.line[0], "cpu 0 "));
		assert_non_null(strstr(t.line[0], "pmu 0"));
		assert_non_null(strstr(t.line[1], "cpu 1 "));
		assert_non_null(strstr(t.line[1], "pmu 1"));
		assert_int_equal(input_get_info(s)->pmus[1].count_size, 16);
		assert_int_equal(input_get_info(s)->pmus[1].min_interval, 1024);
		assert_int_equal(input_get_info(s)->pmus[1].physical_time, 1);
		assert_int_equal(input_get_info(s)->pmus[0].physical_time, 0);
		finish(&b, s, &t);
	}
}

static void per_thread_streams_have_no_cpu(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	feature_pmus(&b, 9, 1);
	rec_aux(&b, 0, 64, 4, (struct at){ 11, 5, 30, 31, 3 });
	rec_aux(&b, 0, 32, 0, (struct at){ 11, 6, 30, 32, 2 });
	rec_auxtrace(&b, UINT32_MAX, 32, 0, 32);
	rec_auxtrace(&b, UINT32_MAX, 31, 0, 64);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 2);
	assert_string_equal(t.line[0], "5 cpu -1 task -1/31 aux stream 0 pmu 0 0+64 flags 4");
	assert_string_equal(t.line[1], "6 cpu -1 task -1/32 aux stream 1 pmu 0 0+32 flags 0");
	finish(&b, s, &t);
}

static void put_misc_records(struct build *b, struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, 800); put32(&o, 700); put32(&o, 801); put32(&o, 701); put64(&o, 77);
	rec(b, 7, 0, &o, at);
	rec(b, 4, 0, &o, at);
	o.len = 0;
	put64(&o, 77); put64(&o, 11); put64(&o, 11);
	rec(b, 5, 0, &o, at);
	rec(b, 6, 0, &o, at);
	o.len = 0;
	rec(b, 14, 1 << 13, &o, at);
	put32(&o, 9); put32(&o, 10); put64(&o, 0);
	rec(b, 16, 0, &o, at);
	rec(b, 12, 0, &o, at);
	o.len = 0;
	put64(&o, 0xffff800000001000); put32(&o, 64); put16(&o, 1); put16(&o, 1);
	put_text(&o, "bpf_prog_1", 8);
	rec(b, 17, 0, &o, at);
	o.len = 0;
	put64(&o, 0xffff800000002000); put16(&o, 4); put16(&o, 8); put_zero(&o, 12);
	rec(b, 20, 0, &o, at);
	o.len = 0;
	put64(&o, 5);
	rec(b, 13, 0, &o, at);
	rec(b, 21, 0, &o, at);
	rec(b, 60, 0, &o, at);
	o.len = 0;
	put32(&o, 9); put32(&o, 9); put64(&o, 0x1000); put64(&o, 0x2000); put64(&o, 0);
	put_n(&o, 20, 1); put_zero(&o, 3); put_n(&o, 0xab, 1); put_zero(&o, 19);
	put32(&o, 5); put32(&o, 2);
	put(&o, "/no/nul!", 8);
	rec(b, 10, 2 | 1 << 14, &o, at);
	free(o.p);
	rec_mmap(b, 4, UINT32_MAX, 0xffff000000000000, 0x1000, 0xffff000000000000,
		 "[guest.kernel.kallsyms]", at);
	rec_mmap(b, 4, 12, 0x1000, 0x1000, 0, "/guest/module.ko", at);
}

static void each_kind_of_record_has_its_event(void **state)
{
	static const char *const want[] = {
		"99 cpu 3 task 800/801 fork of 700/701",
		"99 cpu 3 task 800/801 task exit",
		"99 cpu 3 task 30/31 throttle 1",
		"99 cpu 3 task 30/31 throttle 0",
		"99 cpu 3 task 30/31 switch out 1 preempt 0 next -1/-1",
		"99 cpu 3 task 9/10 namespaces",
		"99 cpu 3 task 9/10 itrace start",
		"99 cpu 3 task 30/31 ksymbol bpf_prog_1 ffff800000001000+40 type 1 gone 1",
		"99 cpu 3 task 30/31 poke ffff800000002000 4>8",
		"99 cpu 3 task 9/9 mmap /no/nul! kind 0 1000+2000@0 ino 0 prot 5 build-id 20:ab",
	};
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	feature_pmus(&b, 9, 1);
	put_misc_records(&b, (struct at){ 11, 99, 30, 31, 3 });
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, NR(want) + 1);
	assert_non_null(strstr(t.line[NR(want)], "[guest.kernel.kallsyms] kind 3"));
	free(t.line[--t.nr]);
	check_lines(&t, want, NR(want));
	assert_int_equal(input_get_info(s)->losses[0].throttled, 1);
	assert_int_equal(input_get_info(s)->losses[0].lost_samples, 5);
	assert_true(has_note(s, "guest's program or module"));
	assert_true(has_note(s, "no trace data"));
	finish(&b, s, &t);
}

/* {u64 device, inode} of net, uts, ipc, pid, user, mnt, cgroup. */
static void put_namespaces(struct build *b, uint64_t nr, uint64_t pid_ns, struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, 9); put32(&o, 10); put64(&o, nr);
	for (uint64_t i = 0; i < nr; i++) {
		put64(&o, 4);
		put64(&o, i == 3 ? pid_ns : 4026532000 + i);
	}
	rec(b, 16, 0, &o, at);
	free(o.p);
}

/* IDENTIFIER, IP, TID, TIME, CPU, raw data if there are, CGROUP, page if it has. */
static void put_cgroup_sample(struct build *b, bool raw, bool page, struct at at)
{
	struct bytes_buf o = { 0 };

	put64(&o, at.id); put64(&o, 0xffff800000001234); put32(&o, at.pid); put32(&o, at.tid);
	put64(&o, at.time); put64(&o, at.cpu);
	if (raw) {
		put64(&o, 1);
		put32(&o, 20); put16(&o, KVM_ENTRY_CONFIG); put_zero(&o, 6); put64(&o, 0x4000);
		put32(&o, 0);
	}
	put64(&o, 77);
	if (page)
		put64(&o, 65536);
	rec_user(&b->data, 9, 1, &o);
	free(o.p);
}

static void put_own_tasks(struct build *b, size_t cut)
{
	struct bytes_buf o = { 0 };

	put64(&o, 0x7370656c756e6b08); put64(&o, 11); put64(&o, 72 - cut);
	put64(&o, 90); put32(&o, 30); put32(&o, 31); put32(&o, 7); put32(&o, 10);
	put(&o, "/a/b.scope", 10); put_zero(&o, 6);
	put64(&o, 91); put32(&o, 40); put32(&o, 40); put32(&o, 0); put32(&o, 2);
	put(&o, "/c", 2); put_zero(&o, 6);
	rec_user(&b->data, 78, 0, &o);
	free(o.p);
}

static void cgroups_are_told_by_records_and_samples(void **state)
{
	static const char *const want[] = {
		"99 cpu 3 task 9/10 namespaces initial pid",
		"99 cpu 3 task 9/10 namespaces",
		"99 cpu 3 task 9/10 namespaces",
		"99 cpu 3 task 30/31 cgroup 77 /docker/abc",
		"99 cpu 3 task 30/31 place - 77 nspid 0",
		"99 cpu 3 task 30/31 enter pc 4000",
		"99 cpu 3 task 30/31 place - 77 nspid 0",
		"90 cpu -1 task 30/31 place /a/b.scope 0 nspid 7",
		"91 cpu -1 task 40/40 place /c 0 nspid 0",
		"90 cpu -1 task 30/31 place /a/b.scope 0 nspid 7",
	};
	struct build b = { 0 };
	struct bytes_buf o = { 0 };
	struct build_attr *a;
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	a = build_attr(&b, 1, 11, "cgroup-switches");
	a->sample_type = ST_PLAIN | 1 << 21 | 1 << 22;
	build_attr_id(a, 12);
	a = build_attr(&b, 2, KVM_ENTRY_CONFIG, "kvm:kvm_entry");
	a->sample_type = ST_RAW | 1 << 21;
	build_attr_id(a, 13);
	put_tracing(&b.tracing, kvm_entry_format, kvm_exit_format);
	feature_pmus(&b, 9, 1);
	put_namespaces(&b, 7, 0xeffffffc, (struct at){ 11, 99, 30, 31, 3 });
	put_namespaces(&b, 7, 4026532201, (struct at){ 11, 99, 30, 31, 3 });
	put_namespaces(&b, 3, 0xeffffffc, (struct at){ 11, 99, 30, 31, 3 });
	put64(&o, 77); put_text(&o, "/docker/abc", 8);
	rec(&b, 19, 0, &o, (struct at){ 11, 99, 30, 31, 3 });
	free(o.p);
	put_cgroup_sample(&b, false, true, (struct at){ 12, 99, 30, 31, 3 });
	put_cgroup_sample(&b, true, false, (struct at){ 13, 99, 30, 31, 3 });
	put_own_tasks(&b, 0);
	put_own_tasks(&b, 8);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	check_lines(&t, want, NR(want));
	assert_true(has_note(s, "record of tasks is shorter"));
	finish(&b, s, &t);
}

static void trailers_of_any_sample_type_are_read(void **state)
{
	static const struct {
		uint64_t sample_type;
		const char *line;
	} cases[] = {
		{ 1 << 1 | 1 << 2 | 1 << 6 | 1 << 7, "99 cpu 3 task 30/31 switch" },
		{ 1 << 1 | 1 << 2 | 1 << 6 | 1 << 7 | 1 << 9, "99 cpu 3 task 30/31 switch" },
		{ 1 << 1 | 1 << 2 | 1 << 6 | 1 << 9, "99 cpu -1 task 30/31 switch" },
		{ 1 << 1 | 1 << 7, "0 cpu 3 task 30/31 switch" },
		{ 1 << 2 | 1 << 16, "99 cpu -1 task -1/-1 switch" },
		{ 0, "0 cpu -1 task -1/-1 switch" },
	};

	for (size_t i = 0; i < NR(cases); i++) {
		struct build b = { 0 };
		struct bytes_buf none = { 0 };
		struct input *s;
		struct event_lines t;

		build_attr_id(build_attr(&b, 1, 9, "dummy:u"), 12);
		build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
		b.attrs[0].sample_type = b.attrs[1].sample_type = cases[i].sample_type;
		feature_pmus(&b, 9, 1);
		rec_st(&b, 14, 0, &none, cases[i].sample_type,
		       (struct at){ 11, 99, 30, 31, 3 });
		build_file(&b);
		s = open_built(&b, b.out.len, 0);
		event_lines_read(&t, s);
		assert_int_equal(t.nr, 1);
		assert_ptr_equal(strstr(t.line[0], cases[i].line), t.line[0]);
		finish(&b, s, &t);
	}
}

/* AUX records find their PMU by id, wherever sample_type puts it. */
static void ids_are_found_without_an_identifier(void **state)
{
	static const uint64_t types[] = {
		1 << 1 | 1 << 2 | 1 << 6 | 1 << 7, 1 << 2 | 1 << 6 | 1 << 7 | 1 << 9,
	};

	for (size_t i = 0; i < NR(types); i++) {
		struct build b = { 0 };
		struct bytes_buf aux = { 0 };
		struct input *s;
		struct event_lines t;

		build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
		build_attr_id(build_attr(&b, 10, 1, "arm_spe_1//"), 12);
		b.attrs[0].sample_type = b.attrs[1].sample_type = types[i];
		feature_pmus(&b, 9, 2);
		put64(&aux, 0); put64(&aux, 64); put64(&aux, 8);
		rec_st(&b, 11, 0, &aux, types[i], (struct at){ 12, 5, 1, 1, 2 });
		rec_auxtrace(&b, 2, UINT32_MAX, 0, 64);
		build_file(&b);
		s = open_built(&b, b.out.len, 0);
		event_lines_read(&t, s);
		assert_int_equal(t.nr, 1);
		assert_string_equal(t.line[0], "5 cpu 2 task -1/-1 aux stream 0 pmu 1 "
				    "0+64 flags 8");
		event_lines_free(&t);
		input_close(s);
		free(aux.p);
		build_free(&b);
	}
}

static void losses_are_counted_per_cpu(void **state)
{
	struct build b = { 0 };
	const struct input_loss *loss;
	struct bytes_buf lost = { 0 };
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	feature_pmus(&b, 9, 1);
	rec_aux(&b, 0, 64, 4, (struct at){ 11, 500, 1, 1, 9 });
	rec_aux(&b, 64, 64, 1, (struct at){ 11, 300, 1, 1, 9 });
	rec_aux(&b, 128, 64, 8, (struct at){ 11, 900, 1, 1, 9 });
	rec_aux(&b, 0, 64, 4, (struct at){ 11, 700, 1, 1, 2 });
	put64(&lost, 33);
	rec(&b, 13, 0, &lost, (struct at){ 11, 950, 1, 1, 2 });
	rec(&b, 13, 1 << 15, &lost, (struct at){ 11, 950, 1, 1, 2 });
	rec_auxtrace(&b, 9, UINT32_MAX, 0, 160);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(input_get_info(s)->nr_losses, 2);
	loss = input_get_info(s)->losses;
	assert_int_equal(loss[0].cpu, 2);
	assert_int_equal(loss[0].partial, 1);
	assert_int_equal(loss[0].lost_samples, 33);
	assert_int_equal(loss[0].missing_bytes, 64);
	assert_int_equal(loss[1].cpu, 9);
	assert_int_equal(loss[1].first_time, 300);
	assert_int_equal(loss[1].last_time, 500);	/* a collision has no time of loss */
	assert_int_equal(loss[1].collided, 1);
	assert_int_equal(loss[1].aux_bytes, 160);
	assert_int_equal(loss[1].missing_bytes, 32);
	assert_int_equal(input_get_info(s)->nr_loss_times, 3);
	assert_int_equal(input_get_info(s)->loss_times[0].cpu, 9);
	assert_int_equal(input_get_info(s)->loss_times[0].time, 500);
	event_lines_free(&t);
	input_close(s);
	free(lost.p);
	build_free(&b);
}

/*
 * perf's own count of losses: the trailer is zero except for the id [tools/perf/builtin-record.c,
 * __record__save_lost_samples()].  An ID_INDEX entry is id, index, CPU, thread [struct
 * id_index_entry].
 */
static void what_perf_counts_as_lost_is_of_the_ids_cpu(void **state)
{
	struct build b = { 0 };
	struct bytes_buf index = { 0 }, lost = { 0 };
	struct build_attr *a;
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	a = build_attr(&b, 2, KVM_EXIT_CONFIG, "kvm:kvm_exit");
	a->sample_type = ST_RAW;
	build_attr_id(a, 12);
	build_attr_id(a, 13);
	feature_pmus(&b, 9, 1);
	put64(&index, 1);
	put64(&index, 12); put64(&index, 0); put64(&index, 5); put64(&index, UINT64_MAX);
	rec_user(&b.data, 69, 0, &index);
	put64(&lost, 7);
	rec(&b, 13, 0, &lost, (struct at){ .id = 12 });
	rec(&b, 13, 0, &lost, (struct at){ .id = 13 });
	put_tracing(&b.tracing, kvm_entry_format, kvm_exit_format);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 2);
	assert_string_equal(t.line[0], "0 cpu 5 task 0/0 lost 7");
	/* without an entry it may have been any CPU */
	assert_string_equal(t.line[1], "0 cpu -1 task 0/0 lost 7");
	event_lines_free(&t);
	input_close(s);
	free(index.p);
	free(lost.p);
	build_free(&b);
}

/*
 * Bits of perf_event_attr: 9 comm, 13 task, 26 context_switch [include/uapi/linux/perf_event.h].
 */
static void a_loss_of_switches_or_new_tasks_leaves_the_tail_open(void **state)
{
	static const uint64_t flags[] = { 1 << 9, 1 << 13, 1 << 26, 1 << 8 | 1 << 23 };
	struct build b = { 0 };
	struct bytes_buf lost = { 0 };
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	for (uint64_t i = 0; i < NR(flags); i++) {
		build_attr_id(build_attr(&b, 1, 9, "dummy:u"), 12 + i);
		b.attrs[1 + i].flags |= flags[i];
	}
	feature_pmus(&b, 9, 1);
	put64(&lost, 7);
	for (uint64_t id = 11; id < 12 + NR(flags); id++)
		rec(&b, 13, 0, &lost, (struct at){ .id = id, .time = id, .cpu = 3 });
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 3);
	assert_string_equal(t.line[0], "12 cpu 3 task 0/0 lost 7");
	assert_string_equal(t.line[1], "13 cpu 3 task 0/0 lost 7");
	assert_string_equal(t.line[2], "14 cpu 3 task 0/0 lost 7");
	assert_int_equal(input_get_info(s)->losses[0].lost_samples, 35);
	assert_true(has_note(s, "lost task switches or new tasks"));
	event_lines_free(&t);
	input_close(s);
	free(lost.p);
	build_free(&b);
}

static void guest_sideband_of_perf_inject_is_left_out(void **state)
{
	struct build b = { 0 };
	struct bytes_buf index = { 0 };
	struct input *s;
	struct event_lines t;

	build_attr_id(build_attr(&b, 9, 1, "arm_spe_0//"), 11);
	build_attr_id(build_attr(&b, 1, 9, "dummy:u"), 12);
	feature_pmus(&b, 9, 1);
	put64(&index, 2);
	for (uint64_t i = 0; i < 2; i++) {
		put64(&index, 11 + i); put64(&index, i); put64(&index, 0); put64(&index, 0);
	}
	put64(&index, 0); put64(&index, 0);
	put64(&index, 4711); put64(&index, 1);
	rec_user(&b.data, 69, 0, &index);
	rec_comm(&b, 0, 5, "ours", (struct at){ 11, 1, 5, 5, 0 });
	rec_comm(&b, 0, 5, "theirs", (struct at){ 12, 2, 5, 5, 0 });
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, 1);
	assert_non_null(strstr(t.line[0], "ours"));
	assert_true(has_note(s, "perf inject"));
	event_lines_free(&t);
	input_close(s);
	free(index.p);
	build_free(&b);
}

static void entries_without_tracing_data_have_no_fields(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;

	typical(&b);
	b.tracing.len = 0;
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(t.nr, NR(typical_lines));
	assert_string_equal(t.line[6], "1100 cpu 0 task 700/701 enter pc 0");
	assert_string_equal(t.line[7], "1200 cpu 0 task 700/701 exit pc 0 ret 0 ec 0");
	assert_true(has_note(s, "no format for it"));
	finish(&b, s, &t);
}

static void entries_are_known_by_number_under_any_name(void **state)
{
	struct build b = { 0 };
	struct input *s;

	typical(&b);
	b.attrs[1].name = "into-guest";
	b.attrs[2].name = "out-of-guest";
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	check_typical(s);
	input_close(s);
	build_free(&b);
}

static void clockid_recordings_have_no_clock(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event_lines t;

	typical(&b);
	b.attrs[0].flags |= 1u << 25;
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_null(input_get_clock(s));
	assert_true(has_note(s, "--clockid"));
	finish(&b, s, &t);
}

static void notes_of_one_kind_are_told_once(void **state)
{
	struct build b = { 0 };
	struct bytes_buf none = { 0 };
	struct input *s;
	struct event_lines t;

	typical(&b);
	for (int i = 0; i < 9; i++)
		rec_user(&b.data, 71, 0, &none);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	event_lines_read(&t, s);
	assert_int_equal(input_get_info(s)->nr_notes, 1);
	assert_true(has_note(s, "(and 8 more like this)"));
	finish(&b, s, &t);
}

static void build_ids_are_listed(void **state)
{
	struct build b = { 0 };
	struct bytes_buf *o = &b.feature[2];
	const struct input_info *info;
	struct input *s;

	typical(&b);
	put32(o, 67); put16(o, 1); put16(o, 36 + 24);
	put32(o, UINT32_MAX);
	put_n(o, 0x11, 1); put_zero(o, 23);
	put_text(o, "[kernel.kallsyms]", 8);
	put32(o, 67); put16(o, 2 | 1 << 15); put16(o, 36 + 16);
	put32(o, 700);
	put_n(o, 0x22, 1); put_zero(o, 19); put32(o, 16);
	put_text(o, "/usr/bin/vmm", 8);
	put32(o, 67); put16(o, 2); put16(o, 0);
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	info = input_get_info(s);
	assert_int_equal(info->nr_build_ids, 2);
	assert_true(info->build_ids[0].kernel && !info->build_ids[1].kernel);
	assert_string_equal(info->build_ids[0].path, "[kernel.kallsyms]");
	assert_int_equal(info->build_ids[0].len, 20);
	assert_int_equal(info->build_ids[0].id[0], 0x11);
	assert_string_equal(info->build_ids[1].path, "/usr/bin/vmm");
	assert_int_equal(info->build_ids[1].len, 16);
	assert_int_equal(info->build_ids[1].pid, 700);
	assert_true(has_note(s, "build-ids is damaged"));
	input_close(s);
	build_free(&b);
}

static void records_across_window_borders_are_whole(void **state)
{
	struct build b = { 0 };
	struct input *s;
	struct event ev;
	size_t n = 0;

	typical_attrs(&b);
	typical_features(&b);
	/* 3 MiB of records of varying sizes, the largest just below 64 KiB. */
	for (uint32_t i = 0; b.data.len < 3 << 20; i++) {
		struct bytes_buf o = { 0 };

		put32(&o, i); put32(&o, i);
		put_zero(&o, 8 * (i * 37 % 8000));
		rec(&b, 3, 0, &o, (struct at){ 56, i + 1, 1, 1, 0 });
		free(o.p);
	}
	build_file(&b);
	s = open_built(&b, b.out.len, 0);
	while (input_next(s, &ev) > 0) {
		assert_int_equal(ev.type, EVENT_COMM);
		assert_int_equal(ev.pid, n);
		assert_int_equal(ev.time, n + 1);
		n++;
	}
	assert_true(n > 50);
	input_close(s);
	build_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_tells_sideband_then_aux),
		cmocka_unit_test(a_pipe_stream_tells_the_same),
		cmocka_unit_test(every_attr_size_is_read),
		cmocka_unit_test(compressed_records_tell_the_same),
		cmocka_unit_test(damaged_compression_is_skipped_and_noted),
		cmocka_unit_test(version_1_info_names_the_pmu),
		cmocka_unit_test(two_pmus_are_told_apart_by_cpu),
		cmocka_unit_test(per_thread_streams_have_no_cpu),
		cmocka_unit_test(each_kind_of_record_has_its_event),
		cmocka_unit_test(cgroups_are_told_by_records_and_samples),
		cmocka_unit_test(trailers_of_any_sample_type_are_read),
		cmocka_unit_test(ids_are_found_without_an_identifier),
		cmocka_unit_test(losses_are_counted_per_cpu),
		cmocka_unit_test(what_perf_counts_as_lost_is_of_the_ids_cpu),
		cmocka_unit_test(a_loss_of_switches_or_new_tasks_leaves_the_tail_open),
		cmocka_unit_test(guest_sideband_of_perf_inject_is_left_out),
		cmocka_unit_test(entries_without_tracing_data_have_no_fields),
		cmocka_unit_test(entries_are_known_by_number_under_any_name),
		cmocka_unit_test(clockid_recordings_have_no_clock),
		cmocka_unit_test(notes_of_one_kind_are_told_once),
		cmocka_unit_test(build_ids_are_listed),
		cmocka_unit_test(records_across_window_borders_are_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
