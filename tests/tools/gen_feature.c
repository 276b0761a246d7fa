/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_feature.h"

#include "tests/tools/gen_sideband.h"
#include "tests/tools/truth_node.h"

#define ATTR_SIZE 128 /* perf 6.1 refuses larger ones */

/* perf_event_attr.sample_type and the bits after .read_format. */
enum {
	IP = 1 << 0,
	TID = 1 << 1,
	TIME = 1 << 2,
	CALLCHAIN = 1 << 5,
	CPU = 1 << 7,
	PERIOD = 1 << 8,
	RAW = 1 << 10,
	DATA_SRC = 1 << 15,
	IDENTIFIER = 1 << 16,
	PHYS_ADDR = 1 << 19,
	SAMPLE_CGROUP = 1 << 21,
	SAMPLE_COMMON = IP | TID | TIME | CPU | IDENTIFIER,

	DISABLED = 1 << 0,
	INHERIT = 1 << 1,
	EXCLUDE_KERNEL = 1 << 5,
	EXCLUDE_HV = 1 << 6,
	MMAP = 1 << 8,
	COMM = 1 << 9,
	FREQ = 1 << 10,
	TASK = 1 << 13,
	SAMPLE_ID_ALL = 1 << 18,
	MMAP2 = 1 << 23,
	COMM_EXEC = 1 << 24,
	CONTEXT_SWITCH = 1 << 26,

	READ_ID_LOST = 0x14, /* PERF_FORMAT_ID, PERF_FORMAT_LOST */
};

unsigned int gen_nr_attrs(const struct gen_config *cfg)
{
	return cfg->pmus + (cfg->no_entries ? 1 : 3) + (cfg->cycles > 0);
}

static enum gen_event event_of(const struct gen_config *cfg, unsigned int i)
{
	if (i < cfg->pmus)
		return GEN_EV_SPE;
	return (cfg->no_entries ? GEN_EV_DUMMY : GEN_EV_ENTRY) + (i - cfg->pmus);
}

unsigned int gen_cpu_pmu(const struct gen_config *cfg, int32_t cpu)
{
	return (uint64_t)cpu * cfg->pmus / cfg->cpus;
}

static void attr(struct gen_buf *b, uint32_t type, uint64_t config, uint64_t period,
		 uint64_t sample_type, uint64_t bits)
{
	size_t at = b->len;

	buf_u32(b, type);
	buf_u32(b, ATTR_SIZE);
	buf_u64(b, config);
	buf_u64(b, period);
	buf_u64(b, sample_type);
	buf_u64(b, READ_ID_LOST);
	buf_u64(b, bits | SAMPLE_ID_ALL);
	buf_zero(b, at + ATTR_SIZE - b->len);
}

/* Bits of arm_spe's config [drivers/perf/arm_spe_pmu.c]; ts, pa, pct, jitter. */
static uint64_t spe_config(const struct gen_config *cfg)
{
	uint64_t config = 1 << 16 | 1 << 1;

	if (!cfg->no_timestamps)
		config |= 1 << 0;
	if (!cfg->cntvoff)
		config |= 1 << 2;
	return config;
}

void gen_attr(struct gen_buf *b, const struct gen_config *cfg, unsigned int i)
{
	uint64_t bits = DISABLED | INHERIT;

	switch (event_of(cfg, i)) {
	case GEN_EV_SPE:
		attr(b, GEN_SPE_TYPE + i, spe_config(cfg), GEN_PERIOD,
		     SAMPLE_COMMON | DATA_SRC | PHYS_ADDR,
		     bits | (cfg->exclude_kernel ? EXCLUDE_KERNEL : 0));
		break;
	case GEN_EV_ENTRY:
		attr(b, 2, GEN_ENTRY_TRACEPOINT, 1, SAMPLE_COMMON | PERIOD | RAW, bits);
		break;
	case GEN_EV_EXIT:
		attr(b, 2, GEN_EXIT_TRACEPOINT, 1, SAMPLE_COMMON | PERIOD | RAW, bits);
		break;
	case GEN_EV_CYCLES: /* PERF_COUNT_HW_CPU_CYCLES */
		attr(b, 0, 0, 499, SAMPLE_COMMON | PERIOD | CALLCHAIN, bits | FREQ);
		break;
	default: /* PERF_COUNT_SW_DUMMY, or PERF_COUNT_SW_CGROUP_SWITCHES */
		attr(b, 1, cfg->cgroups ? 11 : 9, 1,
		     SAMPLE_COMMON | (cfg->cgroups ? SAMPLE_CGROUP : 0),
		     INHERIT | EXCLUDE_KERNEL | EXCLUDE_HV | MMAP | COMM | TASK | MMAP2 |
			     COMM_EXEC | CONTEXT_SWITCH);
	}
}

