// SPDX-License-Identifier: GPL-2.0-only
/* The only user of libelf. */
#include "symbolizer/files/elf.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/elf_image.h"
#include "base/intern.h"
#include "base/io.h"
#include "base/memory_limit.h"

#define FILE_MAX	(8ull << 30)
#define PACKED_MAX	(64u << 20)	/* libdw uncompresses into memory, all at once */
#define UNPACKED_MAX	(1ull << 30)	/* 64 MiB of xz can become 450 GiB */
#define NAME_CUT	4096
#define SEGMENTS_MAX	256
#define SECTIONS_MAX	(1u << 20)
#define SYMBOLS_MAX	(1u << 24)
#define RELOCATIONS_MAX	(1u << 20)

struct segment {
	uint64_t offset, size, addr;
	uint64_t memory;	/* its size in memory */
	bool code;
};

struct section {
	uint64_t start, end;	/* addresses; start == end: not loaded */
	uint64_t offset;	/* of its bytes */
	bool code, bytes;	/* bytes: they are in the file */
};

struct elf_file {
	Elf *elf;
	GElf_Ehdr header;
	struct segment segment[SEGMENTS_MAX];
	size_t nr_segments;
	struct section *section;
	size_t nr_sections;
	uint8_t build_id[BUILD_ID_MAX], build_id_len;
	const char *debuglink;
	Elf_Scn *symtab, *dynsym, *plt, *plt_relocations;
	bool lines, is_mini;
	bool interpreter;	/* it has a PT_INTERP: an executable */
	bool no_code;		/* the code's bytes are in another file */
	bool paged_linker;	/* addresses and offsets differ by a multiple of the page size */
	struct elf_file *mini;	/* from .gnu_debugdata */
	struct symtab *symbols;
	struct intern names;	/* those that are not borrowed from the file */
	void *map;		/* pages of a larger file that contain it; NULL: a file of its
				 * own */
	size_t map_len;
};

void elf_file_close(struct elf_file *f)
{
	if (!f)
		return;
	elf_file_close(f->mini);
	symtab_free(f->symbols);
	intern_clear(&f->names);
	free(f->section);
	if (f->elf)
		elf_end(f->elf);
	if (f->map)
		munmap(f->map, f->map_len);
	free(f);
}

const void *elf_file_image(const struct elf_file *f, size_t *size)
{
	return elf_rawfile(f->elf, size);
}

const uint8_t *elf_file_build_id(const struct elf_file *f, uint8_t *len)
{
	*len = f->build_id_len;
	return f->build_id;
}

const char *elf_file_debuglink(const struct elf_file *f)
{
	return f->debuglink;
}

bool elf_file_has_symtab(const struct elf_file *f)
{
	return f->symtab || (f->mini && f->mini->symtab);
}

bool elf_file_has_lines(const struct elf_file *f)
{
	return f->lines;
}

bool elf_file_is_module(const struct elf_file *f)
{
	return f->header.e_type == ET_REL;
}

struct Elf *elf_file_handle(const struct elf_file *f)
{
	return f->elf;
}

bool elf_file_is_aarch64(const struct elf_file *f)
{
	return f->header.e_machine == EM_AARCH64;
}

bool elf_file_is_library(const struct elf_file *f)
{
	return f->header.e_type == ET_DYN && !f->interpreter;
}

bool elf_file_base(const struct elf_file *f, bool code, uint64_t *addr)
{
	for (size_t i = 0; i < f->nr_segments; i++) {
		*addr = f->segment[i].addr;
		if (f->segment[i].code || !code)
			return true;
	}
	return false;
}

/* The offset of the code at addr, and the bytes left; false: no code there. */
static bool find_code(const struct elf_file *f, uint64_t addr, uint64_t *offset, uint64_t *left)
{
	for (size_t i = 1; i < f->nr_sections; i++) {
		const struct section *s = &f->section[i];

		if (!s->code || !s->bytes || addr < s->start || addr >= s->end)
			continue;
		*offset = s->offset + (addr - s->start);
		*left = s->end - addr;
		return true;
	}
	/* A file without sections, such as a vDSO's image, has segments. */
	for (size_t i = 0; i < f->nr_segments && f->nr_sections < 2; i++) {
		const struct segment *s = &f->segment[i];

		if (!s->code || addr < s->addr || addr - s->addr >= s->size)
			continue;
		*offset = s->offset + (addr - s->addr);
		*left = s->size - (addr - s->addr);
		return true;
	}
	return false;
}

