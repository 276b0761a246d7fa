/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_loss.h"

#include "tests/tools/gen_sideband.h"

/* PERF_RECORD_* [include/uapi/linux/perf_event.h]. */
enum { SAMPLE = 9, AUX = 11 };

static uint16_t size_of(const uint8_t *record)
{
	uint16_t size;

	memcpy(&size, record + 6, sizeof(size));
	return size;
}

/* In a sample after IDENTIFIER and IP, in any other record in its last 32 bytes. */
static struct gen_stamp stamp_of(const uint8_t *record, uint32_t type, int32_t cpu)
{
	const uint8_t *p = type == SAMPLE ? record + 8 + 16 : record + size_of(record) - 32;
	struct gen_stamp s = { .cpu = cpu };

	memcpy(&s.pid, p, 4);
	memcpy(&s.tid, p + 4, 4);
	memcpy(&s.time, p + 8, 8);
	return s;
}

void gen_lose(struct gen_machine *m, struct gen_slice *s)
{
	struct gen_buf out = { 0 };

	for (size_t at = 0; at < s->sideband.len; at += size_of(s->sideband.data + at)) {
		const uint8_t *record = s->sideband.data + at;
		uint32_t type;

		memcpy(&type, record, sizeof(type));
		if (type != AUX && gen_below(&m->rng, 1000) < m->cfg->lose_permille) {
			s->lost++;
			continue;
		}
		if (s->lost)
			sideband_lost(&out, stamp_of(record, type, s->cpu), s->lost);
		s->lost = 0;
		buf_put(&out, record, size_of(record));
	}
	free(s->sideband.data);
	s->sideband = out;
}
