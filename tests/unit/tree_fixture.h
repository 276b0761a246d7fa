/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_TREE_FIXTURE_H
#define TESTS_UNIT_TREE_FIXTURE_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Simulated machines: folders with files of /proc and /sys. */

/* text "->x" makes a symbolic link to x, "/" a folder, NULL removes the file. */
struct tree_file {
	const char *path, *text;
};

#define TREE_END	{ NULL, NULL }

static inline void tree_make_folders(char *path)
{
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
}

static inline int tree_remove_one(const char *path, const struct stat *st, int type,
				  struct FTW *ftw)
{
	return remove(path);
}

static inline void tree_remove(const char *root)
{
	nftw(root, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void tree_write(const char *root, const char *name, const void *data, size_t len)
{
	char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s%s", root, name);
	tree_make_folders(path);
	unlink(path);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static inline void tree_put(const char *root, const struct tree_file *f)
{
	char path[PATH_MAX];

	for (; f->path; f++) {
		snprintf(path, sizeof(path), "%s%s", root, f->path);
		tree_make_folders(path);
		if (!f->text) {
			tree_remove(path);
		} else if (!strncmp(f->text, "->", 2)) {
			unlink(path);
			assert_int_equal(symlink(f->text + 2, path), 0);
		} else if (!strcmp(f->text, "/")) {
			mkdir(path, 0755);
		} else {
			tree_write(root, f->path, f->text, strlen(f->text));
		}
	}
}

/* Create an empty one.  The caller frees the name after tree_remove(). */
static inline char *tree_new(void)
{
	const char *tmp = getenv("TMPDIR");
	char *root;

	assert_true(asprintf(&root, "%s/spelunk-tree-XXXXXX", tmp ? tmp : "/tmp") > 0);
	assert_non_null(mkdtemp(root));
	return root;
}

#endif
