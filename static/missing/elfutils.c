// SPDX-License-Identifier: GPL-2.0-only
/*
 * Five functions that libdw.a and libelf.a of elfutils 0.192 (Debian 13) call but do not contain;
 * they were left in an internal library of its build (sourceware bug 32293).  A tree's lock follows
 * its root and is used only if elfutils was configured for threads.  Linked last, so that libraries
 * that have the functions use their own.
 */
#include <search.h>
#include <stddef.h>

struct search_tree {
	void *root;
};

void eu_search_tree_init(struct search_tree *tree);
void eu_search_tree_fini(struct search_tree *tree, void (*free_node)(void *));
void *eu_tsearch(const void *key, struct search_tree *tree,
		 int (*compare)(const void *, const void *));
void *eu_tfind(const void *key, struct search_tree *tree,
	       int (*compare)(const void *, const void *));
void *eu_tdelete(const void *key, struct search_tree *tree,
		 int (*compare)(const void *, const void *));

void eu_search_tree_init(struct search_tree *tree)
{
	tree->root = NULL;
}

void eu_search_tree_fini(struct search_tree *tree, void (*free_node)(void *))
{
	tdestroy(tree->root, free_node);
	tree->root = NULL;
}

void *eu_tsearch(const void *key, struct search_tree *tree,
		 int (*compare)(const void *, const void *))
{
	return tsearch(key, &tree->root, compare);
}

void *eu_tfind(const void *key, struct search_tree *tree,
	       int (*compare)(const void *, const void *))
{
	return tfind(key, &tree->root, compare);
}

void *eu_tdelete(const void *key, struct search_tree *tree,
		 int (*compare)(const void *, const void *))
{
	return tdelete(key, &tree->root, compare);
}
