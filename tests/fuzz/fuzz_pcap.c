// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_pcap.c - any bytes as a capture, pcap or pcapng
 *
 * Every byte of each frame is there, and a file that is damaged says why.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "pcap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32], why[PCAP_WHY_MAX];
	int fd = fuzz_file(data, size, path), more;
	struct pcap_frame frame;
	struct pcap_in *in;
	uint8_t *copy;

	if (pcap_in_open(&in, path, why)) {
		if (in || !*why || strlen(why) >= sizeof(why))
			abort();
		close(fd);
		return 0;
	}
	while ((more = pcap_in_next(in, &frame, why)) > 0) {
		copy = malloc(frame.caplen + 1U);
		if (copy)
			memcpy(copy, frame.data, frame.caplen);
		free(copy);
		if (frame.len < frame.caplen)
			abort();
	}
	if (more && strlen(why) >= sizeof(why))
		abort();
	pcap_in_close(in);
	close(fd);
	return 0;
}
