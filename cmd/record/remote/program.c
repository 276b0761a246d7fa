// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sysfiles.h"
#include "cmd/record/remote/remote_impl.h"
#include "report/report.h"

/* The names of uname -m [Linux: UTS_MACHINE], and of ELF. */
static const struct { const char *name; uint16_t elf; } machines[REMOTE_MACHINES] = {
	{ "aarch64", EM_AARCH64 }, { "x86_64", EM_X86_64 },
};

/* Where `make static` and installations put it, from the folder of this program; %s: the machine. */
static const char *const places[] = {
	"spelunk-static", "spelunk-static-%s", "%s-linux-gnu/spelunk-static",
	"../lib/spelunk/spelunk-static-%s",
};

/* The machine of a static program, as an index; -1: it is no such program. */
static int machine_of(const uint8_t *bytes, size_t size)
{
	const Elf64_Ehdr *eh = (const void *)bytes;
	const Elf64_Phdr *ph;
	size_t i = 0;

	if (size < sizeof(*eh) || memcmp(eh->e_ident, ELFMAG, SELFMAG) ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_ident[EI_DATA] != ELFDATA2LSB ||
	    (eh->e_type != ET_EXEC && eh->e_type != ET_DYN) || eh->e_phentsize != sizeof(*ph) ||
	    eh->e_phoff % sizeof(uint64_t) || eh->e_phoff > size ||
	    eh->e_phnum > (size - eh->e_phoff) / sizeof(*ph))
		return -1;
	ph = (const void *)(bytes + eh->e_phoff);
	for (i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_INTERP)
			return -1;
	for (i = 0; i < REMOTE_MACHINES; i++)
		if (machines[i].elf == eh->e_machine)
			return (int)i;
	return -1;
}

/* Keep it, unless its machine already has one.  0; -ENOEXEC: it is no static program; -errno. */
static int take(struct remote_programs *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), machine, ret;
	struct stat st;
	void *bytes;

	if (fd < 0)
		return -errno;
	ret = fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) && st.st_size ? 0 : -ENOEXEC;
	bytes = ret ? MAP_FAILED : mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (!ret && bytes == MAP_FAILED)
		ret = -errno;
	close(fd);
	if (ret)
		return ret;
	machine = machine_of(bytes, (size_t)st.st_size);
	if (machine < 0 || p->of[machine].bytes) {
		munmap(bytes, (size_t)st.st_size);
		return machine < 0 ? -ENOEXEC : 0;
	}
	p->of[machine] = (struct remote_program){ machines[machine].name, bytes, (size_t)st.st_size };
	return 0;
}

int remote_programs_open(struct remote_programs *p, const struct word_list *given, char *err,
			 size_t errlen)
{
	char shown[1024];
	int ret = 0;

	*p = (struct remote_programs){ .given = given };
	for (size_t i = 0; !ret && i < given->nr; i++) {
		ret = take(p, given->word[i]);
		report_escape(shown, sizeof(shown), given->word[i]);
		if (ret == -ENOEXEC)
			snprintf(err, errlen, "--program %s is no static program for aarch64 or x86_64: "
				 "`make static` builds one", shown);
		else if (ret)
			snprintf(err, errlen, "cannot open %s: %s", shown, strerror(-ret));
	}
	return ret;
}

/* This program, if it is static, and programs beside it. */
static void look_around(struct remote_programs *p, const char *machine)
{
	char self[PATH_MAX], path[2 * PATH_MAX], name[128];
	char *slash;

	if (sysfiles_link("", self, sizeof(self), "/proc/self/exe") < 0 ||
	    !(slash = strrchr(self, '/')))
		return;
	take(p, self);
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(name, sizeof(name), places[i], machine);
		snprintf(path, sizeof(path), "%s/%s", self, name);
		take(p, path);
	}
}

const struct remote_program *remote_programs_find(struct remote_programs *p, const char *machine,
						  char *err, size_t errlen)
{
	char shown[64];

	report_escape(shown, sizeof(shown), machine);
	for (size_t i = 0; i < REMOTE_MACHINES; i++) {
		if (strcmp(machines[i].name, machine))
			continue;
		if (!p->of[i].bytes)
			look_around(p, machines[i].name);
		if (p->of[i].bytes)
			return &p->of[i];
		snprintf(err, errlen, "there is no static program for %s: build it with `make static` on "
			 "such a machine, or with `make CROSS_COMPILE=%s-linux-gnu- static`, and give it "
			 "with --program", machines[i].name, machines[i].name);
		return NULL;
	}
	snprintf(err, errlen, "its machine is %s, which has no SPE: `make static` builds for aarch64 and "
		 "x86_64", shown);
	return NULL;
}

void remote_programs_close(struct remote_programs *p)
{
	for (size_t i = 0; i < REMOTE_MACHINES; i++)
		if (p->of[i].bytes)
			munmap((void *)p->of[i].bytes, p->of[i].size);
}
