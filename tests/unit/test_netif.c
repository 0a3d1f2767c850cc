// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_netif.c - devices by rtnetlink, in two fresh namespaces without a name
 *
 *	near: the socket's namespace          far: the peers' namespace
 *
 *	  xsuN.. ---------- veth ------------- xsuF..
 *
 * Every test has its own pair of namespaces; their devices go with the last descriptor.
 * Without root everything is skipped.
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netpacket/packet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "netif.h"
#include "netns.h"

enum {
	MANY = 200,	       /* devices enough for a dump of several messages */
	EXPERIMENTAL = 0x88b5, /* IEEE 802, local */
};

static const uint8_t mac_near[6] = { 0x02, 0, 0, 0, 0, 0x01 };
static const uint8_t mac_far[6] = { 0x02, 0, 0, 0, 0, 0x02 };

struct lab {
	int near_fd, far_fd, home;
	struct netif *near, *far;
	int before; /* descriptors */
};

/* Open descriptors: as many before as after what leaks none. */
static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static int setup(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	*state = lab;
	if (!lab || geteuid())
		return lab ? 0 : -1;
	lab->before = count_fds();
	lab->home = netns_open_self();
	lab->near_fd = netns_new();
	lab->far_fd = netns_new();
	if (lab->home < 0 || lab->near_fd < 0 || lab->far_fd < 0)
		return -1;
	return netif_open(&lab->near, lab->near_fd) || netif_open(&lab->far, lab->far_fd);
}

static int teardown(void **state)
{
	struct lab *lab = *state;
	int leaked = 0;

	if (lab->near_fd) {
		netif_close(lab->near);
		netif_close(lab->far);
		netns_enter(lab->home);
		close(lab->near_fd);
		close(lab->far_fd);
		close(lab->home);
		leaked = count_fds() != lab->before;
	}
	free(lab);
	return leaked;
}

static struct lab *need_root(void **state)
{
	if (geteuid())
		skip();
	return *state;
}

static int add_pair(struct lab *lab, const char *name, const char *peer, uint32_t mtu)
{
	const struct netif_veth veth = {
		.name = name,
		.mac = mac_near,
		.peer_name = peer,
		.peer_mac = mac_far,
		.peer_netns = lab->far_fd,
		.mtu = mtu,
	};

	return netif_veth_add(lab->near, &veth);
}

/* The pair of most tests. */
static void make_pair(struct lab *lab, struct netif_link *near, struct netif_link *far)
{
	assert_int_equal(add_pair(lab, "xsuN", "xsuF", 0), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", near), 0);
	assert_int_equal(netif_get(lab->far, "xsuF", far), 0);
}

static void write_sysctl(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, value, strlen(value)), strlen(value));
	close(fd);
}

static int read_sysctl(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = -1;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &value), 1);
	fclose(file);
	return value;
}

static bool has_ipv6(void)
{
	return !access("/proc/sys/net/ipv6/conf", F_OK);
}

static void loopback(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link link, again;

	memset(&link, 0xff, sizeof(link));
	assert_int_equal(netif_get(lab->near, "lo", &link), 0);
	assert_string_equal(link.name, "lo");
	assert_string_equal(link.kind, "");
	assert_string_equal(link.alias, "");
	assert_int_equal(link.ifindex, 1);
	assert_int_equal(link.mtu, 65536);
	assert_false(link.up);
	assert_int_equal(link.peer_ifindex, 0);
	assert_int_equal(netif_get_index(lab->near, 1, &again), 0);
	assert_string_equal(again.name, "lo");
}

