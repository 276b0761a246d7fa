/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_sideband.h"

/* PERF_RECORD_* and their misc bits. */
enum {
	MMAP = 1,
	LOST = 2,
	COMM = 3,
	EXIT = 4,
	FORK = 7,
	SAMPLE = 9,
	MMAP2 = 10,
	AUX = 11,
	ITRACE_START = 12,
	CGROUP = 19,
	SWITCH_CPU_WIDE = 15,

	KERNEL = 1,
	USER = 2,
	GUEST_KERNEL = 4,
	COMM_EXEC = 1 << 13,
	SWITCH_OUT = 1 << 13,
	SWITCH_OUT_PREEMPT = 1 << 14,
};

static size_t begin(struct gen_buf *b, uint32_t type, uint16_t misc)
{
	size_t at = b->len;

	buf_u32(b, type);
	buf_u16(b, misc);
	buf_u16(b, 0);
	return at;
}

static void end(struct gen_buf *b, size_t at)
{
	uint16_t size = b->len - at;

	memcpy(b->data + at + 6, &size, 2);
}

/* sample_id_all: TID, TIME, CPU, IDENTIFIER. */
static void stamp(struct gen_buf *b, struct gen_stamp s, enum gen_event e)
{
	if (s.cpu < 0) {
		buf_zero(b, 32);
		return;
	}
	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	buf_u64(b, s.time);
	buf_u32(b, s.cpu);
	buf_u32(b, 0);
	buf_u64(b, gen_event_id(e, s.cpu));
}

static void name(struct gen_buf *b, const char *text)
{
	size_t len = strlen(text) + 1;

	buf_put(b, text, len);
	buf_zero(b, -len & 7);
}

void sideband_comm(struct gen_buf *b, struct gen_stamp s, const char *comm, bool exec)
{
	size_t at = begin(b, COMM, exec ? COMM_EXEC : 0);

	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	name(b, comm);
	stamp(b, s, GEN_EV_DUMMY);
	end(b, at);
}

static void task(struct gen_buf *b, uint32_t type, struct gen_stamp s, int32_t ppid,
		 int32_t ptid)
{
	size_t at = begin(b, type, 0);

	buf_u32(b, s.pid);
	buf_u32(b, ppid);
	buf_u32(b, s.tid);
	buf_u32(b, ptid);
	buf_u64(b, s.time);
	stamp(b, s, GEN_EV_DUMMY);
	end(b, at);
}

void sideband_fork(struct gen_buf *b, struct gen_stamp s, int32_t ppid, int32_t ptid)
{
	task(b, FORK, s, ppid, ptid);
}

void sideband_exit(struct gen_buf *b, struct gen_stamp s, int32_t ppid, int32_t ptid)
{
	task(b, EXIT, s, ppid, ptid);
}

void sideband_mmap(struct gen_buf *b, uint64_t addr, uint64_t len, uint64_t pgoff,
		   const char *path)
{
	struct gen_stamp none = { .cpu = -1 };
	size_t at = begin(b, MMAP, KERNEL);

	buf_u32(b, -1);
	buf_u32(b, 0);
	buf_u64(b, addr);
	buf_u64(b, len);
	buf_u64(b, pgoff);
	name(b, path);
	stamp(b, none, GEN_EV_DUMMY);
	end(b, at);
}

void sideband_mmap2(struct gen_buf *b, struct gen_stamp s, uint64_t addr, uint64_t len,
		    uint64_t pgoff, uint64_t ino, const char *path)
{
	size_t at = begin(b, MMAP2, USER);

	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	buf_u64(b, addr);
	buf_u64(b, len);
	buf_u64(b, pgoff);
	buf_u32(b, 0xfe); /* device's major and minor */
	buf_u32(b, 1);
	buf_u64(b, ino);
	buf_u64(b, 0); /* inode's generation */
	buf_u32(b, 5); /* PROT_READ | PROT_EXEC */
	buf_u32(b, 2); /* MAP_PRIVATE */
	name(b, path);
	stamp(b, s, GEN_EV_DUMMY);
	end(b, at);
}

