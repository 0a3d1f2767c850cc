// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcap.c - captures, through libpcap
 */
#include <pcap/pcap.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcap.h"

#define NS_PER_S 1000000000ULL

_Static_assert(PCAP_WHY_MAX > PCAP_ERRBUF_SIZE, "room for libpcap's words");

struct pcap_in {
	pcap_t *pcap;
};

/* With this precision libpcap leaves nanoseconds in tv_usec, from microseconds too. */
int pcap_in_open(struct pcap_in **out, const char *path, char why[PCAP_WHY_MAX])
{
	struct pcap_in *in = calloc(1, sizeof(*in));
	FILE *file = strcmp(path, "-") ? fopen(path, "rbe") : stdin;
	int link, err = in && file ? -EBADMSG : -errno;

	*out = NULL;
	why[0] = '\0';
	if (!in || !file) {
		snprintf(why, PCAP_WHY_MAX, "%s", strerror(-err));
		if (file && file != stdin)
			fclose(file);
		goto fail;
	}
	in->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!in->pcap) {
		err = ferror(file) ? -EIO : err; /* libpcap has put the cause in words */
		if (file != stdin)
			fclose(file);
		goto fail;
	}
	link = pcap_datalink(in->pcap);
	if (link == DLT_EN10MB) {
		*out = in;
		return 0;
	}
	snprintf(why, PCAP_WHY_MAX, "its link type is %s, not Ethernet",
		 pcap_datalink_val_to_name(link) ?: "unknown");
fail:
	pcap_in_close(in);
	return err;
}

void pcap_in_close(struct pcap_in *in)
{
	if (in && in->pcap)
		pcap_close(in->pcap);
	free(in);
}

int pcap_in_next(struct pcap_in *in, struct pcap_frame *frame, char why[PCAP_WHY_MAX])
{
	struct pcap_pkthdr *hdr;
	const u_char *data;
	int n = pcap_next_ex(in->pcap, &hdr, &data);

	if (n == PCAP_ERROR_BREAK)
		return 0;
	if (n != 1) {
		snprintf(why, PCAP_WHY_MAX, "%s", pcap_geterr(in->pcap));
		return -EBADMSG;
	}
	*frame = (struct pcap_frame){
		.time = (uint64_t)hdr->ts.tv_sec * NS_PER_S + (uint64_t)hdr->ts.tv_usec,
		.data = data,
		.caplen = hdr->caplen,
		.len = hdr->len < hdr->caplen ? hdr->caplen : hdr->len,
	};
	return 1;
}