static void absent(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link link;

	assert_int_equal(netif_get(lab->near, "xsuN", &link), -ENODEV);
	assert_int_equal(netif_get(lab->near, "", &link), -ENODEV);
	assert_int_equal(netif_get(lab->near, "sixteen_letters_", &link), -ENODEV);
	assert_int_equal(netif_get_index(lab->near, 9999, &link), -ENODEV);
	assert_int_equal(netif_get_index(lab->near, 0, &link), -ENODEV);
	assert_int_equal(netif_get_index(lab->near, -1, &link), -ENODEV);
	assert_int_equal(netif_del(lab->near, 9999), -ENODEV);
	assert_int_equal(netif_set_up(lab->near, 9999, true), -ENODEV);
	assert_int_equal(netif_set_mtu(lab->near, 9999, 1500), -ENODEV);
	assert_int_equal(netif_describe(lab->near, 9999, "x"), -ENODEV);
	/* No number must ever mean every device. */
	assert_int_equal(netif_del(lab->near, 0), -EINVAL);
	assert_int_equal(netif_set_up(lab->near, 0, true), -EINVAL);
}

static void socket_is_elsewhere(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far, link;
	struct netns_id before, after;
	struct netif *here;
	int self;

	make_pair(lab, &near, &far);
	assert_int_equal(netif_get(lab->far, "xsuN", &link), -ENODEV);
	self = netns_open_self();
	assert_int_equal(netns_id(self, &before), 0);
	close(self);
	assert_int_equal(netns_id(lab->home, &after), 0);
	assert_true(netns_same(&before, &after));
	/* -1 is where the caller lives, and the socket stays there. */
	assert_int_equal(netns_enter(lab->near_fd), 0);
	assert_int_equal(netif_open(&here, -1), 0);
	assert_int_equal(netns_enter(lab->home), 0);
	assert_int_equal(netif_get(here, "xsuN", &link), 0);
	netif_close(here);
	/* No namespace at all: nobody has moved. */
	assert_int_equal(netif_open(&here, 9999), -EBADF);
	self = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(netif_open(&here, self), -EINVAL);
	close(self);
}

static void veth_pair(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far;

	assert_int_equal(add_pair(lab, "xsuN", "xsuF", 1400), 0);
	assert_string_equal(netif_error(lab->near), "");
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_int_equal(netif_get(lab->far, "xsuF", &far), 0);
	assert_string_equal(near.kind, "veth");
	assert_string_equal(far.kind, "veth");
	assert_memory_equal(near.mac, mac_near, 6);
	assert_memory_equal(far.mac, mac_far, 6);
	assert_int_equal(near.mtu, 1400);
	assert_int_equal(far.mtu, 1400);
	assert_false(near.up || far.up || near.carrier || far.carrier);
	assert_int_equal(near.peer_ifindex, far.ifindex);
	assert_int_equal(far.peer_ifindex, near.ifindex);
	/* Both are the first of their namespace: the same number does not hide the peer. */
	assert_int_equal(near.ifindex, far.ifindex);
	assert_int_equal(netif_set_up(lab->near, near.ifindex, true), 0);
	assert_int_equal(netif_set_up(lab->far, far.ifindex, true), 0);
	assert_int_equal(netif_get_index(lab->near, near.ifindex, &near), 0);
	assert_true(near.up && near.carrier);
	assert_int_equal(netif_set_up(lab->far, far.ifindex, false), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_true(near.up);
	assert_false(near.carrier);
}

/* ifindex 0: of all devices there */
static int packet_socket(struct lab *lab, int netns, int ifindex)
{
	const struct timeval soon = { .tv_sec = 5 };
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(EXPERIMENTAL),
		.sll_ifindex = ifindex,
	};
	int fd;

	assert_int_equal(netns_enter(netns), 0);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(EXPERIMENTAL));
	assert_int_equal(netns_enter(lab->home), 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon)), 0);
	if (ifindex)
		assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Without the wait about half of them are lost. */
