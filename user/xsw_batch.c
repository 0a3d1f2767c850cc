// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_batch.c - many changes under one lock, all or nothing
 *
 * What a change is about to overwrite is kept first, on a stack; undoing takes it off again.
 *
 *	entry     what stood under the address: nothing, or port, state and times
 *	port      its configuration word, VLANs, MTU, policy
 *	settings  those of the switch; the size of its FDB
 *	limit     of learned addresses
 *	made      a port, which is removed again
 *	addrs     addresses of an inner device
 *	wire      whether two ports had one
 *	mirror    what stood in its slot
 *	learned   all dynamic entries
 *
 * A flush is three stores and forgets no entry by name. The first line that flushes therefore
 * keeps all dynamic entries there are; undoing puts back those that are still gone then, so that
 * what the stations have said meanwhile counts more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "xsw_int.h"

enum kind {
	KEPT_ENTRY,
	KEPT_PORT,
	KEPT_SETTINGS,
	KEPT_LIMIT,
	KEPT_MADE,
	KEPT_LEARNED,
	KEPT_ADDRS,
	KEPT_WIRE,
	KEPT_MIRROR,
};

struct entry {
	union xsw_fdb_key key;
	struct xsw_fdb_entry e;
};

struct settings {
	struct xsw_switch s;
	uint32_t fdb_size;
};

struct kept {
	enum kind kind;
	bool was;	 /* KEPT_ENTRY, KEPT_WIRE: there was one */
	uint32_t number; /* port, XSW_LIMIT_*, slot of a mirror */
	uint32_t max;	 /* KEPT_WIRE: the other port */
	union {
		struct entry entry;
		struct port_kept *port;
		struct settings *settings;
		struct arg_addrs *addrs;
		struct xsw_mirror *mirror; /* NULL: none */
	};
};

struct xsw_batch {
	struct xsw *sw;
	bool checking, undoing;
	struct kept *v;
	size_t n, room;
	bool has_learned;
	struct entry *learned;
	size_t nlearned, learned_room;
	char (*promised)[XSW_NAME_MAX];
	size_t npromised;
};

static int begin(struct xsw_opts *opts, bool make)
{
	struct xsw_batch *b = calloc(1, sizeof(*b));
	int err = !b   ? fail(XSW_REFUSED, "out of memory") :
		  make ? xsw_open_or_make(&b->sw, opts, 0) :
			 xsw_open(&b->sw, opts, XSW_WRITE);

	if (err) {
		free(b);
		return err;
	}
	b->checking = !make;
	opts->batch = b;
	return XSW_OK;
}

int xsw_batch_begin(struct xsw_opts *opts)
{
	return begin(opts, false);
}

int xsw_batch_make(struct xsw_opts *opts)
{
	return begin(opts, true);
}

void xsw_batch_apply(struct xsw_opts *opts)
{
	opts->batch->checking = false;
	opts->batch->npromised = 0;
}

int batch_open(struct xsw **out, const struct xsw_opts *opts)
{
	*out = opts->batch->sw;
	return xsw_interrupted() ? XSW_REFUSED : XSW_OK;
}

bool batch_checking(const struct xsw *sw)
{
	return sw->opts->batch && sw->opts->batch->checking;
}

/* --- ports that are not there yet ------------------------------------------------------- */

int batch_promise(struct xsw *sw, const char *port)
{
	struct xsw_batch *b = sw->opts->batch;
	void *more = realloc(b->promised, (b->npromised + 1) * sizeof(*b->promised));

	if (!more)
		return fail(XSW_REFUSED, "out of memory");
	b->promised = more;
	memcpy(b->promised[b->npromised++], port, strlen(port) + 1); /* a valid name fits */
	return XSW_CHECKED;
}

bool batch_promised(const struct xsw *sw, const char *port)
{
	const struct xsw_batch *b = sw->opts->batch;

	for (size_t i = 0; b && i < b->npromised; i++)
		if (!strcmp(b->promised[i], port))
			return true;
	return false;
}

/* --- keeping ---------------------------------------------------------------------------- */

/* One element more of an array that doubles; NULL: no memory. */
static void *grow(void **v, size_t *n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *bigger;

	if (*n == *room) {
		bigger = realloc(*v, more * size);
		if (!bigger)
			return NULL;
		*v = bigger;
		*room = more;
	}
	return (char *)*v + (*n)++ * size;
}