size_t elf_file_code(const struct elf_file *f, uint64_t addr, uint8_t *out, size_t len)
{
	uint64_t offset, left;
	size_t size;
	char *raw = elf_rawfile(f->elf, &size);

	if (!raw || !find_code(f, addr, &offset, &left) || offset >= size)
		return 0;
	left = left < size - offset ? left : size - offset;
	len = len < left ? len : left;
	memcpy(out, raw + offset, len);
	return len;
}

size_t elf_file_loaded(const struct elf_file *f, uint64_t addr, uint8_t *out, size_t len)
{
	size_t size;
	char *raw = elf_rawfile(f->elf, &size);

	for (size_t i = 0; raw && i < f->nr_segments; i++) {
		const struct segment *s = &f->segment[i];
		uint64_t at = addr - s->addr, left;

		if (addr < s->addr || at >= s->size || s->offset >= size || at >= size - s->offset)
			continue;
		left = s->size - at < size - s->offset - at ? s->size - at : size - s->offset - at;
		len = len < left ? len : left;
		memcpy(out, raw + s->offset + at, len);
		return len;
	}
	return 0;
}

bool elf_file_section(const struct elf_file *f, const char *name, uint64_t *addr, uint64_t *size)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(f->elf, &names))
		return false;
	while ((scn = elf_nextscn(f->elf, scn))) {
		const char *its;
		GElf_Shdr h;

		if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_ALLOC))
			continue;
		its = elf_strptr(f->elf, names, h.sh_name);
		if (!its || strcmp(its, name))
			continue;
		*addr = h.sh_addr;
		*size = h.sh_size;
		return true;
	}
	return false;
}

bool elf_file_text(const struct elf_file *f, uint64_t *from, uint64_t *to)
{
	*from = *to = 0;
	for (size_t i = 1; i < f->nr_sections; i++) {
		const struct section *s = &f->section[i];

		if (s->code && s->bytes && s->end > s->start && s->end - s->start > *to - *from) {
			*from = s->start;
			*to = s->end;
		}
	}
	for (size_t i = 0; i < f->nr_segments && f->nr_sections < 2; i++) {
		const struct segment *s = &f->segment[i];

		if (s->code && s->addr + s->size > s->addr && s->size > *to - *from) {
			*from = s->addr;
			*to = s->addr + s->size;
		}
	}
	return *from < *to;
}

/* The name of a relocation's symbol; "" if it has none. */
static const char *relocation_name(const struct elf_file *f, size_t table, uint64_t symbol)
{
	Elf_Scn *scn = elf_getscn(f->elf, table);
	Elf_Data *symbols, *strings;
	GElf_Shdr h;
	GElf_Sym sym;

	if (!scn || !gelf_getshdr(scn, &h) || symbol > INT32_MAX)
		return "";
	symbols = elf_getdata(scn, NULL);
	strings = elf_getdata(elf_getscn(f->elf, h.sh_link), NULL);
	if (!symbols || !gelf_getsym(symbols, (int)symbol, &sym) || !strings || !strings->d_buf ||
	    sym.st_name >= strings->d_size ||
	    !memchr((char *)strings->d_buf + sym.st_name, '\0', strings->d_size - sym.st_name))
		return "";
	return (char *)strings->d_buf + sym.st_name;
}

/* Relocations of one section, starting at an offset in it. */
static void read_relocations(const struct elf_file *f, Elf_Scn *scn, size_t table,
			     uint64_t from, const char **out, size_t nr)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t n = data ? data->d_size / gelf_fsize(f->elf, ELF_T_RELA, 1, EV_CURRENT) : 0;
	GElf_Rela r;

	for (size_t i = 0; i < n && i < RELOCATIONS_MAX && gelf_getrela(data, (int)i, &r); i++)
		if (r.r_offset >= from && (r.r_offset - from) / 4 < nr)
			out[(r.r_offset - from) / 4] = relocation_name(f, table,
								       GELF_R_SYM(r.r_info));
}

void elf_file_relocated(const struct elf_file *f, uint64_t addr, const char **out, size_t nr)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	memset(out, 0, nr * sizeof(*out));
	while (f->header.e_type == ET_REL && (scn = elf_nextscn(f->elf, scn))) {
		const struct section *s;

		if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_RELA || h.sh_info >= f->nr_sections)
			continue;
		s = &f->section[h.sh_info];
		if (s->code && addr >= s->start && addr < s->end)
			read_relocations(f, scn, h.sh_link, addr - s->start, out, nr);
	}
}

