// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_place.c - the namespaces of a back end, and what is seen of their devices
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "bench_lab.h"
#include "netif.h"
#include "netns.h"

#define DEVICE	  "eth0"
#define NET	  0x0a4d0000 /* 10.77.0.0 */
#define SETTLE_NS 120000000000ULL

void lab_netns(char name[LAB_NS], uint32_t port)
{
	snprintf(name, LAB_NS, "b%u", port);
}

uint32_t lab_address(uint32_t port)
{
	return NET + port;
}

int lab_up(struct bench_lab *lab, uint32_t ports)
{
	const struct bench_backend *b = lab->backend;

	lab->ports = ports;
	return b->prepare && b->prepare(lab) ? -1 : b->make(lab);
}

int lab_down(struct bench_lab *lab)
{
	int ret = lab->ports ? lab->backend->remove(lab) : 0;

	lab->ports = 0;
	return ret;
}

/* Whether a veth is left here; -errno. */
static int any_veth(struct netif *nl)
{
	struct netif_link *links;
	size_t n;
	int err = netif_list(nl, &links, &n), found = 0;

	if (err)
		return err;
	for (size_t i = 0; i < n; i++)
		found |= !strcmp(links[i].kind, "veth");
	free(links);
	return found;
}

/*
 * The kernel takes namespaces apart behind the back of whoever deleted them, mostly in the
 * order of deletion (a socket may hold one for another RCU grace period): when the veth of one
 * deleted now is gone, and all others here, so is what came before.
 */
int lab_settle(struct bench_lab *lab)
{
	struct netif_veth veth = { .name = "settle", .peer_name = DEVICE };
	uint64_t end = lab_now() + SETTLE_NS;
	struct netif *nl;
	int err;

	err = netif_open(&nl, -1);
	if (err)
		return lab_error(lab, "cannot open netlink: %s", strerror(-err));
	veth.peer_netns = netns_new();
	err = veth.peer_netns < 0 ? veth.peer_netns : netif_veth_add(nl, &veth);
	if (veth.peer_netns >= 0)
		close(veth.peer_netns);
	while (!err && (err = any_veth(nl)) > 0) {
		err = lab_now() > end ? -ETIMEDOUT : 0;
		lab_sleep(2000000);
	}
	netif_close(nl);
	return err ? lab_error(lab, "namespaces do not go: %s", strerror(-err)) : 0;
}

/* --- one of them ------------------------------------------------------------------------- */

int lab_enter(struct bench_lab *lab, uint32_t port)
{
	char name[LAB_NS];
	int fd, err;

	lab_netns(name, port);
	fd = netns_open(name);
	err = fd < 0 ? fd : netns_enter(fd);
	if (fd >= 0)
		close(fd);
	return err ? lab_error(lab, "cannot enter namespace %s: %s", name, strerror(-err)) : 0;
}

int lab_in(struct bench_lab *lab, uint32_t port, int (*fn)(void *arg), void *arg)
{
	int home = netns_open_self(), err;

	if (home < 0)
		return lab_error(lab, "cannot open the namespace: %s", strerror(-home));
	if (lab_enter(lab, port)) {
		close(home);
		return -1;
	}
	err = fn(arg);
	if (err)
		lab_error(lab, "port %u: " DEVICE " does not answer: %s", port, strerror(-err));
	if (netns_enter(home))
		err = lab_error(lab, "cannot come home");
	close(home);
	return err ? -1 : 0;
}

static int ask_link(void *link)
{
	struct netif *nl;
	int err = netif_open(&nl, -1);

	if (err)
		return err;
	err = netif_get(nl, DEVICE, link);
	netif_close(nl);
	return err;
}

int lab_mac(struct bench_lab *lab, uint32_t port, uint8_t mac[6])
{
	struct netif_link link;

	if (lab_in(lab, port, ask_link, &link))
		return -1;
	memcpy(mac, link.mac, sizeof(link.mac));
	return 0;
}

static int quieten(void *arg)
{
	struct netif_link *links;
	struct netif *nl;
	size_t n;
	int err;

	(void)arg;
	err = netif_open(&nl, -1);
	if (err)
		return err;
	err = netif_list(nl, &links, &n);
	netif_close(nl);
	if (err)
		return err;
	for (size_t i = 0; !err && i < n; i++)
		err = netif_disable_ipv6(links[i].name);
	free(links);
	return err;
}

