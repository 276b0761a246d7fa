// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "collector/perfdata/format.h"
#include "collector/perfdata/write_impl.h"

/* struct perf_record_auxtrace: tools/lib/perf/include/perf/event.h */
struct aux_record {
	struct perf_event_header header;
	uint64_t size, offset, reference;
	uint32_t idx;
	int32_t tid, cpu;
	uint32_t reserved;
};

int perfdata_writer_aux(struct perfdata_writer *w, const struct perfdata_aux *aux,
			const struct iovec *iov, int nr)
{
	static const uint64_t zeros;
	struct aux_record rec = {
		.header = { .type = PERF_REC_AUXTRACE, .size = sizeof(rec) },
		.offset = aux->offset, .idx = aux->idx, .tid = aux->tid, .cpu = aux->cpu,
	};
	struct iovec all[4] = { { &rec, sizeof(rec) } };
	uint64_t begin;
	int ret;

	if (nr < 1 || nr > 2)
		return -EINVAL;
	for (int i = 0; i < nr; i++) {
		all[i + 1] = iov[i];
		rec.size += iov[i].iov_len;
	}
	/* records are aligned; for SPE zeros are padding, too */
	all[nr + 1] = (struct iovec){ (void *)&zeros, -rec.size % 8 };
	rec.size += all[nr + 1].iov_len;
	pthread_mutex_lock(&w->lock);
	ret = writer_append(w, all, nr + 2, sizeof(rec), &begin);
	pthread_mutex_unlock(&w->lock);
	return ret;
}
