// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "decoder/names.h"
#include "decoder/packet.h"

/* A string that may not fit: like snprintf, counts the full length. */
struct text {
	char *buf;
	size_t room;
	size_t len;
};

static void put_char(struct text *t, char c)
{
	if (t->len + 1 < t->room)
		t->buf[t->len] = c;
	t->len++;
}

static void put(struct text *t, const char *s)
{
	while (*s)
		put_char(t, *s++);
}

static void put_number(struct text *t, uint64_t v, unsigned int base)
{
	char digits[20];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	while (n)
		put_char(t, digits[--n]);
}

static void put_dec(struct text *t, const char *before, uint64_t v)
{
	put(t, before);
	put_number(t, v, 10);
}

static void put_hex(struct text *t, const char *before, uint64_t v)
{
	put(t, before);
	put(t, "0x");
	put_number(t, v, 16);
}

static void format_events(struct text *t, uint64_t events)
{
	static const char *const words[64] = {
#define EVENT(bit, id, name, dump, what) [bit] = " " dump,
#include "decoder/events.def"
#undef EVENT
	};
	unsigned int bit;

	put(t, "EV");
	for (bit = 0; bit < 64; bit++) {
		if (!(events >> bit & 1))
			continue;
		if (words[bit])
			put(t, words[bit]);
		else
			put_dec(t, " EV", bit);
	}
}

static void put_if(struct text *t, unsigned int bit, const char *word)
{
	if (bit)
		put(t, word);
}

/* D18.2.7: the largest code of EVL means "more than 2048". */
static void format_evl(struct text *t, unsigned int op)
{
	if ((op & 0x70) == 0x70)
		put(t, " EVLEN >2048");
	else
		put_dec(t, " EVLEN ", 32u << (op >> 4 & 7));
}

static void format_ets(struct text *t, unsigned int op)
{
	unsigned int bits = spe_op_vector_bits(0, (uint8_t)op);

	if (bits)
		put_dec(t, " ETS ", bits);
	else
		put(t, (op & 0x74) == 0x74 ? " ETS ZA" : " ETS reserved");
}

static void format_other(struct text *t, enum spe_op subclass, unsigned int op)
{
	if (subclass == SPE_OP_SVE_OTHER) {
		put(t, "SVE-OTHER");
		format_evl(t, op);
		put_if(t, op & 2, " FP");
		put_if(t, op & 4, " PRED");
	} else if (subclass == SPE_OP_SME_OTHER) {
		put(t, "SME-OTHER");
		format_ets(t, op);
		put_if(t, op & 2, " FP");
	} else {
		put(t, "OTHER");
		put_if(t, op & 4, " ASE");
		put_if(t, op & 2, " FP");
		put(t, subclass == SPE_OP_COND_SELECT ? " COND-SELECT" : " INSN-OTHER");
	}
}

static void format_access(struct text *t, enum spe_op subclass, unsigned int op)
{
	static const char *const words[NR_SPE_OPS] = {
		[SPE_OP_GENERAL]	= " GP-REG",
		[SPE_OP_SIMD_FP]	= " SIMD-FP",
		[SPE_OP_EXTENDED]	= "",
		[SPE_OP_UNSPECIFIED]	= " UNSPEC-REG",
		[SPE_OP_TAG]		= " MTE-TAG",
		[SPE_OP_MEMORY_COPY]	= " MEMCPY",
		[SPE_OP_MEMORY_SET]	= " MEMSET",
		[SPE_OP_NV_SYSREG]	= " NV-SYSREG",
		[SPE_OP_GCS]		= " GCS",
		[SPE_OP_SVE]		= " SVE-SME-REG",
	};

	put(t, op & 1 ? "ST" : "LD");
	put(t, words[subclass]);
	if (subclass == SPE_OP_EXTENDED) {
		put_if(t, op & 4, " AT");
		put_if(t, op & 8, " EXCL");
		put_if(t, op & 0x10, " AR");
	} else if (subclass == SPE_OP_GCS) {
		put_if(t, op & 4, " COMM");
	} else if (subclass == SPE_OP_SVE) {
		format_evl(t, op);
		put_if(t, op & 4, " PRED");
		put_if(t, op & 0x80, " SG");
	}
}

