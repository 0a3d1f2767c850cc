// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_filter.c - the interpreter of filters beside libpcap's own
 *
 * Every filter over random frames that look like real ones, whole and cut short, with the outer
 * tag in the frame and beside it: both must say the same. Then programs that libpcap would not
 * write, and those that must be refused.
 */
#include <errno.h>
#include <stdio.h>

#include "native_skb.h"
#include "pcap_filter.h"

/* libpcap's; its header and the kernel's have a struct of the same name */
unsigned int bpf_filter(const void *prog, const unsigned char *frame, unsigned int len,
			unsigned int caplen);

static struct xsw_insn program[XSW_FILTER_MAX];
static size_t program_n;
static struct xsw_filter_vm machine;

static const struct xsw_insn *filter_insn(__u32 pc)
{
	return pc < program_n ? &program[pc] : NULL;
}

static struct xsw_filter_vm *filter_vm(void)
{
	return &machine;
}

static size_t filter_len(void)
{
	return program_n;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../bpf/lib/ctx_filter.h"
#pragma GCC diagnostic pop

#define FRAMES	  3000
#define FRAME_MAX 200

static const char *const filters[] = {
	"",
	"arp",
	"ip",
	"ip6",
	"vlan",
	"vlan 10",
	"vlan 10 and host 10.0.0.1",
	"not vlan",
	"vlan 10 and vlan 20 and ip",
	"vlan and (ip or arp)",
	"host 10.0.0.1",
	"src host 10.0.0.1 and dst net 10.0.0.0/24",
	"ip6 host fd77::1",
	"net fd77::/64",
	"tcp",
	"udp port 53",
	"tcp portrange 20-80",
	"port 80 or port 443 or port 8080",
	"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
	"icmp and icmp[icmptype] == icmp-echo",
	"icmp6",
	"ether host 02:5e:5e:00:00:01",
	"ether src 02:5e:5e:00:00:01 and ether proto 0x88b5",
	"ether broadcast",
	"ether multicast",
	"ether[0] & 1 != 0",
	"len > 100",
	"less 64 or greater 150",
	"ether[14:4] + ether[18:2] * 3 > ether[20:1] << 4",
	"ether[ether[14] & 15] = 0x5e",
	"(ether[14:2] / 7) % 5 = 2",
	"ether[15] / (ether[14] & 1) > 3",
	"ether[15] % (ether[14] & 1) = 0",
	"-ether[14:4] < ether[15:4] | ether[16:4] ^ 0x55",
	"ip[0] & 0xf != 5 and ip[6:2] & 0x1fff = 0",
	"ether[14:4] >> ether[18] > 7",
	"ether[14:4] << (ether[18] & 63) > 7",
	"len - 14 > ether[16:2]",
	"stp",
	"pppoes",
	"mpls",
	"ip proto 47 or ip6 proto 58",
	"dst port 53 and (udp or tcp) and not src net 10.0.1.0/24",
};

static __u32 seed = 1;

static __u32 any(__u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (__u32)((__u64)(seed >> 8) * n >> 24);
}

static __u32 put_hex(__u8 *to, const char *hex)
{
	__u32 n;

	for (n = 0; hex[2 * n]; n++)
		to[n] = row_hex_byte(hex + 2 * n);
	return n;
}

/* From parts that the filters know, so that some match; then noise. Returns the length. */
static __u32 random_frame(__u8 *f)
{
	static const char *const addr[] = { "ffffffffffff", "025e5e000001", "025e5e000002",
					    "0180c2000000" };
	static const char *const tags[] = { "",
					    "",
					    "8100000a",
					    "8100600a",
					    "8100000a81000014",
					    "88a8000a81000014",
					    "81000000",
					    "91000014" };
	static const char *const l3[] = {
		"0800450000460001000040060000"
		"0a000001"
		"0a000002"
		"00500035"
		"0000000000000000"
		"5002",
		"0800450000460001000040110000"
		"0a000001"
		"0a000102"
		"00350035",
		"0800460000460001000040110000"
		"0a000102"
		"0a000001"
		"00000000"
		"1f9001bb",
		"0800450000460001200040010000"
		"0a000001"
		"0a000002"
		"0800",
		"08004500004600010000402f0000"
		"0a000003"
		"0a000002"
		"0800",
		"0806000108000604"
		"0001"
		"025e5e0000010a000001"
		"0000000000000a000002",
		"86dd6000000000203a40fd770000000000000000000000000001fd770000000000000000000000000002"
		"8700",
		"86dd60000000002006400fd7700000000000000000000000001ffd770000000000000000000000000002"
		"00500014",
		"88b5",
		"0026424203",
		"8864110000010000"
		"0021",
		"884700001140",
	};
	__u32 n = put_hex(f, addr[any(4)]), i;

	n += put_hex(f + n, addr[any(4)]);
	n += put_hex(f + n, tags[any(8)]);
	n += put_hex(f + n, l3[any(sizeof(l3) / sizeof(*l3))]);
	for (i = n; i < FRAME_MAX; i++)
		f[i] = (__u8)any(256);
	for (i = any(3); i; i--)
		f[any(FRAME_MAX)] = (__u8)any(256);
	i = any(4) ? 60 + any(FRAME_MAX - 60) : 14 + any(FRAME_MAX - 14);
	return i;
}

static void place(const __u8 *f, __u32 len, bool beside)
{
	memset(&nskb.ctx, 0, sizeof(nskb.ctx));
	nskb.ctx.len = beside ? len - NATIVE_TAG : len;
	memcpy(nskb.frame, f, len);
	if (!beside)
		return;
	nskb.ctx.vlan_present = 1;
	nskb.ctx.vlan_proto = bpf_htons(f[12] << 8 | f[13]);
	nskb.ctx.vlan_tci = (__u32)(f[14] << 8 | f[15]);
	memmove(nskb.frame + 12, nskb.frame + 16, len - 16);
}

/* What libpcap says of the same program. */
static bool reference(const __u8 *f, __u32 len)
{
	return !program_n || bpf_filter(program, f, len, len) != 0;
}

static const char *compare(unsigned int *matched)
{
	__u8 f[FRAME_MAX];

	for (int i = 0; i < FRAMES; i++) {
		__u32 len = random_frame(f);
		bool want = reference(f, len);

		*matched += want;
		place(f, len, false);
		if (filter_wants(&nskb.ctx) != want)
			return want ? "does not match" : "matches";
		place(f, len, len >= 18);
		if (filter_wants(&nskb.ctx) != want)
			return want ? "does not match, tag beside" : "matches, tag beside";
	}
	return NULL;
}

static void test_filters(struct tally *t)
{
	char error[FILTER_ERROR_MAX];

	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		unsigned int matched = 0;
		int err = filter_compile(filters[i], program, &program_n, error);
		const char *wrong = err ? error : compare(&matched);

		if (!wrong && !matched)
			wrong = "no frame matched: nothing is shown";
		tally_row(t, filters[i], NULL, wrong);
	}
}