const char *gen_attr_name(char *name, size_t len, const struct gen_config *cfg,
			  unsigned int i)
{
	switch (event_of(cfg, i)) {
	case GEN_EV_SPE:
		snprintf(
			name, len,
			"arm_spe_%u/ts_enable=%d,pct_enable=%d,pa_enable=1,jitter=1,period=%u/",
			i, !cfg->no_timestamps, !cfg->cntvoff, GEN_PERIOD);
		break;
	case GEN_EV_ENTRY: snprintf(name, len, "kvm:kvm_entry"); break;
	case GEN_EV_EXIT: snprintf(name, len, "kvm:kvm_exit"); break;
	case GEN_EV_CYCLES: snprintf(name, len, "cycles"); break;
	default: snprintf(name, len, "dummy:u");
	}
	return name;
}

unsigned int gen_attr_ids(struct gen_buf *b, const struct gen_config *cfg, unsigned int i)
{
	unsigned int nr = 0;

	for (uint32_t cpu = 0; cpu < cfg->cpus; cpu++) {
		if (i < cfg->pmus && gen_cpu_pmu(cfg, cpu) != i)
			continue;
		buf_u64(b, gen_event_id(event_of(cfg, i), cpu));
		nr++;
	}
	return nr;
}

/* A string of the header: its length, rounded up to 64, and its bytes. */
static void string(struct gen_buf *b, const char *text)
{
	size_t len = strlen(text) + 1, room = (len + 63) & ~(size_t)63;

	buf_u32(b, room);
	buf_put(b, text, len);
	buf_zero(b, room - len);
}

static const char common_fields[] =
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

static const char entry_fields[] =
	"\tfield:unsigned long vcpu_pc;\toffset:8;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"PC: 0x%016lx\", REC->vcpu_pc\n";

static const char exit_fields[] =
	"\tfield:int ret;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:unsigned int esr_ec;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned long vcpu_pc;\toffset:16;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"%d: HSR_EC: 0x%04x, PC: 0x%016lx\", REC->ret, REC->esr_ec, "
	"REC->vcpu_pc\n";

/* The format before kernel 5.2, and x86's under the same name. */
static const char old_exit_fields[] =
	"\tfield:int idx;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:unsigned int exit_reason;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned long vcpu_pc;\toffset:16;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"%d: HSR_EC: 0x%04x, PC: 0x%016lx\", REC->idx, REC->exit_reason, "
	"REC->vcpu_pc\n";

static const char header_page[] =
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";

static const char header_event[] =
	"# compressed entry header\n"
	"\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n"
	"\tpadding     : type == 29\n\ttime_extend : type == 30\n"
	"\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";

/* A text after its length. */
static void text64(struct gen_buf *b, const char *text)
{
	buf_u64(b, strlen(text));
	buf_put(b, text, strlen(text));
}

static void format(struct gen_buf *b, const char *name, int id, const char *fields)
{
	char text[2048];

	snprintf(text, sizeof(text), "name: %s\nID: %d\n%s%s", name, id, common_fields,
		 fields);
	text64(b, text);
}

/* As expected by tools/perf/util/trace-event-read.c. */
static void tracing_data(struct gen_buf *b, const struct gen_config *cfg)
{
	buf_put(b, "\x17\x08\x44tracing0.6", 13 + 1);
	buf_u8(b, 0);     /* little-endian */
	buf_u8(b, 8);     /* bytes of a long */
	buf_u32(b, 4096); /* of a page */
	buf_put(b, "header_page", 12);
	text64(b, header_page);
	buf_put(b, "header_event", 13);
	text64(b, header_event);
	buf_u32(b, 0); /* no ftrace files */
	buf_u32(b, 1); /* one system, */
	buf_put(b, "kvm", 4);
	buf_u32(b, 2); /* with two events */
	format(b, "kvm_exit", GEN_EXIT_TRACEPOINT, cfg->exits ? old_exit_fields : exit_fields);
	format(b, "kvm_entry", GEN_ENTRY_TRACEPOINT, entry_fields);
	buf_u32(b, 0); /* no kallsyms, */
	buf_u32(b, 0); /* printk strings */
	buf_u64(b, 0); /* or saved command lines */
}

static void cmdline(struct gen_buf *b)
{
	static const char *const words[] = {
		"perf",
		"record",
		"-a",
		"-e",
		"arm_spe_0/ts_enable=1,pct_enable=1/",
		"-e",
		"kvm:kvm_entry",
		"-e",
		"kvm:kvm_exit",
	};
	const size_t n = sizeof(words) / sizeof(words[0]);

	buf_u32(b, n);
	for (size_t i = 0; i < n; i++)
		string(b, words[i]);
}

static void event_desc(struct gen_buf *b, const struct gen_config *cfg)
{
	char name[128];

	buf_u32(b, gen_nr_attrs(cfg));
	buf_u32(b, ATTR_SIZE);
	for (unsigned int i = 0; i < gen_nr_attrs(cfg); i++) {
		struct gen_buf ids = { 0 };
		unsigned int nr = gen_attr_ids(&ids, cfg, i);

		gen_attr(b, cfg, i);
		buf_u32(b, nr);
		string(b, gen_attr_name(name, sizeof(name), cfg, i));
		buf_put(b, ids.data, ids.len);
		free(ids.data);
	}
}