static void first_frame(void **state)
{
	const uint8_t frame[60] = {
		0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 1, EXPERIMENTAL >> 8, EXPERIMENTAL & 0xff
	};
	struct lab *lab = need_root(state);
	struct netif_link near, far;
	uint8_t got[sizeof(frame)];
	const struct netif_veth other = { .name = "xsuX",
					  .peer_name = "xsuY",
					  .peer_netns = lab->near_fd };
	int from, to;

	/* the ends have different numbers then, as they mostly do: others lose none */
	assert_int_equal(netif_veth_add(lab->near, &other), 0);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(add_pair(lab, "xsuN", "xsuF", 0), 0);
		assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
		assert_int_equal(netif_get(lab->far, "xsuF", &far), 0);
		assert_int_equal(netif_set_up(lab->near, near.ifindex, true), 0);
		from = packet_socket(lab, lab->near_fd, near.ifindex);
		to = packet_socket(lab, lab->far_fd, 0);
		assert_int_equal(netif_set_up(lab->far, far.ifindex, true), 0);
		netif_wait_oper_up(lab->near, near.ifindex);
		assert_int_equal(send(from, frame, sizeof(frame), 0), sizeof(frame));
		assert_int_equal(recv(to, got, sizeof(got), 0), sizeof(frame));
		assert_memory_equal(got, frame, sizeof(frame));
		close(from);
		close(to);
		assert_int_equal(netif_del(lab->near, near.ifindex), 0);
	}
}