void sideband_switch(struct gen_buf *b, struct gen_stamp s, bool out, bool preempt,
		     int32_t other_pid, int32_t other_tid)
{
	uint16_t misc = (out ? SWITCH_OUT : 0) | (preempt ? SWITCH_OUT_PREEMPT : 0);
	size_t at = begin(b, SWITCH_CPU_WIDE, misc);

	buf_u32(b, other_pid);
	buf_u32(b, other_tid);
	stamp(b, s, GEN_EV_DUMMY);
	end(b, at);
}

/*
 * The sample up to the raw data: IDENTIFIER, IP, TID, TIME, CPU, PERIOD.  arm64 labels a tracepoint
 * as the guest's while a vCPU is loaded, and reports the guest's PC [arch/arm64/kvm:
 * kvm_arch_pmi_in_guest()].
 */
static size_t begin_sample(struct gen_buf *b, enum gen_event e, struct gen_stamp s,
			   uint64_t ip)
{
	size_t at = begin(b, SAMPLE, GUEST_KERNEL);

	buf_u64(b, gen_event_id(e, s.cpu));
	buf_u64(b, ip);
	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	buf_u64(b, s.time);
	buf_u32(b, s.cpu);
	buf_u32(b, 0);
	buf_u64(b, 1);
	return at;
}

/* common_type, _flags, _preempt_count, _pid of every tracepoint. */
static void trace_common(struct gen_buf *b, uint16_t type, int32_t tid)
{
	buf_u16(b, type);
	buf_u8(b, 0);
	buf_u8(b, 1);
	buf_u32(b, tid);
}

void sideband_kvm_entry(struct gen_buf *b, struct gen_stamp s, uint64_t vcpu_pc)
{
	size_t at = begin_sample(b, GEN_EV_ENTRY, s, vcpu_pc);

	buf_u32(b, 20); /* size and data together are a multiple of 8 */
	trace_common(b, GEN_ENTRY_TRACEPOINT, s.tid);
	buf_u64(b, vcpu_pc);
	buf_u32(b, 0);
	end(b, at);
}

void sideband_kvm_exit(struct gen_buf *b, struct gen_stamp s, uint64_t vcpu_pc,
		       uint32_t ret, uint32_t esr_ec)
{
	size_t at = begin_sample(b, GEN_EV_EXIT, s, vcpu_pc);

	buf_u32(b, 28);
	trace_common(b, GEN_EXIT_TRACEPOINT, s.tid);
	buf_u32(b, ret);
	buf_u32(b, esr_ec);
	buf_u64(b, vcpu_pc);
	buf_u32(b, 0);
	end(b, at);
}

void sideband_itrace_start(struct gen_buf *b, struct gen_stamp s)
{
	size_t at = begin(b, ITRACE_START, 0);

	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	stamp(b, s, GEN_EV_SPE);
	end(b, at);
}

void sideband_aux(struct gen_buf *b, struct gen_stamp s, uint64_t offset, uint64_t size,
		  uint64_t flags)
{
	size_t at = begin(b, AUX, 0);

	buf_u64(b, offset);
	buf_u64(b, size);
	buf_u64(b, flags);
	stamp(b, s, GEN_EV_SPE);
	end(b, at);
}

void sideband_lost(struct gen_buf *b, struct gen_stamp s, uint64_t records)
{
	size_t at = begin(b, LOST, 0);

	buf_u64(b, gen_event_id(GEN_EV_DUMMY, s.cpu));
	buf_u64(b, records);
	stamp(b, s, GEN_EV_DUMMY);
	end(b, at);
}

void sideband_cgroup(struct gen_buf *b, uint64_t id, const char *path)
{
	size_t at = begin(b, CGROUP, 0);

	buf_u64(b, id);
	name(b, path);
	stamp(b, (struct gen_stamp){ .cpu = -1 }, GEN_EV_DUMMY);
	end(b, at);
}

/* IDENTIFIER, IP, TID, TIME, CPU, CGROUP. */
void sideband_cgroup_sample(struct gen_buf *b, struct gen_stamp s, uint64_t id)
{
	size_t at = begin(b, SAMPLE, 1); /* PERF_RECORD_MISC_KERNEL */

	buf_u64(b, gen_event_id(GEN_EV_DUMMY, s.cpu));
	buf_u64(b, 0xffff800080001000ull);
	buf_u32(b, s.pid);
	buf_u32(b, s.tid);
	buf_u64(b, s.time);
	buf_u32(b, s.cpu);
	buf_u32(b, 0);
	buf_u64(b, id);
	end(b, at);
}
