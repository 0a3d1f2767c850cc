// SPDX-License-Identifier: GPL-2.0-only
/*
 * fdbfill.c - fill the pinned FDB of a switch, and walk it
 *
 * Every entry is a copy of one that is there already, so that the switch finds it as good; the
 * addresses are 02:78:xx:xx:xx:xx, counted up. The walk in batches is the lower limit for
 * any command that lists the table.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "bench.h"
#include "xsw_abi.h"

#define CHUNK 4096

static void fill(int fd, uint32_t n)
{
	static union xsw_fdb_key key[CHUNK];
	static struct xsw_fdb_entry entry[CHUNK];
	struct xsw_fdb_entry model;
	uint32_t done = 0, count, i;

	must(bpf_map_get_next_key(fd, NULL, key), "an entry to copy");
	must(bpf_map_lookup_elem(fd, key, &model), "an entry to copy");
	for (; done < n; done += count) {
		count = n - done < CHUNK ? n - done : CHUNK;
		for (i = 0; i < count; i++) {
			uint32_t id = done + i;

			key[i] = (union xsw_fdb_key){ .mac = { 0x02, 0x78, id >> 24, id >> 16,
							       id >> 8, id } };
			entry[i] = model;
		}
		must(bpf_map_update_batch(fd, key, entry, &count, NULL), "bpf_map_update_batch");
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
	uint32_t met;
	int fd;

	usage_if(argc != 3, "fdbfill PIN ENTRIES");
	fd = must(bpf_obj_get(argv[1]), argv[1]);
	bench_limit(60 * NSEC_PER_SEC);
	start = now_ns();
	fill(fd, strtoul(argv[2], NULL, 10));
	filled = now_ns();
	met = walk(fd);
	walked = now_ns();
	printf("{\"entries\": %u, \"fill_ns\": %llu, \"walk_ns\": %llu}\n", met,
	       (unsigned long long)(filled - start), (unsigned long long)(walked - filled));
	return 0;
}