static bool keeping(const struct xsw *sw)
{
	return sw->opts->batch && !sw->opts->batch->undoing;
}

static int keep(struct xsw *sw, const struct kept *what)
{
	struct xsw_batch *b = sw->opts->batch;
	struct kept *k = grow((void **)&b->v, &b->n, &b->room, sizeof(*b->v));

	if (!k)
		return fail(XSW_REFUSED, "out of memory");
	*k = *what;
	return XSW_OK;
}

int batch_keep_entry(struct xsw *sw, union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	struct kept k = { .kind = KEPT_ENTRY, .was = e, .entry.key = key };

	if (!keeping(sw))
		return XSW_OK;
	if (e)
		k.entry.e = *e;
	return keep(sw, &k);
}

struct walk {
	struct xsw *sw;
	uint64_t now;
};

static int keep_learned(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	const struct walk *w = arg;
	struct xsw_batch *b = w->sw->opts->batch;
	struct entry *kept;

	if (e->dest.state != XSW_FDB_DYNAMIC || !maps_fdb_valid(&w->sw->maps, key, e, w->now))
		return 0;
	kept = grow((void **)&b->learned, &b->nlearned, &b->learned_room, sizeof(*b->learned));
	if (!kept)
		return -ENOMEM;
	*kept = (struct entry){ key, *e };
	return 0;
}

int batch_keep_learned(struct xsw *sw)
{
	struct xsw_batch *b = sw->opts->batch;
	struct walk w = { .sw = sw };
	int err;

	if (!keeping(sw) || b->has_learned)
		return XSW_OK;
	b->has_learned = true;
	w.now = prog_clock(&sw->prog, &sw->maps);
	err = maps_fdb_each(&sw->maps, keep_learned, &w);
	if (!err)
		return keep(sw, &(struct kept){ .kind = KEPT_LEARNED });
	return fail(XSW_REFUSED, "switch %s: cannot keep the FDB: %s", sw->name, strerror(-err));
}

int batch_keep_port(struct xsw *sw, uint32_t number)
{
	struct kept k = { .kind = KEPT_PORT, .number = number };
	int err;

	if (!keeping(sw))
		return XSW_OK;
	k.port = malloc(sizeof(*k.port));
	if (!k.port)
		return fail(XSW_REFUSED, "out of memory");
	err = port_keep(sw, number, k.port);
	err = err ? policy_failed(sw->ports[number].name, err) : keep(sw, &k);
	if (err)
		free(k.port);
	return err;
}

int batch_keep_settings(struct xsw *sw)
{
	struct kept k = { .kind = KEPT_SETTINGS };
	int err;

	if (!keeping(sw))
		return XSW_OK;
	k.settings = malloc(sizeof(*k.settings));
	if (!k.settings)
		return fail(XSW_REFUSED, "out of memory");
	k.settings->s = *sw->maps.mem.settings;
	k.settings->fdb_size = sw->meta.fdb_size;
	err = keep(sw, &k);
	if (err)
		free(k.settings);
	return err;
}

int batch_keep_limit(struct xsw *sw, uint32_t limit)
{
	struct kept k = { .kind = KEPT_LIMIT, .number = limit };

	if (!keeping(sw))
		return XSW_OK;
	k.max = sw->maps.mem.limits[limit].max;
	return keep(sw, &k);
}

int batch_keep_made(struct xsw *sw, uint32_t number)
{
	struct kept k = { .kind = KEPT_MADE, .number = number };
	int err;

	if (!keeping(sw))
		return XSW_OK;
	err = keep(sw, &k);
	if (err && port_unmake(sw, number))
		warn("port %s: not everything could be undone", sw->ports[number].name);
	return err;
}

int batch_keep_addrs(struct xsw *sw, uint32_t number, const struct arg_addrs *addrs)
{
	struct kept k = { .kind = KEPT_ADDRS, .number = number };
	int err;

	if (!keeping(sw))
		return XSW_OK;
	k.addrs = malloc(sizeof(*k.addrs));
	if (!k.addrs)
		return fail(XSW_REFUSED, "out of memory");
	*k.addrs = *addrs;
	err = keep(sw, &k);
	if (err)
		free(k.addrs);
	return err;
}

