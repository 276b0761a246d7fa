// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/live/ring_impl.h"
#include "collector/loss.h"
#include "collector/perfdata/format.h"

/* Populate the pages now, so that draining causes no faults. */
#define SHARED	(MAP_SHARED | MAP_POPULATE)

int ring_map(struct ring *r, size_t data_size, size_t aux_size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p;

	r->page_size = page;
	p = mmap(NULL, page + data_size, PROT_READ | PROT_WRITE, SHARED, r->fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	r->page = p;
	r->data_size = data_size;
	if (!aux_size)
		return 0;
	r->page->aux_offset = page + data_size;
	r->page->aux_size = aux_size;
	p = mmap(NULL, aux_size, r->snapshot ? PROT_READ : PROT_READ | PROT_WRITE, SHARED, r->fd,
		 (off_t)r->page->aux_offset);
	if (p == MAP_FAILED) {
		int err = -errno;

		ring_unmap(r);
		return err;
	}
	r->aux = p;
	r->aux_size = aux_size;
	return 0;
}

void ring_unmap(struct ring *r)
{
	if (r->aux)
		munmap(r->aux, r->aux_size);
	if (r->page)
		munmap(r->page, r->page_size + r->data_size);
	r->aux = NULL;
	r->page = NULL;
	r->data_size = r->aux_size = 0;
}

void ring_count_loss(struct ring *r, uint64_t at, const struct perf_event_header *h)
{
	struct input_loss *l = &r->loss;
	uint64_t flags;

	switch (h->type) {
	case PERF_REC_LOST:
		l->lost_events += ring_word(r, at + 16);
		break;
	case PERF_REC_LOST_SAMPLES:
		l->lost_samples += ring_word(r, at + 8);
		break;
	case PERF_REC_THROTTLE:
		l->throttled++;
		break;
	case PERF_REC_AUX:
		flags = ring_word(r, at + 24);
		l->truncated += !!(flags & AUX_TRUNCATED);
		l->partial += !!(flags & AUX_PARTIAL);
		l->collided += !!(flags & AUX_COLLISION);
		if (!(flags & (AUX_TRUNCATED | AUX_PARTIAL)))
			return;
		break;
	default:
		return;
	}
	loss_at(l, ring_time(r, at, h));
}

/*
 * When a CPU goes offline, the driver resets PMBPTR_EL1 before perf stops the event, and the
 * difference is reported as a number of bytes (linux drivers/perf/arm_spe_pmu.c,
 * arm_spe_pmu_cpu_teardown(), up to 6.12 at least).  The real number is unknown.
 */
bool ring_cannot_be(const struct ring *r, uint64_t at, const struct perf_event_header *h)
{
	return h->type == PERF_REC_AUX && ring_word(r, at + 16) > r->aux_size;
}

/*
 * Scan the headers of new records for losses and for the range of times.  Returns the head, or the
 * position of an impossible record.
 */
static uint64_t look_over(struct ring *r, uint64_t tail, uint64_t head, struct perfdata_writer *w)
{
	uint64_t first = 0, last = 0;

	while (tail < head) {
		struct perf_event_header h = ring_header(r, tail);

		if (h.size < sizeof(h)) {
			tail = head;	/* no correct kernel writes this */
			break;
		}
		last = ring_time(r, tail, &h);
		first = first ?: last;
		if (ring_cannot_be(r, tail, &h))
			break;
		ring_count_loss(r, tail, &h);
		tail += h.size;
	}
	perfdata_writer_time(w, first, last);
	return tail;
}

static long drain_data(struct ring *r, struct perfdata_writer *w)
{
	uint64_t head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = r->page->data_tail, at = tail, end;
	struct iovec iov[2];
	int ret = 0;

	while (at < head && !ret) {
		end = look_over(r, at, head, w);
		if (end > at)
			ret = perfdata_writer_records(w, iov, ring_pieces(iov, ring_data(r), r->data_size,
								     at, end));
		at = end;
		if (at < head) {
			struct perf_event_header h = ring_header(r, at);

			r->loss.truncated++;
			loss_at(&r->loss, ring_time(r, at, &h));
			at += h.size;
		}
	}
	if (head == tail)
		return 0;
	/* On a write error the data are lost, too: keeping them would stop the ring. */
	__atomic_store_n(&r->page->data_tail, head, __ATOMIC_RELEASE);
	r->data_bytes += head - tail;
	return ret ? ret : (long)(head - tail);
}

static long drain_aux(struct ring *r, struct perfdata_writer *w, uint64_t head)
{
	uint64_t tail = r->page->aux_tail;
	struct perfdata_aux aux = {
		.offset = tail, .idx = r->idx, .tid = -1, .cpu = r->cpu,
	};
	struct iovec iov[2];
	int ret;

	r->aux_lost |= head - tail > r->aux_size;
	if (head == tail || r->aux_lost)
		return 0;
	ret = perfdata_writer_aux(w, &aux, iov, ring_pieces(iov, r->aux, r->aux_size, tail, head));
	__atomic_store_n(&r->page->aux_tail, head, __ATOMIC_RELEASE);
	if (!ret)
		r->loss.aux_bytes += head - tail;
	return ret ? ret : (long)(head - tail);
}

long ring_drain(struct ring *r, struct perfdata_writer *w)
{
	/*
	 * The kernel announces trace bytes before it advances aux_head over them
	 * [perf_aux_output_end()].  By reading aux_head first, all bytes taken here are announced
	 * in this file, even if the next file takes over.
	 */
	uint64_t head = r->aux ? __atomic_load_n(&r->page->aux_head, __ATOMIC_ACQUIRE) : 0;
	long data = drain_data(r, w), aux;

	if (data < 0 || !r->aux)
		return data;
	aux = drain_aux(r, w, head);
	return aux < 0 ? aux : data + aux;
}

bool ring_clock(const struct ring *r, struct input_clock *clock)
{
	const volatile struct perf_event_mmap_page *p = r->page;
	uint32_t seq;
	bool known;

	do {
		seq = __atomic_load_n(&p->lock, __ATOMIC_ACQUIRE);
		known = p->cap_user_time && p->cap_user_time_zero;
		*clock = (struct input_clock){
			.zero = p->time_zero, .mult = p->time_mult, .shift = p->time_shift,
			.short_counter = p->cap_user_time_short,
		};
		if (clock->short_counter) {
			clock->cycles = p->time_cycles;
			clock->mask = p->time_mask;
		}
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (p->lock != seq || seq & 1);
	return known;
}
