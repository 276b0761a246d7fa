// SPDX-License-Identifier: GPL-2.0-only
#include "base/elf_image.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sysfiles.h"

#define NOTES_MAX_SIZE	65536
#define SEGMENTS_MAX	128

size_t build_id_in_notes(uint8_t id[BUILD_ID_MAX], const uint8_t *notes, size_t len)
{
	Elf64_Nhdr n;

	while (len >= sizeof(n)) {
		size_t name, desc;

		memcpy(&n, notes, sizeof(n));
		name = ((size_t)n.n_namesz + 3) & ~(size_t)3;
		desc = ((size_t)n.n_descsz + 3) & ~(size_t)3;
		notes += sizeof(n);
		len -= sizeof(n);
		if (name > len || desc > len - name)
			return 0;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && !memcmp(notes, "GNU", 4) &&
		    n.n_descsz && n.n_descsz <= BUILD_ID_MAX) {
			memcpy(id, notes + name, n.n_descsz);
			return n.n_descsz;
		}
		notes += name + desc;
		len -= name + desc;
	}
	return 0;
}

size_t build_id_of_notes(uint8_t id[BUILD_ID_MAX], const char *root, const char *path)
{
	char *notes;
	ssize_t n = sysfiles_whole(root, &notes, NOTES_MAX_SIZE, "%s", path);
	size_t len = n > 0 ? build_id_in_notes(id, (const uint8_t *)notes, (size_t)n) : 0;

	free(notes);
	return len;
}

static size_t in_segment(uint8_t id[BUILD_ID_MAX], int fd, const Elf64_Phdr *ph)
{
	size_t len = ph->p_filesz < NOTES_MAX_SIZE ? (size_t)ph->p_filesz : NOTES_MAX_SIZE;
	uint8_t *notes = malloc(len + 1);
	ssize_t n;
	size_t got = 0;

	if (!notes)
		return 0;
	n = pread(fd, notes, len, (off_t)ph->p_offset);
	if (n > 0)
		got = build_id_in_notes(id, notes, (size_t)n);
	free(notes);
	return got;
}

static size_t in_elf(uint8_t id[BUILD_ID_MAX], int fd)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	size_t len = 0;

	if (pread(fd, &eh, sizeof(eh), 0) != sizeof(eh) || memcmp(eh.e_ident, ELFMAG, SELFMAG) ||
	    eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_phentsize != sizeof(ph))
		return 0;
	for (unsigned int i = 0; !len && i < eh.e_phnum && i < SEGMENTS_MAX; i++) {
		off_t at = (off_t)(eh.e_phoff + i * sizeof(ph));

		if (pread(fd, &ph, sizeof(ph), at) != sizeof(ph))
			return 0;
		if (ph.p_type == PT_NOTE)
			len = in_segment(id, fd, &ph);
	}
	return len;
}

size_t build_id_of_file(uint8_t id[BUILD_ID_MAX], const char *path)
{
	/* a FIFO does not make us wait */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t len = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		len = in_elf(id, fd);
	close(fd);
	return len;
}

const void *vdso_image(size_t *len)
{
	const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
	const Elf64_Ehdr *eh = (const void *)image;
	const Elf64_Phdr *ph;

	*len = 0;
	if (!image || memcmp(eh->e_ident, ELFMAG, SELFMAG) || eh->e_ident[EI_CLASS] != ELFCLASS64)
		return NULL;
	ph = (const void *)(image + eh->e_phoff);
	for (size_t i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_offset + ph[i].p_filesz > *len)
			*len = ph[i].p_offset + ph[i].p_filesz;
	return image;
}
