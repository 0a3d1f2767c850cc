// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdpports.c - XDP on ports of a switch that were made for tc
 *
 *	xdpports SWITCH OBJECT PIN TC_PORTS NUMBER:INTERFACE...
 *
 * SWITCH is its directory in bpffs, OBJECT xsw_xdp.bpf.o, PIN the beginning of the names of the
 * links. TC_PORTS is how many other ports there are.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>

#include "bench.h"
#include "maps.h"
#include "xsw_abi.h"
#include "xsw_names.h"

static int open_map(const char *dir, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/" XSW_DIR_MAPS "/%s", dir, name);
	return bpf_obj_get(path);
}

static struct bpf_object *load(const char *dir, const char *file)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	struct bpf_map *map;

	must(obj ? 0 : -1, file);
	bpf_object__for_each_map(map, obj)
	{
		int fd = open_map(dir, bpf_map__name(map));

		if (fd >= 0) /* scratch has no pin */
			must(bpf_map__reuse_fd(map, fd), "map");
	}
	must(bpf_object__load(obj), "programs");
	return obj;
}

static int program(struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	return must(prog ? bpf_program__fd(prog) : -1, name);
}

static void attach(struct maps *maps, int xdp, int egr, const char *pin, const char *port)
{
	struct bpf_devmap_val val = { .bpf_prog.fd = egr };
	uint32_t number = strtoul(port, NULL, 10);
	const char *ifname = strchr(port, ':');
	char path[512];
	int link;

	val.ifindex = if_nametoindex(ifname ? ifname + 1 : "");
	must(val.ifindex ? 0 : -1, port);
	link = must(bpf_link_create(xdp, val.ifindex, BPF_XDP, NULL), port);
	snprintf(path, sizeof(path), "%s%u", pin, number);
	must(bpf_obj_pin(link, path), path);
	errno = -maps_xflood_set(maps, number, val.ifindex, egr);
	must(-errno, "xflood");
	must(bpf_map_update_elem(maps->fd[MAP_XTX], &number, &val, BPF_ANY), "xtx");
}

int main(int argc, char **argv)
{
	struct bpf_object *obj;
	struct xsw_switch sw;
	uint32_t zero = 0;
	struct maps maps;
	int i, settings;

	usage_if(argc < 6, "xdpports SWITCH OBJECT PIN TC_PORTS NUMBER:INTERFACE...");
	settings = must(open_map(argv[1], "settings"), "settings");
	maps_init(&maps);
	maps.fd[MAP_XTX] = must(open_map(argv[1], "xtx"), "xtx");
	maps.fd[MAP_XFLOOD] = must(open_map(argv[1], "xflood"), "xflood");
	obj = load(argv[1], argv[2]);
	for (i = 5; i < argc; i++)
		attach(&maps, program(obj, XSW_PROG_XDP), program(obj, XSW_PROG_EGR), argv[3],
		       argv[i]);
	must(bpf_map_lookup_elem(settings, &zero, &sw), "settings");
	sw.xdp_ports = argc - 5;
	sw.tc_ports = strtoul(argv[4], NULL, 10);
	must(bpf_map_update_elem(settings, &zero, &sw, BPF_ANY), "settings");
	return 0;
}
