// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo.c - memory of a topology, and messages about its file
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_int.h"

struct topo_mem {
	struct topo_mem *next;
	max_align_t data[];
};

void *topo_alloc(struct topo *topo, size_t size)
{
	struct topo_mem *m = calloc(1, sizeof(*m) + size);

	if (!m) {
		fail(XSW_REFUSED, "out of memory");
		return NULL;
	}
	m->next = topo->mem;
	topo->mem = m;
	return m->data;
}

char *topo_text(struct topo *topo, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = topo_alloc(topo, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void topo_free(struct topo *topo)
{
	struct topo_mem *m, *next;

	if (!topo)
		return;
	for (m = topo->mem; m; m = next) {
		next = m->next;
		free(m);
	}
	free(topo);
}

#undef topo_goes_on
bool topo_goes_on(struct topo_load *l, int status)
{
	if (status && !l->status)
		l->status = status;
	return !status || (status == XSW_USAGE && ++l->told < TOPO_TOLD_MAX);
}

#undef topo_mistake
int topo_mistake(struct topo_load *l, struct topo_mark mark, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_place(l->topo->file, mark.line, mark.column);
	fail(XSW_USAGE, "%s", text);
	log_place(NULL, 0, 0);
	return XSW_USAGE;
}