/* No carrier, no device: it comes back. */
static void never_up(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near;

	assert_int_equal(add_pair(lab, "xsuN", "xsuF", 0), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_false(near.oper_up);
	assert_int_equal(netif_set_up(lab->near, near.ifindex, true), 0);
	netif_wait_oper_up(lab->near, near.ifindex);
	netif_wait_oper_up(lab->near, 9999);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_false(near.oper_up);
}

static void veth_default_mtu_and_mac(void **state)
{
	struct lab *lab = need_root(state);
	const struct netif_veth veth = {
		.name = "fifteen_letters",
		.peer_name = "fifteen_letters",
		.peer_netns = lab->far_fd,
	};
	struct netif_link near;

	assert_int_equal(netif_veth_add(lab->near, &veth), 0);
	assert_int_equal(netif_get(lab->near, "fifteen_letters", &near), 0);
	assert_string_equal(near.name, "fifteen_letters");
	assert_int_equal(near.mtu, 1500);
	assert_memory_not_equal(near.mac, "\0\0\0\0\0\0", 6);
}

static void veth_refused(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far, link;
	struct netif_veth veth = { .name = "xsuN3", .peer_name = "xsuF3", .peer_netns = 9999 };

	make_pair(lab, &near, &far);
	assert_int_equal(add_pair(lab, "xsuN", "xsuF2", 0), -EEXIST);
	assert_int_equal(netif_get(lab->far, "xsuF2", &link), -ENODEV);
	/* The peer's name is taken: this end must not stay alone. */
	assert_int_equal(add_pair(lab, "xsuN2", "xsuF", 0), -EEXIST);
	assert_int_equal(netif_get(lab->near, "xsuN2", &link), -ENODEV);
	assert_int_equal(add_pair(lab, "xsu%d", "xsuF2", 0), -EINVAL);
	assert_int_equal(add_pair(lab, "xsuN2", "xsu%d", 0), -EINVAL);
	assert_int_equal(add_pair(lab, "", "xsuF2", 0), -EINVAL);
	assert_int_equal(add_pair(lab, "xsuN2", "sixteen_letters_", 0), -EINVAL);
	assert_int_equal(add_pair(lab, "xsu/2", "xsuF2", 0), -EINVAL);
	assert_int_equal(netif_veth_add(lab->near, &veth), -EBADF);
	assert_int_equal(netif_get(lab->near, "xsuN3", &link), -ENODEV);
}

static void error_words(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far;

	make_pair(lab, &near, &far);
	assert_int_equal(netif_set_mtu(lab->near, near.ifindex, 70000), -EINVAL);
	assert_non_null(strstr(netif_error(lab->near), "mtu"));
	/* Of the last call, and of this socket only. */
	assert_string_equal(netif_error(lab->far), "");
	assert_int_equal(netif_set_mtu(lab->near, near.ifindex, 9000), 0);
	assert_string_equal(netif_error(lab->near), "");
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_int_equal(near.mtu, 9000);
	assert_int_equal(netif_set_mtu(lab->near, near.ifindex, 70000), -EINVAL);
	assert_int_equal(add_pair(lab, "", "", 0), -EINVAL);
	assert_string_equal(netif_error(lab->near), "");
}

static void described(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far;
	char alias[257];

	make_pair(lab, &near, &far);
	assert_int_equal(netif_describe(lab->near, near.ifindex, "port \"ns1\" of sw0"), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_string_equal(near.alias, "port \"ns1\" of sw0");
	memset(alias, 'a', sizeof(alias));
	alias[255] = '\0';
	assert_int_equal(netif_describe(lab->near, near.ifindex, alias), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_string_equal(near.alias, alias);
	alias[255] = 'a';
	alias[256] = '\0';
	assert_true(netif_describe(lab->near, near.ifindex, alias) < 0);
	assert_int_equal(netif_describe(lab->near, near.ifindex, ""), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_string_equal(near.alias, "");
}

/* An MTU below 1280 takes IPv6 off a device: the alias is set all the same. */
static void described_without_ipv6(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near;

	assert_int_equal(add_pair(lab, "xsuN", "xsuF", 1000), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_int_equal(netif_describe(lab->near, near.ifindex, "small"), 0);
	assert_string_equal(netif_error(lab->near), "");
	assert_int_equal(netif_get(lab->near, "xsuN", &near), 0);
	assert_string_equal(near.alias, "small");
	assert_int_equal(netns_enter(lab->near_fd), 0);
	assert_int_equal(netif_disable_ipv6("xsuN"), 0);
}

static bool has_link_local(void)
{
	FILE *file = fopen("/proc/thread-self/net/if_inet6", "re");
	char line[256];
	bool found = false;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		found |= !strncmp(line, "fe80", 4);
	fclose(file);
	return found;
}

static void no_ipv6_by_itself(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far;
	time_t deadline;

	if (!has_ipv6())
		skip();
	make_pair(lab, &near, &far);
	assert_int_equal(netif_describe(lab->near, near.ifindex, "quiet"), 0);
	assert_int_equal(netif_set_up(lab->near, near.ifindex, true), 0);
	assert_int_equal(netif_set_up(lab->far, far.ifindex, true), 0);
	/* The far end was not described: its link-local address comes, if not at once. */
	assert_int_equal(netns_enter(lab->far_fd), 0);
	deadline = time(NULL) + 10;
	while (!has_link_local()) {
		assert_true(time(NULL) < deadline);
		usleep(10000);
	}
	assert_int_equal(netns_enter(lab->near_fd), 0);
	assert_false(has_link_local());
	assert_int_equal(read_sysctl("/proc/sys/net/ipv6/conf/xsuN/addr_gen_mode"), 1);
}

static void ipv6_disabled(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far;

	if (!has_ipv6())
		skip();
	make_pair(lab, &near, &far);
	assert_int_equal(netns_enter(lab->near_fd), 0);
	write_sysctl("/proc/sys/net/ipv6/conf/xsuN/disable_ipv6", "0");
	assert_int_equal(netif_disable_ipv6("xsuN"), 0);
	assert_int_equal(read_sysctl("/proc/sys/net/ipv6/conf/xsuN/disable_ipv6"), 1);
	assert_int_equal(netif_disable_ipv6("xsuN"), 0);
	assert_int_equal(netif_disable_ipv6("xsuF"), -ENODEV);
	assert_int_equal(netif_disable_ipv6(""), -ENODEV);
	assert_int_equal(netif_disable_ipv6("../all"), -ENODEV);
	assert_int_equal(netif_disable_ipv6("all"), -EINVAL);
	assert_int_equal(netif_disable_ipv6("default"), -EINVAL);
	assert_int_equal(read_sysctl("/proc/sys/net/ipv6/conf/all/disable_ipv6"), 0);
}

static void deleted(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_link near, far;

	make_pair(lab, &near, &far);
	assert_int_equal(netif_del(lab->far, far.ifindex), 0);
	assert_int_equal(netif_get(lab->near, "xsuN", &near), -ENODEV);
	assert_int_equal(netif_del(lab->far, far.ifindex), -ENODEV);
	/* The names are free at once. */
	make_pair(lab, &near, &far);
}

/* Group 0 is every device that was put into none. */
static void deleted_by_group(void **state)
{
	struct lab *lab = need_root(state);
	static const char *const names[] = { "xsuN0", "xsuN1", "xsuN2" };
	static const char *const peers[] = { "xsuF0", "xsuF1", "xsuF2" };
	struct netif_link link;
	size_t i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(add_pair(lab, names[i], peers[i], 0), 0);
		assert_int_equal(netif_get(lab->near, names[i], &link), 0);
		if (i < 2)
			assert_int_equal(netif_set_group(lab->near, link.ifindex, 0x787375), 0);
	}
	assert_int_equal(netif_set_group(lab->near, 9999, 0x787375), -ENODEV);
	assert_int_equal(netif_del_group(lab->near, 0), -EPERM);
	assert_int_equal(netif_del_group(lab->far, 0x787375), -ENODEV);
	assert_int_equal(netif_del_group(lab->near, 0x787375), 0);
	assert_int_equal(netif_get(lab->near, names[0], &link), -ENODEV);
	assert_int_equal(netif_get(lab->far, peers[1], &link), -ENODEV);
	assert_int_equal(netif_get(lab->near, names[2], &link), 0);
	assert_int_equal(netif_del_group(lab->near, 0x787375), -ENODEV);
}

static void addresses(void **state)
{
	struct lab *lab = need_root(state);
	struct netif_addr v4 = { .family = AF_INET, .plen = 24 }, other = v4;
	struct netif_addr v6 = { .family = AF_INET6, .plen = 64 };
	struct netif_link near, far;
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int sock;

	make_pair(lab, &near, &far);
	assert_int_equal(inet_pton(AF_INET, "192.0.2.1", v4.addr), 1);
	assert_int_equal(inet_pton(AF_INET6, "2001:db8::1", v6.addr), 1);
	assert_int_equal(netif_addr_add(lab->far, far.ifindex, &v4), 0);
	assert_int_equal(netif_addr_add(lab->far, far.ifindex, &v4), -EEXIST);
	if (has_ipv6()) {
		assert_int_equal(netif_addr_add(lab->far, far.ifindex, &v6), 0);
		assert_int_equal(netif_addr_add(lab->far, far.ifindex, &v6), -EEXIST);
	}
	assert_int_equal(netif_addr_add(lab->far, 9999, &v4), -ENODEV);
	v4.plen = 33;
	assert_int_equal(netif_addr_add(lab->far, far.ifindex, &v4), -EINVAL);
	/* A namespace that never had an address has no local table and lets bind to any. */
	assert_int_equal(inet_pton(AF_INET, "192.0.2.2", other.addr), 1);
	assert_int_equal(netif_addr_add(lab->near, near.ifindex, &other), 0);
	/* A local address is one that can be bound to: there, and not here. */
	memcpy(&sin.sin_addr, v4.addr, 4);
	assert_int_equal(netns_enter(lab->far_fd), 0);
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(sock, (struct sockaddr *)&sin, sizeof(sin)), 0);
	close(sock);
	assert_int_equal(netns_enter(lab->near_fd), 0);
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(sock, (struct sockaddr *)&sin, sizeof(sin)), -1);
	close(sock);
}

static void listed(void **state)
{
	struct lab *lab = need_root(state);
	bool seen[MANY] = { false };
	struct netif_link *links, link;
	char name[IFNAMSIZ], peer[IFNAMSIZ];
	size_t n, i, veths = 0;
	int number;

	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "xsuN%zu", i);
		snprintf(peer, sizeof(peer), "xsuF%zu", i);
		assert_int_equal(add_pair(lab, name, peer, 0), 0);
	}
	assert_int_equal(netif_list(lab->near, &links, &n), 0);
	for (i = 0; i < n; i++) {
		if (strcmp(links[i].kind, "veth"))
			continue;
		assert_int_equal(sscanf(links[i].name, "xsuN%d", &number), 1);
		assert_in_range(number, 0, MANY - 1);
		assert_false(seen[number]);
		seen[number] = true;
		veths++;
	}
	assert_int_equal(veths, MANY);
	/* The list is the caller's: the next call leaves it alone. */
	assert_int_equal(netif_get(lab->near, "xsuN7", &link), 0);
	for (i = 0; i < n && links[i].ifindex != link.ifindex; i++)
		;
	assert_true(i < n);
	assert_memory_equal(&links[i], &link, sizeof(link));
	free(links);
}

