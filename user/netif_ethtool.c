// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_ethtool.c - offloads of a device, by the ioctls of ethtool
 *
 * The ioctl asks the namespace of its socket, so the netlink socket serves. The four requests of
 * <linux/ethtool.h> used here are older than the netlink family and need neither strings of names
 * nor another library.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "netif_int.h"

static const struct {
	uint32_t get, set, bit; /* bit 0: the value is a yes or no */
} features[] = {
	[NETIF_GRO] = { ETHTOOL_GGRO, ETHTOOL_SGRO, 0 },
	[NETIF_TXCSUM] = { ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM, 0 },
	[NETIF_TXVLAN] = { ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_TXVLAN },
	[NETIF_RXVLAN] = { ETHTOOL_GFLAGS, ETHTOOL_SFLAGS, ETH_FLAG_RXVLAN },
};

static int request(struct netif *nl, const char *name, struct ethtool_value *value)
{
	struct ifreq req = { .ifr_data = (char *)value };

	nl->ext[0] = '\0';
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", name);
	return ioctl(nl_socket_get_fd(nl->sock), SIOCETHTOOL, &req) ? -errno : 0;
}

int netif_feature(struct netif *nl, const char *name, enum netif_feature f, bool *on)
{
	struct ethtool_value value = { .cmd = features[f].get };
	int err = request(nl, name, &value);

	*on = !err && (features[f].bit ? value.data & features[f].bit : value.data);
	return err;
}

int netif_feature_set(struct netif *nl, const char *name, enum netif_feature f, bool on)
{
	struct ethtool_value value = { .cmd = features[f].get };
	int err = request(nl, name, &value);

	if (err)
		return err;
	value.cmd = features[f].set;
	if (!features[f].bit)
		value.data = on;
	else
		value.data = on ? value.data | features[f].bit : value.data & ~features[f].bit;
	return request(nl, name, &value);
}