bool elf_file_has_offsets(const struct elf_file *f)
{
	for (size_t i = 0; i < f->nr_segments; i++)
		if (f->segment[i].code && f->segment[i].size)
			return true;
	return false;
}

bool elf_file_address(const struct elf_file *f, uint64_t offset, uint64_t *addr)
{
	for (size_t i = 0; i < f->nr_segments; i++) {
		const struct segment *s = &f->segment[i];

		if (offset >= s->offset && offset - s->offset < s->size) {
			*addr = s->addr + (offset - s->offset);
			return true;
		}
	}
	return false;
}

bool elf_file_memory(const struct elf_file *f, uint64_t addr, uint64_t *first, uint64_t *last)
{
	*first = 0;
	*last = UINT64_MAX;
	for (size_t i = 0; i < f->nr_segments; i++) {
		const struct segment *s = &f->segment[i];
		uint64_t end = s->addr + s->memory;

		if (!s->memory || end < s->addr)
			continue;
		if (addr >= s->addr && addr < end) {
			*first = s->addr;
			*last = end - 1;
			return true;
		}
		if (addr < s->addr && s->addr - 1 < *last)
			*last = s->addr - 1;
		else if (addr >= end && end > *first)
			*first = end;
	}
	return false;
}

bool elf_file_next_in_map(const struct elf_file *f, size_t *i, uint64_t offset, uint64_t len,
			  uint64_t *shift, bool *code)
{
	uint64_t end = offset + len < offset ? UINT64_MAX : offset + len;

	while (*i < f->nr_segments) {
		const struct segment *s = &f->segment[(*i)++];

		if (!s->size || s->offset >= end || offset > s->offset + (s->size - 1))
			continue;
		*shift = s->addr - s->offset;
		*code = s->code;
		return true;
	}
	return false;
}

/* Opening ------------------------------------------------------------- */

static bool is_packed(const uint8_t *head)
{
	return !memcmp(head, "\x1f\x8b", 2) || !memcmp(head, "\xfd" "7zXZ", 6) ||
	       !memcmp(head, "\x28\xb5\x2f\xfd", 4);
}

static Elf *unpack(int fd)
{
	struct memory_limit limit;
	Elf *elf;

	memory_limit_begin(&limit, UNPACKED_MAX);
	elf = dwelf_elf_begin(fd);
	memory_limit_end(&limit);
	return elf;
}

/* *out must be freed by the caller, whatever is returned. */
static int begin(Elf **out, int fd)
{
	uint8_t head[8] = { 0 };
	struct stat st;
	long n;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOEXEC;
	if ((uint64_t)st.st_size > FILE_MAX)
		return -EFBIG;
	n = read_at(fd, 0, head, sizeof(head));
	if (n != sizeof(head))
		return n < 0 ? (int)n : -ENOEXEC;
	elf_version(EV_CURRENT);
	if (!memcmp(head, ELFMAG, SELFMAG))
		*out = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	else if (!is_packed(head))
		return -ENOEXEC;
	else if (st.st_size > PACKED_MAX)
		return -EFBIG;
	else
		*out = unpack(fd);
	if (!*out)
		return -ENOEXEC;
	if (elf_kind(*out) != ELF_K_ELF)
		return -ENOEXEC;
	/*
	 * Everything is mapped or in memory, so that hundreds of files need no descriptors.  An
	 * uncompressed file has none, which libelf reports as an error.
	 */
	elf_cntl(*out, ELF_C_FDREAD);
	return 0;
}

static int read_segments(struct elf_file *f)
{
	size_t nr;

	if (elf_getphdrnum(f->elf, &nr))
		return -ENOEXEC;
	for (size_t i = 0; i < nr && f->nr_segments < SEGMENTS_MAX && i < 65536; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(f->elf, i, &p))
			return -ENOEXEC;
		f->interpreter |= p.p_type == PT_INTERP;
		if (p.p_type != PT_LOAD)
			continue;
		f->segment[f->nr_segments++] = (struct segment){
			p.p_offset, p.p_filesz, p.p_vaddr, p.p_memsz, p.p_flags & PF_X,
		};
	}
	return 0;
}

