// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_yaml.c - YAML into a tree of nodes; alone in knowing libyaml
 *
 * The library resolves aliases to the node they name, so a file of a few lines may describe a
 * tree of any size, or one that contains itself. Each node is therefore converted once, however
 * often it is named; one that is named inside itself, or lies too deep, is a mistake.
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "topo_int.h"

struct tree {
	struct topo_load *l;
	yaml_document_t doc;
	struct topo_node **made; /* by number of the document's node; NULL: not yet */
	bool *open;		 /* it is being made: whoever names it is inside of it */
};

static struct topo_mark mark_of(yaml_mark_t mark)
{
	return (struct topo_mark){ (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
}

static int syntax(struct topo_load *l, const yaml_parser_t *p)
{
	bool placed = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR ||
		      p->error == YAML_COMPOSER_ERROR;

	if (p->error == YAML_MEMORY_ERROR)
		return fail(XSW_REFUSED, "out of memory");
	if (!placed)
		return topo_mistake(l, mark_of(p->mark), "not valid as YAML: %s", p->problem);
	return topo_mistake(l, mark_of(p->problem_mark), "not valid as YAML: %s%s%s", p->problem,
			    p->context ? " " : "", p->context ? p->context : "");
}

static int convert(struct tree *t, int id, unsigned depth, struct topo_node **out);

static int word(struct tree *t, const yaml_node_t *from, struct topo_node *node)
{
	const char *text = (const char *)from->data.scalar.value;

	node->plain = from->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (strlen(text) != from->data.scalar.length)
		return topo_mistake(t->l, node->mark, "a word with a NUL byte: %s", quoted(text));
	node->text = topo_text(t->l->topo, text);
	return node->text ? XSW_OK : XSW_REFUSED;
}

static int by_text(const void *a, const void *b)
{
	const struct topo_node *x = *(struct topo_node *const *)a;
	const struct topo_node *y = *(struct topo_node *const *)b;
	int order = strcmp(x->text, y->text);

	if (order)
		return order;
	return x->mark.line != y->mark.line ? (x->mark.line < y->mark.line ? -1 : 1) :
					      (x->mark.column < y->mark.column ? -1 : 1);
}

/* Every key is a word, and there once. */
static int check_keys(struct topo_load *l, const struct topo_node *map)
{
	struct topo_node **keys = calloc(map->n / 2 + 1, sizeof(struct topo_node *));
	size_t n = map->n / 2, i;
	int status = XSW_OK;

	if (!keys)
		return fail(XSW_REFUSED, "out of memory");
	for (i = 0; i < n && !status; i++) {
		keys[i] = map->v[2 * i];
		if (keys[i]->kind != TOPO_WORD)
			status = topo_mistake(l, keys[i]->mark, "%s is no key: expected a word",
					      topo_kind_name(keys[i]));
	}
	if (!status)
		qsort(keys, n, sizeof(*keys), by_text);
	for (i = 1; i < n && !status; i++)
		if (!strcmp(keys[i - 1]->text, keys[i]->text))
			status = topo_mistake(l, keys[i]->mark,
					      "%s is given twice: first on line %u, column %u",
					      quoted(keys[i]->text), keys[i - 1]->mark.line,
					      keys[i - 1]->mark.column);
	free(keys);
	return status;
}

static int items(struct tree *t, const yaml_node_t *from, unsigned depth, struct topo_node *node)
{
	size_t n = (size_t)(from->data.sequence.items.top - from->data.sequence.items.start);
	int status = XSW_OK;

	node->kind = TOPO_LIST;
	node->v = topo_alloc(t->l->topo, n * sizeof(*node->v));
	if (!node->v)
		return XSW_REFUSED;
	for (; node->n < n && !status; node->n++)
		status = convert(t, from->data.sequence.items.start[node->n], depth,
				 &node->v[node->n]);
	return status;
}

static int pairs(struct tree *t, const yaml_node_t *from, unsigned depth, struct topo_node *node)
{
	const yaml_node_pair_t *pair = from->data.mapping.pairs.start;
	size_t n = (size_t)(from->data.mapping.pairs.top - pair);
	int status = XSW_OK;

	node->kind = TOPO_MAP;
	node->v = topo_alloc(t->l->topo, 2 * n * sizeof(*node->v));
	if (!node->v)
		return XSW_REFUSED;
	for (; node->n < 2 * n && !status; node->n += 2, pair++) {
		status = convert(t, pair->key, depth, &node->v[node->n]);
		if (!status)
			status = convert(t, pair->value, depth, &node->v[node->n + 1]);
	}
	return status ? status : check_keys(t->l, node);
}

static int convert(struct tree *t, int id, unsigned depth, struct topo_node **out)
{
	const yaml_node_t *from = yaml_document_get_node(&t->doc, id);
	struct topo_mark mark = mark_of(from->start_mark);
	struct topo_node *node;
	int status;

	if (t->made[id]) {
		*out = t->made[id];
		return XSW_OK;
	}
	if (t->open[id])
		return topo_mistake(t->l, mark, "what is anchored here contains itself");
	if (depth == TOPO_DEPTH_MAX)
		return topo_mistake(t->l, mark, "nested more than %d levels deep", TOPO_DEPTH_MAX);
	node = topo_alloc(t->l->topo, sizeof(*node));
	if (!node)
		return XSW_REFUSED;
	node->mark = mark;
	t->open[id] = true;
	if (from->type == YAML_SCALAR_NODE)
		status = word(t, from, node);
	else
		status =
			(from->type == YAML_MAPPING_NODE ? pairs : items)(t, from, depth + 1, node);
	t->open[id] = false;
	t->made[id] = *out = node;
	return status;
}

static int convert_document(struct tree *t, struct topo_node **root)
{
	size_t n = (size_t)(t->doc.nodes.top - t->doc.nodes.start) + 1; /* they count from 1 */
	int status = XSW_OK;

	t->made = calloc(n, sizeof(struct topo_node *));
	t->open = calloc(n, sizeof(*t->open));
	if (!t->made || !t->open)
		status = fail(XSW_REFUSED, "out of memory");
	else if (n > 1)
		status = convert(t, 1, 0, root);
	free(t->made);
	free(t->open);
	return status;
}

/* A second document would be ignored. */
static int check_end(struct topo_load *l, yaml_parser_t *p)
{
	yaml_document_t more;
	yaml_node_t *root;
	int status = XSW_OK;

	if (!yaml_parser_load(p, &more))
		return syntax(l, p);
	root = yaml_document_get_root_node(&more);
	if (root)
		status = topo_mistake(l, mark_of(root->start_mark),
				      "a second document: a file has one");
	yaml_document_delete(&more);
	return status;
}

int topo_yaml_read(struct topo_load *l, const char *text, size_t size, struct topo_node **root)
{
	struct tree t = { .l = l };
	yaml_parser_t p;
	int status;

	*root = NULL;
	if (!yaml_parser_initialize(&p))
		return fail(XSW_REFUSED, "out of memory");
	yaml_parser_set_input_string(&p, (const unsigned char *)text, size);
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	if (!yaml_parser_load(&p, &t.doc)) {
		status = syntax(l, &p);
	} else {
		status = convert_document(&t, root);
		yaml_document_delete(&t.doc);
		if (!status && *root)
			status = check_end(l, &p);
	}
	yaml_parser_delete(&p);
	return status;
}
