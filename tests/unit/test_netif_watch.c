// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_netif_watch.c - changes of devices, in a fresh namespace without a name
 *
 * A message is in the socket before the request that caused it is answered, so only carrier is
 * waited for: the kernel tells of that from a work queue. Without root everything is skipped.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "netif_watch.h"
#include "netns.h"

enum {
	MANY = 300,
	SMALL = 4096 /* bytes: a message or two */
};

static const uint8_t mac_a[6] = { 0x02, 0, 0, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x02, 0, 0, 0, 0, 0x0b };

struct lab {
	int netns;
	struct netif *nl;
	struct netif_watch *w;
};

/* What was told of the device "xsuA", and how much at all. */
struct heard {
	struct netif_event last;
	unsigned int events, resyncs, deleted;
};

static void hear(const struct netif_event *e, void *arg)
{
	struct heard *h = arg;

	h->resyncs += e->resync;
	if (e->resync)
		return;
	h->events++;
	if (!strncmp(e->link.name, "xsuA", 4)) {
		h->last = *e;
		h->deleted += e->deleted;
	}
}

static int setup(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	*state = lab;
	if (!lab || geteuid())
		return lab ? 0 : -1;
	lab->netns = netns_new();
	return lab->netns < 0 || netif_open(&lab->nl, lab->netns);
}

static int teardown(void **state)
{
	struct lab *lab = *state;

	netif_watch_close(lab->w);
	netif_close(lab->nl);
	if (!geteuid())
		close(lab->netns);
	free(lab);
	return 0;
}

static struct lab *watched(void **state, int rcvbuf)
{
	struct lab *lab = *state;

	if (geteuid())
		skip();
	assert_int_equal(netif_watch_open(&lab->w, lab->netns, rcvbuf), 0);
	return lab;
}

static int add_pair(struct lab *lab)
{
	const struct netif_veth veth = {
		.name = "xsuA",
		.mac = mac_a,
		.peer_name = "xsuB",
		.peer_mac = mac_b,
		.peer_netns = lab->netns,
	};
	struct netif_link link;

	assert_int_equal(netif_veth_add(lab->nl, &veth), 0);
	assert_int_equal(netif_get(lab->nl, "xsuA", &link), 0);
	return link.ifindex;
}

static struct heard heard_now(struct lab *lab)
{
	struct heard h = { 0 };

	assert_int_equal(netif_watch_read(lab->w, hear, &h), 0);
	return h;
}

