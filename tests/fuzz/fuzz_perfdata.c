// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/input.h"
#include "recording/cycles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
const char *__lsan_default_suppressions(void);

/* tep_parse_format() of libtraceevent 1.7 loses its token on some errors. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libtraceevent\n";
}

static void must(int condition)
{
	if (!condition)
		abort();
}

/* Check every event against collector/event.h and collector/input.h. */
static void check_event(const struct input *s, const struct event *ev, uint64_t *end,
			uint32_t *stream, size_t file_len)
{
	const struct input_info *info = input_get_info(s);
	uint8_t buf[256];

	switch (ev->type) {
	case EVENT_AUX:
		must(ev->aux.stream < info->nr_streams && ev->aux.stream >= *stream);
		must(ev->aux.pmu >= -1 && ev->aux.pmu < (int32_t)info->nr_pmus);
		if (ev->aux.stream != *stream)
			*end = 0;
		*stream = ev->aux.stream;
		must(ev->aux.len && ev->aux.offset >= *end);
		*end = ev->aux.offset + ev->aux.len;
		must(*end >= ev->aux.offset);
		must(ev->aux.len <= file_len && ev->aux.file_offset <= file_len - ev->aux.len);
		must(input_read(s, ev->aux.file_offset, buf, sizeof(buf)) >= 0);
		break;
	case EVENT_MMAP:
		must(strlen(ev->mmap.path) < 65536 && ev->mmap.build_id_len <= 20);
		break;
	case EVENT_COMM:
		must(strlen(ev->comm.name) < 65536);
		break;
	case EVENT_KSYMBOL:
		must(strlen(ev->ksymbol.name) < 65536);
		break;
	case EVENT_VCPU_EXIT:
		must(ev->vcpu.esr_ec < 64);
		break;
	case EVENT_VCPU_WHY:
		must(ev->why.kind <= WHY_MMIO && ev->why.write <= 1);
		must(ev->why.kind != WHY_SYSREG || ev->why.value <= UINT16_MAX);
		break;
	default:
		break;
	}
}

/* The addresses of a chain are those of the event, in order, without markers. */
static void check_chain(struct cycles *c, const struct event *ev)
{
	struct chain_walk w;
	uint64_t address, nr = 0;
	uint32_t chain;

	must(ev->cycles.nr_chain <= 8192 && !ev->cycles.nr_chain == !ev->cycles.chain);
	must(!chains_number(&c->chains, ev->cycles.chain, ev->cycles.nr_chain, &chain));
	for (chain_walk(&w, &c->chains, chain); chain_next(&w, &address); nr++)
		must(address < (uint64_t)-4095);
	must(nr <= ev->cycles.nr_chain);
}

static void check_info(const struct input *s, uint64_t aux_bytes)
{
	const struct input_info *info = input_get_info(s);
	const struct input_clock *c = input_get_clock(s);
	uint64_t told = 0;

	must(info->path && info->format && info->nr_notes <= 50);
	for (size_t i = 0; i < info->nr_notes; i++)
		must(info->notes[i] && info->notes[i][0]);
	for (size_t i = 0; i < info->nr_losses; i++)
		told += info->losses[i].aux_bytes;
	must(told == aux_bytes);
	for (size_t i = 0; i < info->nr_build_ids; i++)
		must(info->build_ids[i].path && info->build_ids[i].len <= 20);
	if (c) {
		must(c->shift < 64);
		input_clock_ns(c, input_clock_ticks(c, 123456789));
	}
	input_midr(s, -1);
	input_midr(s, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char path[64], err[256];
	struct input *s = NULL;
	struct cycles cycles;
	struct event ev;
	uint64_t end = 0, aux_bytes = 0;
	uint32_t stream = 0;
	int fd = memfd_create("fuzz", 0);

	must(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (input_open_file(&s, path, err, sizeof(err))) {
		must(!s && err[0]);
		close(fd);
		return 0;
	}
	cycles_init(&cycles, -1);
	while (input_next(s, &ev) > 0) {
		must(!cycles_apply(&cycles, &ev));
		if (ev.type == EVENT_CYCLES)
			check_chain(&cycles, &ev);
		check_event(s, &ev, &end, &stream, len);
		if (ev.type == EVENT_AUX)
			aux_bytes += ev.aux.len;
	}
	must(!cycles_end(&cycles));
	must(cycles.samples.nr == cycles.nr_cycles + cycles.nr_clock);
	cycles_clear(&cycles);
	check_info(s, aux_bytes);
	input_close(s);
	close(fd);
	return 0;
}
