// SPDX-License-Identifier: GPL-2.0-only
/*
 * dictionary TARGET: prints libFuzzer's dictionary of a lean target: the rows of the .def files
 * that its parser knows, and the magics of its format.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "collector/perfdata/format.h"
#include "collector/perfdata/write.h"
#include "tests/fuzz/perfdata_mutate.h"

static void entry(const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	putchar('"');
	for (size_t i = 0; i < len; i++)
		if (isalnum(p[i]))
			putchar(p[i]);
		else
			printf("\\x%02x", p[i]);
	printf("\"\n");
}

static void text(const char *s)
{
	if (*s)
		entry(s, strlen(s));
}

static void texts(const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		text(list[i]);
}
#define TEXTS(...)									\
	do {										\
		static const char *const list_[] = { __VA_ARGS__ };			\
											\
		texts(list_, sizeof(list_) / sizeof(list_[0]));				\
	} while (0)

/* Little-endian. */
static void number(uint64_t v, size_t len)
{
	uint8_t p[8];

	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(v >> 8 * i);
	entry(p, len);
}

/* Each header with a payload of ones; its size is in bits 5:4 [Arm ARM D18.1.1]. */
static void packet(unsigned int header)
{
	uint8_t p[9];

	p[0] = (uint8_t)header;
	memset(p + 1, 0xff, 8);
	entry(p, 1 + (header < 0x20 ? 0 : (size_t)1 << (header >> 4 & 3)));
	memset(p + 1, 0, 8);
	entry(p, 1 + (header < 0x20 ? 0 : (size_t)1 << (header >> 4 & 3)));
}

static void print_packets(void)
{
#define PACKET(name, first, last, bits)							\
	for (unsigned int h = first; h <= last; h++)					\
		packet(h);
#include "decoder/packets.def"
#undef PACKET
#define OP(id, class, mask, value, name, what)						\
	entry((const uint8_t[]){ 0x48 | class, value }, 2);
#include "decoder/ops.def"
#undef OP
#define EVENT(bit, id, name, dump, what)						\
	entry((const uint8_t[]){ 0x62, bit / 8 == 0 ? 1u << bit % 8 : 0,		\
				 bit / 8 == 1 ? 1u << bit % 8 : 0,			\
				 bit / 8 == 2 ? 1u << bit % 8 : 0,			\
				 bit / 8 == 3 ? 1u << bit % 8 : 0 }, 5);
#include "decoder/events.def"
#undef EVENT
}

static void print_filter(void)
{
#define FIELD(id, name, kind, unit, what) text(name);
#include "profile/fields.def"
#undef FIELD
#define EVENT(bit, id, name, dump, what) text(name);
#include "decoder/events.def"
#undef EVENT
#define OP(id, class, mask, value, name, what) text(name);
#include "decoder/ops.def"
#undef OP
#define SOURCE(table, code, name, what, reach) text(name);
#include "decoder/sources.def"
#undef SOURCE
#define REASON(id, class, name, source, what) text(name);
#include "kvm/exits.def"
#undef REASON
	TEXTS("||", "&&", "!", "(", ")", "=", "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "'",
	      "\"", "0x", "ns", "us", "ms", "ev63", "host", "guest", "host-user", "host-kernel",
	      "guest-user", "guest-kernel", "switch", "unknown", "load", "store", "branch",
	      "other", "atomic", "read", "write", "update", "18446744073709551615", "[[:alpha:]]",
	      "\\(", ".*", "{1,2}");
}

static void print_escape(void)
{
	TEXTS("\x1b[", "\x1b]0;", "\x07", "\x7f", "\xc2\x9b", "\xc2\xad", "\xd8\x9c",
	      "\xe2\x80\xae", "\xe2\x80\x8b", "\xe2\x81\xa6", "\xef\xbb\xbf", "\xef\xbf\xbe",
	      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\xf0\x9f\x98\x80", "e\xcc\x81",
	      "\xe4\xb8\xad", "<script>", "&amp;", "\"", "'", "\\", "\\u0000");
}

static void print_kallsyms(void)
{
	TEXTS("ffff800008000000 T _text\n", "ffff800008000000 t ", "0000000000000000 T ",
	      "ffff80007a000000 t kvm_init\t[kvm]\n", "\t[kvm]", "_stext", "_etext", "_sinittext",
	      "__irqentry_text_start", "$x", "$d", ".L", " W ", " d ", " A ",
	      "ffffffffffffffff", "\r\n");
}

static void print_elf(void)
{
	TEXTS("\x7f" "ELF\x02\x01\x01", "\x7f" "ELF\x01\x01\x01", "\x7f" "ELF\x02\x02\x01",
	      ".symtab", ".dynsym", ".strtab", ".shstrtab", ".text", ".init.text", ".plt",
	      ".rela.plt", ".rela.text", ".comment", "LLD", "mold", ".gnu_debuglink",
	      ".gnu_debugdata", ".debug_info", ".zdebug_info", "GNU", "\xfd" "7zXZ",
	      "\x1f\x8b", "\x28\xb5\x2f\xfd", "$x", "$d", "_text", "_stext", "_etext");
	for (uint64_t type = 0; type < 20; type++)	/* e_type, p_type, sh_type */
		number(type, 4);
	number(183, 2);		/* EM_AARCH64 */
	number(40, 2);		/* EM_ARM */
	number(0xffff, 2);	/* SHN_XINDEX, PN_XNUM */
	number(UINT64_MAX, 8);
}

static void print_perfdata(void)
{
	static const uint8_t types[] = { PERFDATA_TYPES };

	for (size_t i = 0; i < sizeof(types); i++)
		entry((const uint8_t[8]){ types[i], 0, 0, 0, 0, 0, 32 }, 8);
	for (uint64_t kind = OWN_FACTS; kind <= OWN_JIT; kind++)
		number(PERF_EVENT_UPDATE_SPELUNK | kind, 8);
#define TRACEPOINT(id, name, ...) text("kvm:" name); TEXTS(name, __VA_ARGS__);
#include "collector/tracepoints.def"
#undef TRACEPOINT
#define COUNTER(id, number_, name, pmu_event, who, what) text(name);
#include "collector/counters.def"
#undef COUNTER
	TEXTS("PERFILE2", "2ELIFREP", "arm_spe_0", "arm_spe_0//", "min_interval", "counter_sz",
	      "armv8_pmuv3_0", "cycles", "[kernel.kallsyms]_text", "[vdso]", "\x17\x08" "Dtracing",
	      "header_page", "header_event", "\x28\xb5\x2f\xfd", "aarch64");
	for (unsigned int bit = 0; bit < 24; bit++)	/* sample_type */
		number(1ull << bit, 8);
	number(PERF_AUXTRACE_ARM_SPE, 4);
	number(UINT32_MAX, 4);
	number(UINT64_MAX, 8);
}

int main(int argc, char **argv)
{
	static const struct { const char *target; void (*print)(void); } targets[] = {
		{ "lean_packet", print_packets }, { "lean_record", print_packets },
		{ "lean_filter", print_filter }, { "lean_escape", print_escape },
		{ "lean_kallsyms", print_kallsyms }, { "lean_elf", print_elf },
		{ "lean_perfdata", print_perfdata },
	};

	for (size_t i = 0; argc == 2 && i < sizeof(targets) / sizeof(targets[0]); i++)
		if (!strcmp(argv[1], targets[i].target)) {
			targets[i].print();
			return 0;
		}
	fprintf(stderr, "usage: dictionary TARGET\n");
	return 2;
}