static bool readable(const struct lab *lab)
{
	struct pollfd p = { .fd = netif_watch_fd(lab->w), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void told_as_it_happens(void **state)
{
	struct lab *lab = watched(state, 0);
	struct timespec ts;
	struct heard h;
	int ifindex;

	assert_false(readable(lab));
	assert_int_equal(heard_now(lab).events, 0);
	ifindex = add_pair(lab);
	assert_true(readable(lab));
	h = heard_now(lab);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	assert_false(readable(lab));
	assert_int_equal(h.resyncs, 0);
	assert_int_equal(h.last.link.ifindex, ifindex);
	assert_string_equal(h.last.link.name, "xsuA");
	assert_string_equal(h.last.link.kind, "veth");
	assert_memory_equal(h.last.link.mac, mac_a, 6);
	assert_int_equal(h.last.link.mtu, 1500);
	assert_false(h.last.link.up || h.last.link.carrier || h.last.deleted);
	assert_in_range(h.last.time, ((uint64_t)ts.tv_sec - 2) * 1000000000,
			((uint64_t)ts.tv_sec + 1) * 1000000000);
	assert_int_equal(netif_set_mtu(lab->nl, ifindex, 1400), 0);
	assert_int_equal(netif_set_alias(lab->nl, ifindex, "plug"), 0);
	assert_int_equal(netif_set_up(lab->nl, ifindex, true), 0);
	h = heard_now(lab);
	assert_int_equal(h.last.link.mtu, 1400);
	assert_string_equal(h.last.link.alias, "plug");
	assert_int_equal(netif_del(lab->nl, ifindex), 0);
	h = heard_now(lab);
	assert_true(h.last.deleted);
	assert_int_equal(h.deleted, 1);
	assert_int_equal(h.last.link.ifindex, ifindex);
}

/*
 * Until it is told, with that many losses or more: the kernel's work queue may tell of a state
 * between two changes. The deadline is for a kernel that never does.
 */
static struct heard heard_carrier(struct lab *lab, bool carrier, uint32_t downs)
{
	struct pollfd p = { .fd = netif_watch_fd(lab->w), .events = POLLIN };
	struct heard h = { .last.link.carrier = !carrier };

	while (h.last.link.carrier != carrier || h.last.link.downs < downs) {
		assert_int_equal(poll(&p, 1, 10000), 1);
		assert_int_equal(netif_watch_read(lab->w, hear, &h), 0);
	}
	return h;
}

static void up_and_carrier(void **state)
{
	struct lab *lab = watched(state, 0);
	int a = add_pair(lab);
	struct netif_link b, now;
	struct heard h;

	assert_int_equal(netif_get(lab->nl, "xsuB", &b), 0);
	assert_int_equal(netif_set_up(lab->nl, a, true), 0);
	h = heard_now(lab);
	assert_true(h.last.link.up);
	assert_false(h.last.link.carrier);
	assert_int_equal(netif_set_up(lab->nl, b.ifindex, true), 0);
	assert_true(heard_carrier(lab, true, 0).last.link.up);
	assert_int_equal(netif_set_up(lab->nl, b.ifindex, false), 0);
	assert_true(heard_carrier(lab, false, 0).last.link.up);
	/* told or not, the kernel counts */
	assert_int_equal(netif_get(lab->nl, "xsuA", &now), 0);
	assert_int_equal(netif_set_up(lab->nl, b.ifindex, true), 0);
	assert_int_equal(netif_set_up(lab->nl, b.ifindex, false), 0);
	assert_int_equal(netif_set_up(lab->nl, b.ifindex, true), 0);
	h = heard_carrier(lab, true, now.downs + 1);
	assert_int_equal(h.last.link.downs, now.downs + 1);
}

/* The newest is read from the kernel when messages were lost. */
static void lost_once(void **state)
{
	struct lab *lab = watched(state, SMALL);
	int i, a = add_pair(lab);
	struct heard h;

	for (i = 0; i < MANY; i++)
		assert_int_equal(netif_set_mtu(lab->nl, a, 1000 + (uint32_t)i), 0);
	h = heard_now(lab);
	assert_int_equal(h.resyncs, 1);
	assert_in_range(h.events, 1, MANY / 2);
	assert_int_not_equal(h.last.link.mtu, 1000 + MANY - 1);
	memset(&h, 0, sizeof(h));
	assert_int_equal(netif_watch_dump(lab->w, hear, &h), 0);
	assert_int_equal(h.events, 3); /* with lo */
	assert_int_equal(h.last.link.mtu, 1000 + MANY - 1);
	assert_false(h.last.deleted);
	/* And from there on as before. */
	assert_int_equal(heard_now(lab).resyncs, 0);
	assert_int_equal(netif_set_mtu(lab->nl, a, 1400), 0);
	h = heard_now(lab);
	assert_int_equal(h.resyncs, 0);
	assert_int_equal(h.last.link.mtu, 1400);
}

/* The same with room: every one of them arrives. */
static void plenty_by_default(void **state)
{
	struct lab *lab = watched(state, 0);
	int i, a = add_pair(lab);
	struct heard h;

	heard_now(lab);
	for (i = 0; i < MANY; i++)
		assert_int_equal(netif_set_mtu(lab->nl, a, 1000 + (uint32_t)i), 0);
	h = heard_now(lab);
	assert_int_equal(h.resyncs, 0);
	assert_true(h.events >= MANY);
	assert_int_equal(h.last.link.mtu, 1000 + MANY - 1);
}

static void no_namespace(void **state)
{
	struct netif_watch *w;

	(void)state;
	netif_watch_close(NULL);
	if (geteuid())
		skip();
	assert_int_equal(netif_watch_open(&w, 9999, 0), -EBADF);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(told_as_it_happens), TEST(up_and_carrier), TEST(lost_once),
		TEST(plenty_by_default),  TEST(no_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