/*
 * objcopy --only-keep-debug drops the code's offsets in the original file, because sections without
 * bytes have none.  GNU ld and gold place code at the same distance from the file's start as from
 * the first segment; LLD and mold do not.
 */
static void restore_offsets(struct elf_file *f)
{
	for (size_t i = 0; i < f->nr_segments; i++) {
		struct segment *s = &f->segment[i];

		if (s->code && s->size < s->memory && !f->paged_linker) {
			s->offset = s->addr - f->segment[0].addr;
			s->size = s->memory;
		} else if (s->size < s->memory) {
			s->size = 0;
		}
	}
}

static void read_linker(struct elf_file *f, Elf_Scn *scn)
{
	Elf_Data *d = elf_rawdata(scn, NULL);

	f->paged_linker = d && d->d_buf && (memmem(d->d_buf, d->d_size, "LLD", 3) ||
					    memmem(d->d_buf, d->d_size, "mold", 4));
}

static void read_note(struct elf_file *f, Elf_Data *data)
{
	size_t at = 0, name, desc;
	GElf_Nhdr n;

	while (data && !f->build_id_len && (at = gelf_getnote(data, at, &n, &name, &desc))) {
		if (n.n_type != NT_GNU_BUILD_ID || n.n_namesz != 4 ||
		    memcmp((char *)data->d_buf + name, "GNU", 4) ||
		    !n.n_descsz || n.n_descsz > BUILD_ID_MAX)
			continue;
		memcpy(f->build_id, (char *)data->d_buf + desc, n.n_descsz);
		f->build_id_len = n.n_descsz;
	}
}

/* A file without sections has its notes in segments. */
static void read_segment_notes(struct elf_file *f)
{
	size_t nr;

	if (elf_getphdrnum(f->elf, &nr))
		return;
	for (size_t i = 0; i < nr && i < 65536 && !f->build_id_len; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(f->elf, i, &p) || p.p_type != PT_NOTE)
			continue;
		read_note(f, elf_getdata_rawchunk(f->elf, p.p_offset, p.p_filesz,
						  p.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR));
	}
}

static void read_debuglink(struct elf_file *f, Elf_Scn *scn)
{
	Elf_Data *d = elf_rawdata(scn, NULL);

	if (d && d->d_buf && d->d_size && memchr(d->d_buf, '\0', d->d_size) &&
	    *(char *)d->d_buf && !strchr(d->d_buf, '/'))
		f->debuglink = d->d_buf;
}

static int open_file(struct elf_file **out, int fd, bool is_mini);

/* Symbols that remain in a stripped file, as a compressed ELF file (mini-debuginfo). */
static void read_debugdata(struct elf_file *f, Elf_Scn *scn)
{
	Elf_Data *d = elf_rawdata(scn, NULL);
	int fd;

	if (!d || !d->d_buf || d->d_size < 8 || d->d_size > PACKED_MAX / 4 || f->mini ||
	    !is_packed(d->d_buf))
		return;
	fd = memfd_create("debugdata", MFD_CLOEXEC);
	if (fd < 0)
		return;
	if (write_full(fd, d->d_buf, d->d_size))
		close(fd);
	else
		open_file(&f->mini, fd, true);
}

static void read_section(struct elf_file *f, Elf_Scn *scn, const GElf_Shdr *h, const char *name)
{
	struct section *s = &f->section[elf_ndxscn(scn)];

	if (h->sh_flags & SHF_ALLOC && !(h->sh_flags & SHF_TLS)) {
		s->start = h->sh_addr;
		s->end = h->sh_addr + h->sh_size;
		s->code = h->sh_flags & SHF_EXECINSTR;
		s->bytes = h->sh_type != SHT_NOBITS;
		s->offset = h->sh_offset;
		if (s->end < s->start)
			s->end = s->start;
	}
	if (h->sh_type == SHT_SYMTAB && !f->symtab)
		f->symtab = scn;
	else if (h->sh_type == SHT_DYNSYM && !f->dynsym)
		f->dynsym = scn;
	else if (h->sh_type == SHT_NOTE)
		read_note(f, elf_getdata(scn, NULL));
	else if (h->sh_type == SHT_NOBITS)
		f->no_code |= s->code;
	else if (!strcmp(name, ".comment"))
		read_linker(f, scn);
	else if (!strcmp(name, ".plt"))
		f->plt = scn;
	else if (!strcmp(name, ".rela.plt"))
		f->plt_relocations = scn;
	else if (!strcmp(name, ".gnu_debuglink"))
		read_debuglink(f, scn);
	else if (!strcmp(name, ".debug_info") || !strcmp(name, ".zdebug_info"))
		f->lines = true;
}

