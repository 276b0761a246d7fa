// SPDX-License-Identifier: GPL-2.0-only
/*
 * Five functions that libdw.a and libelf.a of elfutils 0.192, Debian 13's, call and do not have:
 * they stayed in a library of its build (sourceware's bug 32293).  Of a tree its lock comes
 * after the root, and is used only where elfutils was configured for threads.  Linked last:
 * where the libraries have the functions, these are not taken.
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
