// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcap_out.c - a pcap file through libpcap
 */
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcap_out.h"

#define NS_PER_S 1000000000ULL

struct pcap_out {
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	FILE *file;
	int err; /* -errno, the first */
};

/* Standard output stays open for whoever closes it last. */
static FILE *file_open(const char *path)
{
	FILE *file;
	int fd;

	/* what people say to each other is for nobody else to read */
	fd = strcmp(path, "-") ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) :
				 dup(STDOUT_FILENO);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (fd >= 0 && !file)
		close(fd);
	return file;
}

/* After a call that began with errno 0: a stream tells that something failed, errno what did. */
static int first_error(struct pcap_out *p)
{
	if (!p->err && ferror(p->file))
		p->err = errno ? -errno : -EIO;
	return p->err;
}

int pcap_out_open(struct pcap_out **out, const char *path, uint32_t snaplen)
{
	struct pcap_out *p = calloc(1, sizeof(*p));
	int err = 0;

	*out = NULL;
	if (!p)
		return -ENOMEM;
	p->file = file_open(path);
	if (!p->file)
		err = -errno;
	if (!err)
		p->pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, (int)snaplen,
							       PCAP_TSTAMP_PRECISION_NANO);
	if (!err && !p->pcap)
		err = -ENOMEM;
	if (!err)
		p->dumper = pcap_dump_fopen(p->pcap, p->file); /* writes the header */
	if (!err && !p->dumper)
		err = -EIO;
	if (!err)
		err = pcap_out_flush(p);
	if (err)
		pcap_out_close(p);
	else
		*out = p;
	return err;
}

void pcap_out_frame(struct pcap_out *p, uint64_t time, const uint8_t *frame, uint32_t caplen,
		    uint32_t len)
{
	struct pcap_pkthdr hdr = { .caplen = caplen, .len = len };

	hdr.ts.tv_sec = (time_t)(time / NS_PER_S);
	hdr.ts.tv_usec = (suseconds_t)(time % NS_PER_S); /* ns, as the file says */
	errno = 0;
	pcap_dump((u_char *)p->dumper, &hdr, frame);
	first_error(p);
}

int pcap_out_flush(struct pcap_out *p)
{
	errno = 0;
	fflush(p->file);
	return first_error(p);
}

int pcap_out_close(struct pcap_out *p)
{
	int err = 0;

	if (!p)
		return 0;
	if (p->dumper) {
		err = pcap_out_flush(p);
		pcap_dump_close(p->dumper); /* and the file */
	} else if (p->file) {
		fclose(p->file);
	}
	if (p->pcap)
		pcap_close(p->pcap);
	free(p);
	return err;
}