/*
 * The layout of a loaded module's code: section by section in file order, with init code separate
 * (Linux kernel/module/main.c: layout_sections()).  Only the kernel knows the final size of a .plt,
 * so what follows one has no known place.
 */
static void lay_out_module(struct elf_file *f, size_t names)
{
	uint64_t at = 0;

	for (size_t i = 1; i < f->nr_sections; i++) {
		Elf_Scn *scn = elf_getscn(f->elf, i);
		const char *name;
		GElf_Shdr h;

		f->section[i] = (struct section){ 0 };
		if (!scn || !gelf_getshdr(scn, &h))
			continue;
		name = elf_strptr(f->elf, names, h.sh_name);
		if (!name || (h.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) !=
		    (SHF_ALLOC | SHF_EXECINSTR) || !strncmp(name, ".init", 5))
			continue;
		if (!strcmp(name, ".plt") || !strcmp(name, ".text.ftrace_trampoline"))
			break;
		if (h.sh_addralign > 1 && h.sh_addralign <= 65536)
			at = (at + h.sh_addralign - 1) / h.sh_addralign * h.sh_addralign;
		if (h.sh_size > 1u << 30)
			break;
		f->section[i] = (struct section){ at, at + h.sh_size, h.sh_offset, true,
						  h.sh_type != SHT_NOBITS };
		at += h.sh_size;
	}
}

static int read_sections(struct elf_file *f)
{
	Elf_Scn *scn = NULL, *debugdata = NULL;
	size_t names;

	if (elf_getshdrnum(f->elf, &f->nr_sections) || f->nr_sections > SECTIONS_MAX)
		return -ENOEXEC;
	f->section = calloc(f->nr_sections + 1, sizeof(*f->section));
	if (!f->section)
		return -ENOMEM;
	if (!f->nr_sections || elf_getshdrstrndx(f->elf, &names))
		return 0;
	while ((scn = elf_nextscn(f->elf, scn))) {
		const char *name;
		GElf_Shdr h;

		if (elf_ndxscn(scn) >= f->nr_sections || !gelf_getshdr(scn, &h))
			return -ENOEXEC;
		name = elf_strptr(f->elf, names, h.sh_name);
		if (name && !strcmp(name, ".gnu_debugdata") && h.sh_type != SHT_NOBITS)
			debugdata = scn;
		else
			read_section(f, scn, &h, name ? name : "");
	}
	if (f->header.e_type == ET_REL)
		lay_out_module(f, names);
	if (debugdata && !f->symtab && !f->is_mini)
		read_debugdata(f, debugdata);
	return 0;
}

/* Scan f->elf.  0 or -errno. */
static int look_into(struct elf_file *f)
{
	int err = gelf_getehdr(f->elf, &f->header) ? 0 : -ENOEXEC;

	err = err ?: read_segments(f) ?: read_sections(f);
	if (err)
		return err;
	if (!f->build_id_len)
		read_segment_notes(f);
	if (f->no_code)
		restore_offsets(f);
	return 0;
}

static int open_file(struct elf_file **out, int fd, bool is_mini)
{
	struct elf_file *f = calloc(1, sizeof(*f));
	int err = -ENOMEM;

	if (f) {
		f->is_mini = is_mini;
		err = begin(&f->elf, fd);
	}
	close(fd);
	err = err ?: look_into(f);
	if (err)
		elf_file_close(f);
	else
		*out = f;
	return err;
}

/* Map the pages with a part of a file; f->elf must be freed by the caller, whatever is returned. */
static int begin_part(struct elf_file *f, int fd, uint64_t offset, uint64_t size)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), before = offset % page;
	char *image;

	if (size > FILE_MAX)
		return -EFBIG;
	if (size < EI_NIDENT)
		return -ENOEXEC;
	f->map_len = size + before;
	f->map = mmap(NULL, f->map_len, PROT_READ, MAP_PRIVATE, fd, (off_t)(offset - before));
	if (f->map == MAP_FAILED) {
		f->map = NULL;
		return -errno;
	}
	image = (char *)f->map + before;
	elf_version(EV_CURRENT);
	f->elf = memcmp(image, ELFMAG, SELFMAG) ? NULL : elf_memory(image, size);
	return f->elf && elf_kind(f->elf) == ELF_K_ELF ? 0 : -ENOEXEC;
}