static void pmu_mappings(struct gen_buf *b, const struct gen_config *cfg)
{
	char name[32];

	buf_u32(b, 3 + cfg->pmus);
	buf_u32(b, 1);
	string(b, "software");
	buf_u32(b, 2);
	string(b, "tracepoint");
	buf_u32(b, 10);
	string(b, "armv8_pmuv3_0");
	for (unsigned int i = 0; i < cfg->pmus; i++) {
		snprintf(name, sizeof(name), "arm_spe_%u", i);
		buf_u32(b, GEN_SPE_TYPE + i);
		string(b, name);
	}
}

static void pmu_caps(struct gen_buf *b, const struct gen_config *cfg)
{
	static const char *const caps[][2] = {
		{ "count_size", "12" },
		{ "ernd", "0" },
		{ "min_interval", "256" },
		{ "arch_inst", "0" },
	};
	char name[32];

	buf_u32(b, cfg->pmus);
	for (unsigned int i = 0; i < cfg->pmus; i++) {
		buf_u32(b, 4);
		for (unsigned int c = 0; c < 4; c++) {
			string(b, caps[c][0]);
			string(b, caps[c][1]);
		}
		snprintf(name, sizeof(name), "arm_spe_%u", i);
		string(b, name);
	}
}

static void numa_topology(struct gen_buf *b, const struct gen_config *cfg)
{
	char list[64];

	buf_u32(b, cfg->nodes);
	for (uint32_t node = 0; node < cfg->nodes; node++) {
		uint32_t first = 0, last;

		while (first < cfg->cpus && truth_node_of_cpu(cfg->nodes, cfg->cpus, first) < (int32_t)node)
			first++;
		for (last = first; last < cfg->cpus; last++)
			if (truth_node_of_cpu(cfg->nodes, cfg->cpus, last) > (int32_t)node)
				break;
		snprintf(list, sizeof(list), "%u-%u", first, last - 1);
		buf_u32(b, node);
		buf_u64(b, 16 << 20);
		buf_u64(b, 8 << 20);
		string(b, last > first ? list : "");
	}
}

static void mem_topology(struct gen_buf *b, const struct gen_config *cfg)
{
	uint64_t bits = TRUTH_FIRST_BLOCK + TRUTH_BLOCKS;

	buf_u64(b, 1);
	buf_u64(b, TRUTH_BLOCK);
	buf_u64(b, cfg->nodes);
	for (uint32_t node = 0; node < cfg->nodes; node++) {
		buf_u64(b, node);
		buf_u64(b, bits);
		buf_u64(b, bits);
		for (uint64_t word = 0; word < (bits + 63) / 64; word++) {
			uint64_t set = 0;

			for (uint64_t i = 0; i < 64; i++)
				if (truth_node_of_block(cfg->nodes, 64 * word + i) == (int32_t)node)
					set |= 1ull << i;
			buf_u64(b, set);
		}
	}
}

bool gen_feature(struct gen_buf *b, const struct gen_machine *m, unsigned int feature)
{
	const struct gen_config *cfg = m->cfg;
	char text[32];

	switch (feature) {
	case FEATURE_TRACING_DATA: tracing_data(b, cfg); break;
	case FEATURE_HOSTNAME: string(b, cfg->host); break;
	case FEATURE_OSRELEASE: string(b, cfg->kernel); break;
	case FEATURE_VERSION: string(b, "6.12"); break;
	case FEATURE_ARCH: string(b, "aarch64"); break;
	case FEATURE_NRCPUS: /* available, online */
		buf_u32(b, cfg->cpus);
		buf_u32(b, cfg->cpus);
		break;
	case FEATURE_CPUID:
		/* x86's perf kvm stat requires a CPU that it knows */
		snprintf(text, sizeof(text), cfg->exits ? "GenuineIntel,6,85,7" : "0x%016llx",
			 GEN_MIDR);
		string(b, text);
		break;
	case FEATURE_TOTAL_MEM: buf_u64(b, 64ull << 20); break;
	case FEATURE_CMDLINE: cmdline(b); break;
	case FEATURE_EVENT_DESC: event_desc(b, cfg); break;
	case FEATURE_PMU_MAPPINGS: pmu_mappings(b, cfg); break;
	case FEATURE_NUMA_TOPOLOGY:
		if (!cfg->nodes)
			return false;
		numa_topology(b, cfg);
		break;
	case FEATURE_MEM_TOPOLOGY:
		if (!cfg->nodes)
			return false;
		mem_topology(b, cfg);
		break;
	case FEATURE_PMU_CAPS: pmu_caps(b, cfg); break;
	default: return false;
	}
	return true;
}