int batch_keep_wire(struct xsw *sw, uint32_t number, uint32_t peer, bool was)
{
	struct kept k = { .kind = KEPT_WIRE, .number = number, .max = peer, .was = was };

	return keeping(sw) ? keep(sw, &k) : XSW_OK;
}

int batch_keep_mirror(struct xsw *sw, uint32_t slot, const struct xsw_mirror *was)
{
	struct kept k = { .kind = KEPT_MIRROR, .number = slot };
	int err;

	if (!keeping(sw))
		return XSW_OK;
	k.mirror = was ? malloc(sizeof(*was)) : NULL;
	if (was && !k.mirror)
		return fail(XSW_REFUSED, "out of memory");
	if (was)
		*k.mirror = *was;
	err = keep(sw, &k);
	if (err)
		free(k.mirror);
	return err;
}

/* --- undoing ---------------------------------------------------------------------------- */

static int undo_entry(struct xsw *sw, const struct kept *k)
{
	int err;

	if (k->was && !sw->ports[k->entry.e.dest.port % XSW_PORTS].name[0])
		return 0; /* it went with its port */
	if (k->was)
		return fdb_restore(sw, k->entry.key, &k->entry.e);
	err = prog_fdb_del(&sw->prog, k->entry.key);
	return err == -ENOENT ? 0 : err; /* it has aged meanwhile */
}

static int undo_learned(struct xsw *sw, const struct xsw_batch *b)
{
	uint64_t now = prog_clock(&sw->prog, &sw->maps);
	struct xsw_fdb_entry e;
	int err = 0, first = 0;

	for (size_t i = 0; i < b->nlearned; i++) {
		const struct entry *kept = &b->learned[i];

		if ((!maps_fdb_get(&sw->maps, kept->key, &e) &&
		     maps_fdb_valid(&sw->maps, kept->key, &e, now)) ||
		    !sw->ports[kept->e.dest.port % XSW_PORTS].name[0])
			continue;
		err = fdb_restore(sw, kept->key, &kept->e);
		first = first ?: err;
	}
	return first;
}

static int undo_one(struct xsw *sw, struct kept *k)
{
	int err = 0;

	switch (k->kind) {
	case KEPT_ENTRY:
		err = undo_entry(sw, k);
		break;
	case KEPT_PORT:
		err = port_restore(sw, k->number, k->port);
		break;
	case KEPT_SETTINGS:
		err = settings_restore(sw, &k->settings->s, k->settings->fdb_size);
		break;
	case KEPT_LIMIT:
		__atomic_store_n(&sw->maps.mem.limits[k->number].max, k->max, __ATOMIC_RELEASE);
		break;
	case KEPT_MADE:
		err = port_unmake(sw, k->number);
		break;
	case KEPT_LEARNED:
		err = undo_learned(sw, sw->opts->batch);
		break;
	case KEPT_ADDRS:
		err = addrs_store(sw, k->number, k->addrs);
		break;
	case KEPT_WIRE:
		err = wire_restore(sw, k->number, k->max, k->was);
		break;
	case KEPT_MIRROR:
		err = mirror_restore(sw, k->number, k->mirror);
		break;
	}
	fault_point();
	return err;
}

static int undo(struct xsw_batch *b, int status)
{
	int err = 0, first = 0;

	b->undoing = true;
	for (size_t i = b->n; i-- > 0;) {
		err = undo_one(b->sw, &b->v[i]);
		first = first ?: err;
	}
	mtu_follow(b->sw);
	if (first)
		fail(XSW_REFUSED, "switch %s: not everything could be undone: %s", b->sw->name,
		     strerror(-first));
	return status;
}

static void batch_free(struct xsw_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->v[i].kind == KEPT_PORT)
			free(b->v[i].port);
		if (b->v[i].kind == KEPT_SETTINGS)
			free(b->v[i].settings);
		if (b->v[i].kind == KEPT_ADDRS)
			free(b->v[i].addrs);
		if (b->v[i].kind == KEPT_MIRROR)
			free(b->v[i].mirror);
	}
	free(b->v);
	free(b->learned);
	free(b->promised);
	free(b);
}

int xsw_batch_end(struct xsw_opts *opts, int status)
{
	struct xsw_batch *b = opts->batch;

	if (status)
		status = undo(b, status);
	if (status && b->sw->made)
		xsw_remove_pins(b->sw->name);
	opts->batch = NULL;
	xsw_close(b->sw);
	batch_free(b);
	return status;
}
