// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_pins.c - any bytes in the maps of a switch, which then is shown
 *
 * There is a small switch in memory (pins.h). The input names a command that only looks, then
 * places in the maps and what stands there instead, then events in a ring buffer:
 *
 *	command options { map element offset(2) length bytes... }...
 *
 * Whatever is believed of a pin has to survive that: the command succeeds, or is refused.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "cmd.h"
#include "fuzz.h"
#include "pins.h"
#include "xsw_live.h"

#define WORDS  6
#define EVENTS 16
#define PATCH  5 /* bytes before those it brings */

static const char *const commands[][WORDS] = {
	{ "show" },
	{ "show", "--dot" },
	{ "port", "show" },
	{ "port", "show", "tun" },
	{ "fdb", "show" },
	{ "fdb", "show", "dev", "tun" },
	{ "fdb", "show", "vlan", "10" },
	{ "vlan", "show" },
	{ "vlan", "show", "dev", "up" },
	{ "stats" },
	{ "stats", "vlan" },
	{ "mirror", "show" },
	{ "export" },
	{ "metrics" },
	{ "monitor" },
};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* What stands in the ring buffer of a listener. */
static struct {
	struct xsw_tell event[EVENTS];
	size_t size[EVENTS];
	unsigned int n;
	ring_buffer_sample_fn fn;
	void *ctx;
} ring;

struct ring_buffer *ring_buffer__new(int fd, ring_buffer_sample_fn fn, void *ctx,
				     const struct ring_buffer_opts *opts)
{
	(void)fd;
	(void)opts;
	ring.fn = fn;
	ring.ctx = ctx;
	return (struct ring_buffer *)(void *)&ring;
}

void ring_buffer__free(struct ring_buffer *rb)
{
	(void)rb;
}

int ring_buffer__epoll_fd(const struct ring_buffer *rb)
{
	(void)rb;
	return -1;
}

int ring_buffer__consume(struct ring_buffer *rb)
{
	(void)rb;
	for (unsigned int i = 0; i < ring.n; i++)
		ring.fn(ring.ctx, &ring.event[i], ring.size[i]);
	return (int)ring.n;
}

/* --- what the input says -------------------------------------------------------------------- */

/* What was there before, to be put back. */
#define PATCHES 256
static struct {
	uint8_t *at, was[255];
	uint8_t len;
} undo[PATCHES];
static unsigned int undo_n;

static void patch(uint8_t *at, const uint8_t *data, uint8_t len)
{
	if (undo_n == PATCHES)
		return;
	undo[undo_n].at = at;
	undo[undo_n].len = len;
	memcpy(undo[undo_n++].was, at, len);
	memcpy(at, data, len);
}

static void add_event(uint32_t which, const uint8_t *data, uint8_t len)
{
	if (ring.n == EVENTS)
		return;
	memset(&ring.event[ring.n], 0, sizeof(*ring.event));
	memcpy(&ring.event[ring.n], data, len);
	ring.size[ring.n++] = which & 1 ? sizeof(struct xsw_tell) : sizeof(struct xsw_event);
}

/* One place; what stands in `p` is whole. */
static void place(const uint8_t *p)
{
	unsigned int id = p[0] % (PIN_META + 3), off = p[2] | p[3] << 8;
	uint8_t len = p[4];
	struct pin_map *map = &pins[id];

	if (id == PIN_META + 2) {
		add_event(p[1], p + PATCH, len);
		return;
	}
	if (id == PIN_META + 1) { /* of what kind a map is */
		map = &pins[p[1] % (PIN_META + 1)];
		off %= offsetof(struct bpf_map_info, map_flags);
		patch((uint8_t *)&map->info + off, p + PATCH, len < 4 ? len : 4);
		return;
	}
	off %= (unsigned int)map->stride;
	if (len > map->stride - off)
		len = (uint8_t)(map->stride - off);
	if (map->hash && p[1] % PINS_HASH >= map->n)
		map->n = p[1] % PINS_HASH + 1;
	patch((uint8_t *)pins_at(id, p[1]) + off, p + PATCH, len);
}

static void places(const uint8_t *data, size_t size)
{
	while (size >= PATCH && size - PATCH >= data[4]) {
		size_t whole = PATCH + (size_t)data[4];

		place(data);
		data += whole;
		size -= whole;
	}
}

static void restore(const uint32_t *n)
{
	while (undo_n) {
		undo_n--;
		memcpy(undo[undo_n].at, undo[undo_n].was, undo[undo_n].len);
	}
	for (unsigned int i = 0; i < PINS; i++)
		pins[i].n = n[i];
	ring.n = 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	pins_switch();
	return 0;
}

static bool no_more(void *arg)
{
	(void)arg;
	return false;
}

/* A view is as long as the call: everything it points to is read. */
static void on_event(const struct xsw_event_view *e, void *arg)
{
	const char *const texts[] = { e->kind,	 e->event, e->port,   e->from, e->state,  e->limit,
				      e->reason, e->class, e->ifname, e->was,  e->object, e->name };
	size_t *sum = arg;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		*sum += texts[i] ? strlen(texts[i]) : 0;
	for (size_t i = 0; e->words && e->words[i]; i++)
		*sum += strlen(e->words[i]);
}

static int monitor(const struct xsw_opts *opts)
{
	const struct xsw_event_filter filter = { .events = ~XSW_SEE_LINK, .fd = -1 };
	struct xsw *sw;
	size_t sum = 0;
	int status = xsw_open(&sw, opts, XSW_READ);

	if (status)
		return status;
	status = xsw_listen(sw, &filter, on_event, no_more, &sum);
	xsw_close(sw);
	return status;
}

static int run(const char *const *words, uint8_t options)
{
	struct cmd_env env = { .xsw = { .switch_name = "sw0", .named = true } };
	char *argv[WORDS];
	struct args args = { .argv = argv };

	env.out.json = options & 1;
	env.out.stats = options & 2;
	env.out.details = options & 4;
	env.out.brief = options & 8;
	for (; args.argc < WORDS && words[args.argc]; args.argc++)
		argv[args.argc] = (char *)(uintptr_t)words[args.argc];
	if (!args.argc)
		return XSW_USAGE;
	return strcmp(argv[0], "monitor") ? cmd_dispatch(&env, &args) : monitor(&env.xsw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t n[PINS];
	int status;

	if (size < 2)
		return 0;
	for (unsigned int i = 0; i < PINS; i++)
		n[i] = pins[i].n;
	places(data + 2, size - 2);
	status = run(commands[data[0] % COMMANDS], data[1]);
	if (status != XSW_OK && status != XSW_REFUSED && status != XSW_MISSING &&
	    status != XSW_USAGE)
		abort();
	restore(n);
	return 0;
}
