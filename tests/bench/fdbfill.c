// SPDX-License-Identifier: GPL-2.0-only
/*
 * fdbfill.c - fill the FDB of a switch as learning would, and walk it
 *
 *	fdbfill DIRECTORY ENTRIES [VLANS]	the directory of the switch in bpffs
 *
 * Every entry is a copy of one that is there already, given to xsw_ctl, so that it is counted and
 * ages; the addresses are 02:78:xx:xx:xx:xx, counted up, in VLANs 0, 1, ... in turn. The walk in
 * batches is the lower limit for any command that lists the table.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "bench.h"
#include "xsw_abi.h"

#define CHUNK 4096

static struct {
	__u8 eth[XSW_CTL_HDR];
	struct xsw_ctl ctl;
	struct xsw_ctl_entry v[XSW_CTL_COPIES];
} __attribute__((packed)) request = { .ctl.op = XSW_CTL_FDB_COPY };

static int open_pin(const char *dir, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return must(bpf_obj_get(path), path);
}

static void fill(int fd, int prog, uint32_t n, uint32_t vlans)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = &request, .data_size_in = sizeof(request));
	union xsw_fdb_key key;
	struct xsw_fdb_entry model;
	uint32_t done = 0, count, i;

	must(bpf_map_get_next_key(fd, NULL, &key), "an entry to copy");
	must(bpf_map_lookup_elem(fd, &key, &model), "an entry to copy");
	for (; done < n; done += count) {
		count = n - done < XSW_CTL_COPIES ? n - done : XSW_CTL_COPIES;
		request.ctl.port = count;
		for (i = 0; i < count; i++) {
			uint32_t id = done + i;

			key = (union xsw_fdb_key){ .mac = { 0x02, 0x78, id >> 24, id >> 16, id >> 8,
							    id },
						   .vid = id % vlans };
			memcpy(&request.v[i].key, &key, sizeof(key));
			memcpy(&request.v[i].entry, &model, sizeof(model));
		}
		must(bpf_prog_test_run_opts(prog, &opts), "xsw_ctl");
		errno = -(int)opts.retval;
		must((int)opts.retval, "xsw_ctl");
	}
}

/* Entries met. */
static uint32_t walk(int fd)
{
	static union xsw_fdb_key key[CHUNK];
	static struct xsw_fdb_entry entry[CHUNK];
	uint32_t token, count, total = 0;
	void *from = NULL;
	int err;

	do {
		count = CHUNK;
		err = bpf_map_lookup_batch(fd, from, &token, key, entry, &count, NULL);
		if (err && errno != ENOENT)
			must(err, "bpf_map_lookup_batch");
		total += count;
		from = &token;
	} while (!err);
	return total;
}

int main(int argc, char **argv)
{
	uint64_t start, filled, walked;
	uint32_t met, vlans;
	int fd, prog;

	usage_if(argc != 3 && argc != 4, "fdbfill DIRECTORY ENTRIES [VLANS]");
	fd = open_pin(argv[1], "maps/fdb");
	prog = open_pin(argv[1], "progs/xsw_ctl");
	vlans = argc == 4 ? strtoul(argv[3], NULL, 10) : 1;
	bench_limit(60 * NSEC_PER_SEC);
	start = now_ns();
	fill(fd, prog, strtoul(argv[2], NULL, 10), vlans ?: 1);
	filled = now_ns();
	met = walk(fd);
	walked = now_ns();
	printf("{\"entries\": %u, \"fill_ns\": %llu, \"walk_ns\": %llu}\n", met,
	       (unsigned long long)(filled - start), (unsigned long long)(walked - filled));
	return 0;
}