int lab_quiet(struct bench_lab *lab)
{
	int err = quieten(NULL);

	for (uint32_t port = 1; !err && port <= lab->ports; port++)
		if (lab_in(lab, port, quieten, NULL))
			return -1;
	return err ? lab_error(lab, "cannot end IPv6: %s", strerror(-err)) : 0;
}

/*
 * What XDP sends to a veth is dropped unless its other end polls (veth_xdp_xmit()), which GRO
 * makes it do. Where that end is another port, the program that counts does.
 */
int lab_take_bare(struct bench_lab *lab, uint32_t port)
{
	struct netif_link inner, outer;
	struct netif *nl;
	int err;

	if (lab_in(lab, port, ask_link, &inner))
		return -1;
	err = netif_open(&nl, -1);
	if (err)
		return lab_error(lab, "cannot open netlink: %s", strerror(-err));
	if (!netif_get_index(nl, inner.peer_ifindex, &outer) && !strcmp(outer.kind, "veth"))
		err = netif_feature_set(nl, outer.name, NETIF_GRO, true);
	netif_close(nl);
	return err ? lab_error(lab, "port %u: no GRO: %s", port, strerror(-err)) : 0;
}

/* "  eth0: bytes packets errs ...", by the first name of the device */
static int ask_received(void *arg)
{
	FILE *f = fopen("/proc/thread-self/net/dev", "re");
	char line[512], name[IF_NAMESIZE] = "", wanted[IF_NAMESIZE] = "";
	unsigned long long bytes, packets;
	int err = -ENODEV;

	if (!f)
		return -errno;
	if_indextoname(if_nametoindex(DEVICE), wanted);
	while (err && fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %15[^:]: %llu %llu", name, &bytes, &packets) != 3 ||
		    strcmp(name, wanted))
			continue;
		*(uint64_t *)arg = packets;
		err = 0;
	}
	fclose(f);
	return err;
}

int lab_received(struct bench_lab *lab, uint32_t port, uint64_t *frames)
{
	return lab_in(lab, port, ask_received, frames);
}

static int ethtool(int fd, uint32_t cmd, uint32_t *value)
{
	struct ethtool_value what = { .cmd = cmd, .data = *value };
	struct ifreq ifr = { .ifr_name = DEVICE, .ifr_data = (void *)&what };

	if (ioctl(fd, SIOCETHTOOL, &ifr))
		return -errno;
	*value = what.data;
	return 0;
}

static int ask_device(void *arg)
{
	struct bench_device *device = arg;
	const struct {
		uint32_t cmd;
		bool *to;
	} flags[] = {
		{ ETHTOOL_GTSO, &device->tso },	       { ETHTOOL_GGSO, &device->gso },
		{ ETHTOOL_GGRO, &device->gro },	       { ETHTOOL_GTXCSUM, &device->tx_csum },
		{ ETHTOOL_GRXCSUM, &device->rx_csum },
	};
	struct ifreq ifr = { .ifr_name = DEVICE };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	for (size_t i = 0; !err && i < sizeof(flags) / sizeof(*flags); i++) {
		uint32_t value = 0;

		err = ethtool(fd, flags[i].cmd, &value);
		*flags[i].to = value;
	}
	if (!err && ioctl(fd, SIOCGIFMTU, &ifr))
		err = -errno;
	device->mtu = (uint32_t)ifr.ifr_mtu;
	close(fd);
	return err;
}

int lab_device(struct bench_lab *lab, uint32_t port, struct bench_device *device)
{
	return lab_in(lab, port, ask_device, device);
}

static int ask_no_tx_csum(void *arg)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	uint32_t off = 0;

	(void)arg;
	if (fd < 0)
		return -errno;
	err = ethtool(fd, ETHTOOL_STXCSUM, &off);
	close(fd);
	return err;
}

int lab_no_tx_csum(struct bench_lab *lab, uint32_t port)
{
	return lab_in(lab, port, ask_no_tx_csum, NULL);
}