int elf_file_open_part(struct elf_file **out, int fd, uint64_t offset, uint64_t size)
{
	struct elf_file *f = calloc(1, sizeof(*f));
	int err = f ? begin_part(f, fd, offset, size) ?: look_into(f) : -ENOMEM;

	if (err)
		elf_file_close(f);
	else
		*out = f;
	return err;
}

int elf_file_open(struct elf_file **out, int fd)
{
	return open_file(out, fd, false);
}

/* Symbols ------------------------------------------------------------- */

/* A name in a string table: borrowed, or a truncated copy; NULL: none, or out of memory. */
static const char *name_of(struct intern *names, const Elf_Data *strings, uint64_t at)
{
	const char *name;
	size_t left;

	if (!strings || !strings->d_buf || at >= strings->d_size)
		return NULL;
	name = (const char *)strings->d_buf + at;
	left = strings->d_size - at;
	if (memchr(name, '\0', left < NAME_CUT ? left : NAME_CUT))
		return name;
	return intern_text(names, name, left < NAME_CUT ? left : NAME_CUT - 1);
}

static bool type_of(const GElf_Sym *sym, bool code, uint8_t *type)
{
	switch (GELF_ST_TYPE(sym->st_info)) {
	case STT_FUNC:
	case STT_GNU_IFUNC:
		*type = SYMTAB_FUNCTION;
		return true;
	case STT_NOTYPE:
		*type = code ? SYMTAB_NOTYPE : SYMTAB_DATA;
		return true;
	case STT_OBJECT:
		*type = SYMTAB_DATA;
		return true;
	default:
		return false;
	}
}

static bool bind_of(const GElf_Sym *sym, uint8_t *bind)
{
	switch (GELF_ST_BIND(sym->st_info)) {
	case STB_GLOBAL:
	case STB_GNU_UNIQUE:
		*bind = SYMTAB_GLOBAL;
		return true;
	case STB_LOCAL:
		*bind = SYMTAB_LOCAL;
		return true;
	case STB_WEAK:
		*bind = SYMTAB_WEAK;
		return true;
	default:
		return false;
	}
}

/* Its section limits the symbol; symbols without a section are not code. */
static bool place(const struct elf_file *f, const GElf_Sym *sym, uint32_t index,
		  struct symtab_symbol *out)
{
	const struct section *s;

	if (index == SHN_UNDEF || index >= f->nr_sections)
		return false;
	s = &f->section[index];
	out->start = sym->st_value;
	if (f->header.e_type == ET_REL)
		out->start += s->start;
	else if (f->header.e_machine == EM_ARM && out->type == SYMTAB_FUNCTION)
		out->start &= ~1ull;	/* clear the Thumb bit */
	out->size = sym->st_size;
	out->limit = s->end;
	return out->start >= s->start && out->start < s->end;
}