static void format_branch(struct text *t, unsigned int op)
{
	static const char *const cr[] = { "", " CR-BL", " CR-RET", " CR-NON-BL-RET" };

	put(t, "B");
	put_if(t, op & 1, " COND");
	put_if(t, op & 2, " IND");
	put_if(t, op & 4, " GCS");
	put(t, cr[op >> 3 & 3]);
}

static void format_op(struct text *t, unsigned int class, unsigned int op)
{
	static const char *const kinds[][2] = {
		{ "OTHER", "OTHER" }, { "LD", "ST" }, { "B", "B" },
	};
	enum spe_op subclass = spe_op((uint8_t)class, (uint8_t)op);

	if (subclass == SPE_OP_RESERVED) {
		put(t, kinds[class][op & 1]);
		put_hex(t, " op ", op);
	} else if (class == 0) {
		format_other(t, subclass, op);
	} else if (class == 1) {
		format_access(t, subclass, op);
	} else {
		format_branch(t, op);
	}
}

static const uint64_t low56 = (1ull << 56) - 1;

/* D18.2.1: NSE is printed only if set; perf does not print it. */
static void format_code_address(struct text *t, const char *name, uint64_t v)
{
	put_hex(t, name, v & low56);
	put_dec(t, " el", v >> 61 & 3);
	put_dec(t, " ns=", v >> 63);
	put_if(t, v >> 60 & 1, " nse=1");
}

static void format_pa(struct text *t, uint64_t v)
{
	put_hex(t, "PA ", v & low56);
	put_dec(t, " ns=", v >> 63);
	put_dec(t, " ch=", v >> 62 & 1);
	put(t, " pat=");
	put_number(t, v >> 56 & 15, 16);
	put_if(t, v >> 60 & 1, " nse=1");
}

/* An index that is reserved or implementation defined [D18.2.1, D18.2.3]. */
static void put_index(struct text *t, unsigned int index)
{
	put_dec(t, " (", index);
	put_char(t, ')');
}

static void format_address(struct text *t, unsigned int index, uint64_t v)
{
	switch (index) {
	case 0:
		format_code_address(t, "PC ", v);
		break;
	case 1:
		format_code_address(t, "TGT ", v);
		break;
	case 2:
		put_hex(t, "VA ", v);
		break;
	case 3:
		format_pa(t, v);
		break;
	case 4:
		format_code_address(t, "PBT ", v);
		break;
	default:
		put_hex(t, "ADDR ", v);
		put_index(t, index);
	}
}

static void format_counter(struct text *t, unsigned int index, uint64_t v)
{
	static const char *const words[] = { " TOT", " ISSUE", " XLAT", NULL, " ALT-ISSUE" };

	put_dec(t, "LAT ", v);
	if (index < sizeof(words) / sizeof(words[0]) && words[index])
		put(t, words[index]);
	else
		put_index(t, index);
}

static void format_packet(struct text *t, const struct spe_packet *pkt)
{
	switch ((enum spe_packet_type)pkt->type) {
	case SPE_PACKET_PAD:
		put(t, "PAD");
		return;
	case SPE_PACKET_END:
		put(t, "END");
		return;
	case SPE_PACKET_TIMESTAMP:
		put_dec(t, "TS ", pkt->payload);
		return;
	case SPE_PACKET_EVENTS:
		format_events(t, pkt->payload);
		return;
	case SPE_PACKET_DATA_SOURCE:
		put_dec(t, "DATA-SOURCE ", pkt->payload);
		return;
	case SPE_PACKET_CONTEXT:
		put_hex(t, "CONTEXT ", pkt->payload);
		put_dec(t, " el", pkt->index + 1u);
		return;
	case SPE_PACKET_OP_TYPE:
		if (pkt->index > 2 || pkt->payload > 0xff)
			break;
		format_op(t, pkt->index, (unsigned int)pkt->payload);
		return;
	case SPE_PACKET_ADDRESS:
		format_address(t, pkt->index, pkt->payload);
		return;
	case SPE_PACKET_COUNTER:
		format_counter(t, pkt->index, pkt->payload);
		return;
	case SPE_PACKET_UNKNOWN:
		break;
	}
	put_hex(t, "UNKNOWN ", pkt->header);
	put_hex(t, " payload ", pkt->payload);
}

int spe_packet_format(char *text, size_t len, const struct spe_packet *pkt)
{
	struct text t = { .buf = text, .room = len };

	format_packet(&t, pkt);
	if (len)
		text[t.len < len ? t.len : len - 1] = '\0';
	return (int)t.len;
}
