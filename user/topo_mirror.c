// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_mirror.c - mirrors as a file wants them beside those there are
 *
 * A mirror that differs is removed and made again; so is one whose ports are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_compare.h"

static int by_port(const void *a, const void *b)
{
	const struct arg_source *x = a, *y = b;

	return strcmp(x->port, y->port);
}

static int by_name(const void *a, const void *b)
{
	const struct topo_mirror *x = a, *y = b;

	return strcmp(x->spec.name, y->spec.name);
}

void topo_mirrors_sort(struct topo_mirror *mirrors, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mirrors[i].spec.from.n)
			qsort(mirrors[i].spec.from.v, mirrors[i].spec.from.n,
			      sizeof(*mirrors[i].spec.from.v), by_port);
	if (n)
		qsort(mirrors, n, sizeof(*mirrors), by_name);
}

void topo_mirror_text(const struct topo_mirror *mirror, char text[TOPO_MIRROR_TEXT])
{
	const struct xsw_mirror_spec *m = &mirror->spec;
	char source[SOURCE_TEXT_MAX];
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; i < m->from.n; i++) {
		source_text(&m->from.v[i], source);
		len += (size_t)sprintf(text + len, "%s%s", i ? "," : "from ", source);
	}
	if (m->vlans_set) {
		len += (size_t)sprintf(text + len, "%svlan ", len ? " " : "");
		topo_vids_text(&m->vlans, text + len, TOPO_MIRROR_TEXT - len);
		len += strlen(text + len);
	}
	len += (size_t)snprintf(text + len, TOPO_MIRROR_TEXT - len, "%sto %s", len ? " " : "",
				m->to);
	if (m->tag)
		snprintf(text + len, TOPO_MIRROR_TEXT - len, " tag %u", m->tag);
}

_Static_assert(TOPO_MIRROR_TEXT > ARG_LIST_MAX * SOURCE_TEXT_MAX + 8192 + 128, "all of it");

/* Whether one of its ports goes, or is made again. */
static bool loses_port(const struct topo_state *have, const struct topo_mirror *m)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): of what is there */
	for (size_t i = 0; i < m->spec.from.n; i++)
		if (topo_find(have, m->spec.from.v[i].port)->gone)
			return true;
	return topo_find(have, m->spec.to)->gone;
}

static void compare_mirror(struct topo_pair *p, const struct topo_mirror *want,
			   const struct topo_mirror *have)
{
	char is[TOPO_MIRROR_TEXT] = "", should[TOPO_MIRROR_TEXT] = "";
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): of two, one is there */
	const char *name = (want ? want : have)->spec.name;
	bool equal;

	if (have)
		topo_mirror_text(have, is);
	if (want)
		topo_mirror_text(want, should);
	equal = !strcmp(is, should);
	if (!equal)
		topo_pair_line(p,
			       !have ? '+' :
			       !want ? '-' :
				       '~',
			       "mirror", topo_pair_text(p, name), NULL,
			       have ? topo_pair_text(p, is) : NULL,
			       want ? topo_pair_text(p, should) : NULL);
	if (equal && !loses_port(p->have, have))
		return;
	if (have)
		topo_step(p->plan, (struct topo_step){ .kind = STEP_MIRROR_DEL, .name = name });
	if (want)
		topo_step(p->plan, (struct topo_step){ .kind = STEP_MIRROR_ADD, .mirror = want });
}

void topo_compare_mirrors(struct topo_pair *p)
{
	const struct topo_state *want = p->want, *have = p->have;
	size_t i = 0, k = 0, nhave = have ? have->nmirrors : 0;

	while (i < want->nmirrors || k < nhave) {
		int order = i == want->nmirrors ? 1 :
			    k == nhave		? -1 :
						  by_name(&want->mirrors[i], &have->mirrors[k]);

		compare_mirror(p, order <= 0 ? &want->mirrors[i] : NULL,
			       order >= 0 ? &have->mirrors[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}