static int each_symbol(const struct elf_file *f, struct intern *names, Elf_Scn *scn,
		       elf_symbol_fn *fn, void *arg)
{
	Elf_Data *data, *strings, *indices = NULL;
	Elf_Scn *other = NULL;
	GElf_Shdr h, oh;
	size_t nr;
	int ret;

	if (!gelf_getshdr(scn, &h) || h.sh_type == SHT_NOBITS)
		return 0;
	data = elf_getdata(scn, NULL);
	strings = elf_getdata(elf_getscn(f->elf, h.sh_link), NULL);
	if (!data || !strings)
		return 0;
	nr = data->d_size / gelf_fsize(f->elf, ELF_T_SYM, 1, EV_CURRENT);
	while (nr > SHN_LORESERVE && !indices && (other = elf_nextscn(f->elf, other)))
		if (gelf_getshdr(other, &oh) && oh.sh_type == SHT_SYMTAB_SHNDX)
			indices = elf_getdata(other, NULL);
	for (size_t i = 1; i < nr && i < SYMBOLS_MAX; i++) {
		struct symtab_symbol s = { 0 };
		Elf32_Word wide = 0;
		GElf_Sym sym;
		uint32_t index;

		if (!gelf_getsymshndx(data, indices, i, &sym, &wide))
			break;
		index = sym.st_shndx == SHN_XINDEX ? wide :
			sym.st_shndx >= SHN_LORESERVE ? SHN_UNDEF : sym.st_shndx;
		if (index >= f->nr_sections || !bind_of(&sym, &s.bind) ||
		    !type_of(&sym, f->section[index].code, &s.type) ||
		    !place(f, &sym, index, &s))
			continue;
		s.name = name_of(names, strings, sym.st_name);
		ret = s.name ? fn(arg, &s) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

int elf_file_each_symbol(const struct elf_file *f, elf_symbol_fn *fn, void *arg)
{
	Elf_Scn *scn = f->symtab ? f->symtab : f->dynsym;
	struct intern names = { 0 };
	int ret = scn ? each_symbol(f, &names, scn, fn, arg) : 0;

	intern_clear(&names);
	return ret;
}

static int add_symbol(void *arg, const struct symtab_symbol *s)
{
	return symtab_add(arg, s);
}

/* Add "memcpy@plt" for one entry of the procedure linkage table. */
static int add_plt_entry(struct symtab *t, struct elf_file *f, const GElf_Sym *sym,
			 const Elf_Data *strings, struct symtab_symbol *s)
{
	const char *name = name_of(&f->names, strings, sym->st_name);
	char text[NAME_CUT + 8];
	size_t len;

	if (!name || !*name)
		return 0;
	len = strnlen(name, NAME_CUT);
	memcpy(text, name, len);
	memcpy(text + len, "@plt", 4);
	s->name = intern_text(&f->names, text, len + 4);
	return s->name ? symtab_add(t, s) : -ENOMEM;
}

/*
 * AArch64: a header of 32 bytes, then an entry of 16 bytes (24 with BTI or PAC) for each relocation
 * in .rela.plt, in order.
 */
static int add_plt(struct symtab *t, struct elf_file *f)
{
	Elf_Data *relocations, *symbols, *strings;
	GElf_Shdr plt, rh, sh;
	uint64_t nr, entry;

	if (f->header.e_machine != EM_AARCH64 || !f->plt || !f->plt_relocations || !f->dynsym ||
	    !gelf_getshdr(f->plt, &plt) || !gelf_getshdr(f->plt_relocations, &rh) ||
	    !gelf_getshdr(f->dynsym, &sh) || plt.sh_size <= 32 || rh.sh_type != SHT_RELA)
		return 0;
	relocations = elf_getdata(f->plt_relocations, NULL);
	symbols = elf_getdata(f->dynsym, NULL);
	strings = elf_getdata(elf_getscn(f->elf, sh.sh_link), NULL);
	if (!relocations || !symbols || !strings)
		return 0;
	nr = relocations->d_size / gelf_fsize(f->elf, ELF_T_RELA, 1, EV_CURRENT);
	entry = nr ? (plt.sh_size - 32) / nr : 0;
	if ((entry != 16 && entry != 24) || nr > 1u << 20)
		return 0;
	for (uint64_t i = 0; i < nr; i++) {
		struct symtab_symbol s = {
			.start = plt.sh_addr + 32 + i * entry, .size = entry,
			.limit = plt.sh_addr + plt.sh_size,
		};
		GElf_Rela rela;
		GElf_Sym sym;

		if (!gelf_getrela(relocations, i, &rela) ||
		    GELF_R_SYM(rela.r_info) > INT32_MAX ||
		    !gelf_getsym(symbols, GELF_R_SYM(rela.r_info), &sym))
			break;
		if (add_plt_entry(t, f, &sym, strings, &s))
			return -ENOMEM;
	}
	return 0;
}

const struct symtab *elf_file_symbols(struct elf_file *f)
{
	struct symtab *t;
	int err = 0;

	if (f->symbols)
		return f->symbols;
	t = symtab_new();
	if (!t)
		return NULL;
	if (f->symtab)
		err = each_symbol(f, &f->names, f->symtab, add_symbol, t);
	if (!err && f->dynsym && !f->symtab)
		err = each_symbol(f, &f->names, f->dynsym, add_symbol, t);
	if (!err && f->mini && f->mini->symtab)
		err = each_symbol(f->mini, &f->mini->names, f->mini->symtab, add_symbol, t);
	if (!err)
		err = add_plt(t, f);
	if (err || symtab_seal(t)) {
		symtab_free(t);
		return NULL;
	}
	f->symbols = t;
	return t;
}
