// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only user of LLVM's disassembler.  Its C interface (llvm-c/Disassembler.h) has not changed
 * since LLVM 3, so that one program can load any version and needs no header.
 */
#include "symbolizer/disasm_impl.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolizer/library.h"

/* The oldest and newest versions that are tried. */
#define OLDEST	14
#define NEWEST	40

/* Since LLVM 15 "+all" means every extension; before, each must be named. */
#define ALL_SINCE	15
#define FEATURES_14	"+v9.3a,+sve2,+sve2-aes,+sve2-sm4,+sve2-sha3,+sve2-bitperm,+f32mm,+f64mm," \
			"+i8mm,+bf16,+sme,+sme-f64,+sme-i64,+mte,+rand,+ls64,+hbc,+mops,+brbe," \
			"+fp16fml,+crypto,+sm4,+sha3,+tme,+spe,+ete"

#define NR_Z		32	/* vector registers of SVE */
#define LIST_MAX	4	/* registers in a list: Arm ARM C8.2, LD4B */

struct llvm {
	void *library;
	unsigned int major;
	/* LLVMCreateDisasmCPUFeatures(triple, CPU, features, info, kind, get, look up) */
	void *(*create)(const char *, const char *, const char *, void *, int, void *, void *);
	/* LLVMDisasmInstruction(handle, bytes, their number, address, text, its size) */
	size_t (*instruction)(void *, uint8_t *, uint64_t, uint64_t, char *, size_t);
	void (*dispose)(void *);
	void *handle;
};

/*
 * File names in distributions: since 18 they follow LLVM; before, Debian's ends in .1, Fedora's
 * does not.
 */
static void *open_major(unsigned int major)
{
	static const char *const names[] = { "libLLVM.so.%u.1", "libLLVM-%u.so.1", "libLLVM-%u.so" };
	char name[32];
	void *library = NULL;

	for (size_t i = 0; !library && i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), names[i], major);
		library = library_open(name);
	}
	return library;
}

/* The names of LLVM's functions for one target contain the target's name. */
static bool initialize(struct llvm *l)
{
	static const char *const parts[] = { "TargetInfo", "TargetMC", "Disassembler" };
	char name[64];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		void (*part)(void);

		snprintf(name, sizeof(name), "LLVMInitializeAArch64%s", parts[i]);
		part = library_symbol(l->library, name);
		if (!part)
			return false;
		part();
	}
	return true;
}

static bool begin(struct llvm *l)
{
	for (l->major = NEWEST; !l->library && l->major >= OLDEST; l->major--)
		l->library = open_major(l->major);
	if (!l->library)
		return false;
	l->major++;
	l->create = library_symbol(l->library, "LLVMCreateDisasmCPUFeatures");
	l->instruction = library_symbol(l->library, "LLVMDisasmInstruction");
	l->dispose = library_symbol(l->library, "LLVMDisasmDispose");
	if (!l->create || !l->instruction || !l->dispose || !initialize(l))
		return false;
	l->handle = l->create("aarch64-linux-gnu", "", l->major < ALL_SINCE ? FEATURES_14 : "+all",
			      NULL, 0, NULL, NULL);
	return l->handle;
}

struct llvm *llvm_new(void)
{
	struct llvm *l = calloc(1, sizeof(*l));

	if (l && begin(l))
		return l;
	llvm_free(l);
	return NULL;
}

void llvm_free(struct llvm *l)
{
	if (!l)
		return;
	if (l->handle)
		l->dispose(l->handle);
	free(l);
}

unsigned int llvm_major(const struct llvm *l)
{
	return l ? l->major : 0;
}

/*
 * LLVM 19 prints "z1.b - z3.b" where LLVM 15 and capstone print "z1.b, z2.b, z3.b".  Expand such a
 * range, which may wrap from z31 to z0; returns its length in text, or 0 if there is none.
 */
static int put_range(const char *text, char *out, size_t *n)
{
	unsigned int first, last;
	char type;
	int len = 0;

	if (sscanf(text, "z%2u.%c - z%2u.%*c%n", &first, &type, &last, &len) != 3 || !len ||
	    first >= NR_Z || last >= NR_Z || (last - first) % NR_Z >= LIST_MAX)
		return 0;
	for (unsigned int z = first; z != (last + 1) % NR_Z; z = (z + 1) % NR_Z)
		*n += (size_t)sprintf(out + *n, "%sz%u.%c", z == first ? "" : ", ", z, type);
	return len;
}

/*
 * Convert LLVM's text: numbers and lists of registers as in capstone, names of system registers in
 * lower case.
 */
static void respell(const char *text, const uint64_t *target, char out[DISASM_LEN])
{
	size_t n = 0;

	while (*text == '\t')
		text++;
	while (*text && n + 32 < DISASM_LEN) {
		int range = *text == 'z' ? put_range(text, out, &n) : 0;
		bool negative = text[0] == '#' && text[1] == '-';
		const char *digits = text + 1 + negative;
		char *end = NULL;
		uint64_t value = 0;

		if (range) {
			text += range;
			continue;
		}
		if (*text == '#' && isdigit((unsigned char)*digits))
			value = strtoull(digits, &end, 0);
		if (!end || *end == '.') {		/* keep "#1.00000000" */
			out[n++] = *text == '\t' ? ' ' : (char)tolower((unsigned char)*text);
			text++;
			continue;
		}
		/* the distance is the last operand */
		if (target && !strchr(end, '#'))
			n += (size_t)disasm_number(out + n, DISASM_LEN - n, *target, false);
		else
			n += (size_t)disasm_number(out + n, DISASM_LEN - n, value, negative);
		text = end;
	}
	out[n] = '\0';
}

bool llvm_text(struct llvm *l, uint32_t word, uint64_t addr, char out[DISASM_LEN])
{
	uint8_t bytes[4] = {
		(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24),
	};
	uint64_t target;
	char text[DISASM_LEN];

	if (!l || l->instruction(l->handle, bytes, sizeof(bytes), addr, text, sizeof(text)) != 4)
		return false;
	respell(text, disasm_relative(word, addr, &target) ? &target : NULL, out);
	return true;
}