struct churn {
	struct lab *lab;
	atomic_bool stop;
	int rounds;
};

static void *churn_thread(void *arg)
{
	struct churn *churn = arg;
	struct netif_veth veth = {
		.name = "xsuX",
		.peer_name = "xsuX",
		.peer_netns = churn->lab->far_fd,
	};
	struct netif_link link;
	struct netif *nl;

	if (netif_open(&nl, churn->lab->near_fd))
		return NULL;
	while (!churn->stop && churn->rounds < 10000) {
		if (netif_veth_add(nl, &veth) || netif_get(nl, "xsuX", &link) ||
		    netif_del(nl, link.ifindex))
			break;
		churn->rounds++;
	}
	netif_close(nl);
	return NULL;
}

/* While devices come and go a list is whole, or it is refused: never short, never double. */
static void listed_while_changing(void **state)
{
	struct lab *lab = need_root(state);
	struct churn churn = { .lab = lab };
	char name[IFNAMSIZ], peer[IFNAMSIZ];
	struct netif_link *links;
	pthread_t thread;
	size_t n, i, old;
	int tries, err;

	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "xsuN%zu", i);
		snprintf(peer, sizeof(peer), "xsuF%zu", i);
		assert_int_equal(add_pair(lab, name, peer, 0), 0);
	}
	assert_int_equal(pthread_create(&thread, NULL, churn_thread, &churn), 0);
	for (tries = 0; tries < 50; tries++) {
		err = netif_list(lab->near, &links, &n);
		if (err == -EAGAIN)
			continue;
		assert_int_equal(err, 0);
		for (i = 0, old = 0; i < n; i++)
			old += !strncmp(links[i].name, "xsuN", 4);
		free(links);
		assert_int_equal(old, MANY);
	}
	churn.stop = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(churn.rounds > 0);
	/* The socket is in step after all that. */
	assert_int_equal(netif_list(lab->near, &links, &n), 0);
	free(links);
}

static void closed_null(void **state)
{
	(void)state;
	netif_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(loopback),
		TEST(absent),
		TEST(socket_is_elsewhere),
		TEST(veth_pair),
		TEST(first_frame),
		TEST(never_up),
		TEST(veth_default_mtu_and_mac),
		TEST(veth_refused),
		TEST(error_words),
		TEST(described),
		TEST(described_without_ipv6),
		TEST(no_ipv6_by_itself),
		TEST(ipv6_disabled),
		TEST(deleted),
		TEST(deleted_by_group),
		TEST(addresses),
		TEST(listed),
		TEST(listed_while_changing),
		cmocka_unit_test(closed_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