/* What libpcap has codes for and no words. */
static void test_codes(struct tally *t)
{
	static const struct {
		const char *name;
		struct xsw_insn in[6];
	} rows[] = {
		{ "xor", { { 0x30, 0, 0, 14 }, { 0xa4, 0, 0, 0x5a }, { 0x16 } } },
		{ "mod by a constant", { { 0x20, 0, 0, 14 }, { 0x94, 0, 0, 3 }, { 0x16 } } },
		{ "stx, ldx mem",
		  { { 0x81, 0, 0, 0 }, { 0x03, 0, 0, 15 }, { 0x61, 0, 0, 15 }, { 0x87 }, { 0x16 } } },
		{ "indirect word", { { 0x01, 0, 0, 30 }, { 0x40, 0, 0, 20 }, { 0x16 } } },
		{ "indirect, wraps",
		  { { 0x01, 0, 0, 0xffffffff }, { 0x50, 0, 0, 20 }, { 0x06, 0, 0, 1 } } },
		{ "far away", { { 0x20, 0, 0, 0xfffffffe }, { 0x06, 0, 0, 1 } } },
		{ "shift by 32", { { 0x00, 0, 0, 1 }, { 0x01, 0, 0, 32 }, { 0x6c }, { 0x16 } } },
		{ "neg", { { 0x30, 0, 0, 14 }, { 0x84 }, { 0x16 } } },
		{ "over the tag", { { 0x20, 0, 0, 10 }, { 0x54, 0, 0, 0x01 }, { 0x16 } } },
		{ "behind the tag", { { 0x20, 0, 0, 14 }, { 0x54, 0, 0, 0x11 }, { 0x16 } } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned int matched;
		const char *wrong;

		memcpy(program, rows[i].in, sizeof(rows[i].in));
		for (program_n = 1; BPF_CLASS(program[program_n - 1].code) != BPF_RET; program_n++)
			;
		wrong = filter_check(program, program_n) ? "refused" : compare(&matched);
		tally_row(t, rows[i].name, NULL, wrong);
	}
}

static void test_refused(struct tally *t)
{
	static const struct {
		const char *name;
		struct xsw_insn in[2];
		size_t n;
	} rows[] = {
		{ "no instruction", {}, 0 },
		{ "no end", { { 0x00, 0, 0, 1 } }, 1 },
		{ "a jump past the end", { { 0x15, 0, 1, 1 }, { 0x06 } }, 2 },
		{ "a jump backwards", { { 0x05, 0, 0, 0xffffffff }, { 0x06 } }, 2 },
		{ "a word of memory that is not there", { { 0x02, 0, 0, 16 }, { 0x06 } }, 2 },
		{ "an unknown code", { { 0xff }, { 0x06 } }, 2 },
		{ "an unknown load", { { 0x38 }, { 0x06 } }, 2 },
		{ "an unknown operation", { { 0xb4 }, { 0x06 } }, 2 },
	};
	char error[FILTER_ERROR_MAX] = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		tally_row(t, rows[i].name, "refused",
			  filter_check(rows[i].in, rows[i].n) ? NULL : "accepted");
	tally_row(t, "too long", NULL,
		  filter_check(program, XSW_FILTER_MAX + 1) == -E2BIG ? NULL : "accepted");
	tally_row(t, "a loop", NULL,
		  filter_compile("ip6 protochain 58", program, &program_n, error) == -EOPNOTSUPP ?
			  NULL :
			  "accepted");
	tally_row(t, "not of the language", NULL,
		  filter_compile("host", program, &program_n, error) == -EINVAL && *error ?
			  NULL :
			  "accepted");
}

int main(void)
{
	struct tally t = { .driver = "" };

	test_filters(&t);
	test_codes(&t);
	test_refused(&t);
	return tally_end(&t, 1);
}
