// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_args.c - words into values: what is taken, and what an error says
 */
#include "capture.h"

#include <string.h>

#include "args.h"
#include "log.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* --- single values ---------------------------------------------------------------------- */

static void test_u64(void **state)
{
	static const char *const bad[] = {
		"",   " 1", "1 ", "+1", "-1", "1x", "x", "0x", "0xg", "1e3", "18446744073709551616",
		"99", "9"
	};
	uint64_t v;

	(void)state;
	assert_true(parse_u64("10", 10, 20, &v) && v == 10);
	assert_true(parse_u64("20", 10, 20, &v) && v == 20);
	assert_true(parse_u64("010", 10, 20, &v) && v == 10);
	assert_true(parse_u64("0xFf", 0, 255, &v) && v == 255);
	assert_true(parse_u64("18446744073709551615", 0, UINT64_MAX, &v) && v == UINT64_MAX);
	v = 7;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse_u64(bad[i], 10, 20, &v));
	assert_false(parse_u64(NULL, 0, 1, &v));
	assert_int_equal(v, 7);
}

static void test_mac(void **state)
{
	static const char *const bad[] = {
		"",
		"02:00:00:00:00:0",
		"02:00:00:00:00:01x",
		"02:00:00:00:00:01 ",
		"02:00:00:00:00:01:",
		"02:00:00:00:00",
		"02-00-00-00-00-01",
		"2:0:0:0:0:1:0:0:0",
		"0g:00:00:00:00:01",
		"+2:00:00:00:00:01",
		" 2:00:00:00:00:01",
		"0x:00:00:00:00:01",
	};
	static const uint8_t want[6] = { 0x02, 0xab, 0xcd, 0xef, 0x00, 0x9a };
	uint8_t mac[6];

	(void)state;
	assert_true(parse_mac("02:ab:CD:ef:00:9A", mac));
	assert_memory_equal(mac, want, 6);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse_mac(bad[i], mac));
	assert_false(parse_mac(NULL, mac));
}

static void test_time(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{ "300", 300000000000 },
		{ "300s", 300000000000 },
		{ "250ms", 250000000 },
		{ "0", 0 },
		{ "0ms", 0 },
		{ "1", 1000000000 },
	};
	static const char *const bad[] = { "",		 "s",	 "ms",	 "-1",
					   "1.5",	 "1 s",	 "1sec", "300sx",
					   "1us",	 "0x10", " 1",	 "99999999999999999999",
					   "18446744074" };
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(parse_time(good[i].text, &ns) && ns == good[i].ns);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse_time(bad[i], &ns));
	assert_false(parse_time(NULL, &ns));
}

static void test_addr(void **state)
{
	static const char *const bad[] = { "",
					   "10.0.0.1/33",
					   "10.0.0.1/",
					   "10.0.0/8",
					   "10.0.0.1/8x",
					   "10.0.0.1/-1",
					   "fd00::1/129",
					   "x/8",
					   "10.0.0.1/24/24" };
	struct arg_addr a;

	(void)state;
	assert_true(parse_addr("10.0.0.1/24", &a, true));
	assert_int_equal(a.plen, 24);
	assert_memory_equal(a.addr, "\x0a\0\0\x01", 4);
	assert_true(parse_addr("fd00::1/64", &a, true));
	assert_int_equal(a.plen, 64);
	assert_int_equal(a.addr[0], 0xfd);
	assert_true(parse_addr("10.0.0.1", &a, false) && a.plen == 32);
	assert_true(parse_addr("::1", &a, false) && a.plen == 128);
	assert_false(parse_addr("10.0.0.1", &a, true));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse_addr(bad[i], &a, false));
	assert_false(parse_addr(NULL, &a, false));
}

static char *repeat(char c, size_t n)
{
	static char text[512];

	memset(text, c, n);
	text[n] = '\0';
	return text;
}

static void test_rate(void **state)
{
	static const struct {
		const char *text;
		uint64_t rate;
		bool bits;
	} good[] = {
		{ "1000pps", 1000, false },
		{ "10kpps", 10000, false },
		{ "2mpps", 2000000, false },
		{ "1bit", 1, true },
		{ "10kbit", 10000, true },
		{ "100mbit", 100000000, true },
		{ "1gbit", 1000000000, true },
		{ "1000gbit", 1000000000000, true },
		{ "1000000mpps", 1000000000000, false },
		{ "none", 0, false },
	};
	static const char *const bad[] = {
		"",
		"0pps",
		"0bit",
		"1000",
		"pps",
		"-1pps",
		"1 pps",
		"1.5kpps",
		"1kppsx",
		"0x10pps",
		"10Mbit",
		"10gpps",
		"1001gbit",
		"18446744073709551616bit",
		"99999999999999999gbit",
		"None",
		"none,",
	};
	struct arg_rate rate;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(parse_rate(good[i].text, &rate) && rate.set);
		assert_true(rate.rate == good[i].rate && rate.bits == good[i].bits);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse_rate(bad[i], &rate));
	assert_false(parse_rate(NULL, &rate));
}

static void test_macs(void **state)
{
	static const struct {
		const char *text, *bad;
	} rows[] = {
		{ "", "" },
		{ ",", "" },
		{ "02:00:00:00:00:01,", "" },
		{ "02:00:00:00:00:01,,02:00:00:00:00:02", "" },
		{ "02:00:00:00:00:01,none", "none" },
		{ "02:00:00:00:00:01,03:00:00:00:00:01", "03:00:00:00:00:01" },
		{ "00:00:00:00:00:00", "00:00:00:00:00:00" },
		{ "02:00:00:00:00:aa,02:00:00:00:00:AA", "02:00:00:00:00:AA" },
		{ "02:00:00:00:00:01 ,02:00:00:00:00:02", "02:00:00:00:00:01 " },
	};
	char text[20 * (ARG_LIST_MAX + 1)] = "", item[24], bad[ARG_ITEM_MAX];
	struct arg_macs macs;

	(void)state;
	assert_true(parse_macs("02:00:00:00:00:01,02:00:00:00:00:0A", &macs, bad));
	assert_int_equal(macs.n, 2);
	assert_int_equal(macs.v[1][5], 10);
	assert_true(parse_macs("none", &macs, bad));
	assert_int_equal(macs.n, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_false(parse_macs(rows[i].text, &macs, bad));
		assert_string_equal(bad, rows[i].bad);
	}
	for (unsigned int i = 0; i <= ARG_LIST_MAX; i++) {
		snprintf(item, sizeof(item), "%s02:00:00:00:%02x:%02x", i ? "," : "", i / 256,
			 i % 256);
		strcat(text, item);
		assert_int_equal(parse_macs(text, &macs, bad), i < ARG_LIST_MAX);
	}
	assert_string_equal(bad, "02:00:00:00:01:00");
}

static void test_sources(void **state)
{
	static const struct {
		const char *text, *bad;
	} rows[] = {
		{ "", "" },	      { "a,", "" },
		{ "a,a:in", "a:in" }, { "a:in:in,b/c:out", "b/c:out" },
		{ ":in", ":in" },     { "help", "help" },
	};
	struct arg_sources from = { .n = 0 };
	char bad[ARG_ITEM_MAX];

	(void)state;
	assert_true(parse_sources("a,b:in,ns1:eth0:out", &from, bad));
	assert_true(parse_sources("d:both,x:in:both", &from, bad)); /* adds */
	assert_int_equal(from.n, 5);
	assert_true(from.v[0].in && from.v[0].out);
	assert_true(from.v[1].in && !from.v[1].out);
	assert_string_equal(from.v[2].port, "ns1:eth0");
	assert_true(!from.v[2].in && from.v[2].out);
	assert_string_equal(from.v[4].port, "x:in");
	assert_true(from.v[4].in && from.v[4].out);
	for (size_t i = 0; i < COUNT(rows); i++) {
		from.n = 0;
		assert_false(parse_sources(rows[i].text, &from, bad));
		assert_string_equal(bad, rows[i].bad);
	}
}

static void test_prefixes(void **state)
{
	static const struct {
		const char *text, *bad;
	} rows[] = {
		{ "", "" },
		{ "10.0.0.1,", "" },
		{ "10.0.0.1/24", "10.0.0.1/24" },
		{ "10.0.0.0/8,10.0.0.1/31", "10.0.0.1/31" },
		{ "2001:db8::1/64", "2001:db8::1/64" },
		{ "10.0.0.1,10.0.0.1/32", "10.0.0.1/32" },
		{ "::1,0::1", "0::1" },
		{ "10.0.0.256", "10.0.0.256" },
		{ "10.0.0.0/33", "10.0.0.0/33" },
		{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
		{ "10.0.0.1;10.0.0.2", "10.0.0.1;10.0.0.2" },
	};
	struct arg_prefixes list;
	char bad[ARG_ITEM_MAX];

	(void)state;
	assert_true(parse_prefixes("10.0.0.1,10.0.1.0/24,2001:db8::/64,::/0,0.0.0.0/0,10.0.1.0/25",
				   &list, bad));
	assert_int_equal(list.n, 6);
	assert_int_equal(list.v[0].plen, 32);
	assert_int_equal(list.v[1].plen, 24);
	assert_int_equal(list.v[2].plen, 64);
	assert_true(parse_prefixes("none", &list, bad) && !list.n);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_false(parse_prefixes(rows[i].text, &list, bad));
		assert_string_equal(bad, rows[i].bad);
	}
	assert_false(parse_prefixes(repeat('1', 300), &list, bad));
	assert_int_equal(strlen(bad), ARG_ITEM_MAX - 1);
}

static void test_names(void **state)
{
	static const char *const bad[] = { "",	 "/",	"a/b", ".",	   "..",  "a b",
					   "-a", "a\n", "+a",  "\xc3\xa9", "a\"b" };

	(void)state;
	assert_true(port_name_valid("ns1:eth0.100@x+y-z_"));
	assert_true(port_name_valid("_a") && port_name_valid("1"));
	assert_true(port_name_valid(repeat('a', 63)));
	assert_false(port_name_valid(repeat('a', 64)));
	assert_false(port_name_valid(repeat('a', 300)));
	assert_false(port_name_valid("help"));
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(port_name_valid(bad[i]));
		assert_false(switch_name_valid(bad[i]));
		assert_false(ifname_valid(bad[i]) && strcmp(bad[i], "+a") &&
			     strcmp(bad[i], "a\"b"));
	}
	assert_true(switch_name_valid("sw-0_x") && switch_name_valid(repeat('a', 12)));
	assert_false(switch_name_valid(repeat('a', 13)) || switch_name_valid("Sw0"));
	assert_false(switch_name_valid("-") || switch_name_valid("a.b"));
	assert_true(ifname_valid(repeat('e', 15)) && ifname_valid("eth0.100"));
	assert_false(ifname_valid(repeat('e', 16)) || ifname_valid("a:b") || ifname_valid("e%d"));
	assert_true(netns_spec_valid("ns1") && netns_spec_valid("1234"));
	assert_true(netns_spec_valid("/proc/1/ns/net"));
	assert_false(netns_spec_valid("a/b") || netns_spec_valid("") || netns_spec_valid(".."));
	assert_false(netns_spec_valid(repeat('/', 256)));
}

static void test_quoted(void **state)
{
	(void)state;
	assert_string_equal(quoted("ns1"), "\"ns1\"");
	assert_string_equal(quoted(""), "\"\"");
	assert_string_equal(quoted(NULL), "\"\"");
	assert_string_equal(quoted("a\"b\\c\n\033[1m\x9b"), "\"a\\\"b\\\\c\\n\\033[1m\\233\"");
	assert_int_equal(strlen(quoted(repeat('a', 60))), 62);
	assert_int_equal(strlen(quoted(repeat('a', 61))), 65);
	assert_int_equal(strlen(quoted(repeat('\1', 300))), 4 * 60 + 5);
}

/* --- tables ------------------------------------------------------------------------------ */

struct values {
	bool vlan_set; /* first, so that no set_off in use is 0 */
	bool set, all;
	const char *port;
	struct arg_mac mac;
	uint32_t mtu, vlan;
	struct arg_flag learning;
	int state;
	uint64_t ageing;
	struct arg_addrs addrs;
	uint32_t most;
	struct arg_macs macs;
	struct arg_prefixes ips;
	struct arg_rate rates[2], rate;
	uint64_t watch;
};

static const char *const classes[] = { "broadcast", "unknown", NULL };
static const char *const states[] = { "static", "dynamic", NULL };

#define OFF(member) offsetof(struct values, member)

static const struct arg_def defs[] = {
	{ "", "PORT", ARG_NAME, .off = OFF(port), .required = true },
	{ "mac", "MAC", ARG_MAC, .off = OFF(mac) },
	{ "mtu|-m|--mtu", "N", ARG_U32, .off = OFF(mtu), .min = 68, .max = 9000 },
	{ "vlan", "N", ARG_VID, .off = OFF(vlan), .set_off = OFF(set) },
	{ "learning", "on|off", ARG_ONOFF, .off = OFF(learning) },
	{ "", "static|dynamic", ARG_CHOICE, .off = OFF(state), .choices = states },
	{ "ageing", "TIME", ARG_TIME, .off = OFF(ageing) },
	{ "address", "ADDR/PLEN", ARG_ADDR, .off = OFF(addrs) },
	{ "--all", NULL, ARG_FLAG, .off = OFF(all) },
	{ "locked", .kind = ARG_LATER },
	{ "max", "N|none", ARG_LIMIT, .off = OFF(most), .min = 1 },
	{ "macs", "LIST|none", ARG_MACS, .off = OFF(macs) },
	{ "ips", "LIST|none", ARG_PREFIXES, .off = OFF(ips) },
	{ "storm", "CLASS RATE|none", ARG_RATES, .off = OFF(rates), .choices = classes },
	{ "police", "RATE|none", ARG_RATE, .off = OFF(rate) },
	{ "--watch", "[TIME]", ARG_TIME, .off = OFF(watch), .min = 10000000, .alone = "1" },
};

/* Words apart by blanks; the text of stderr goes to *text. */
static int parse(const char *line, struct values *v, const char **text)
{
	static char copy[2048];
	char *argv[64], *save = NULL;
	struct args a = { .argv = argv, .command = "obj do" };
	struct capture c;
	int status;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[a.argc++] = w;
	memset(v, 0, sizeof(*v));
	v->state = -1;
	capture_start(&c, STDERR_FILENO);
	status = args_parse(&a, defs, COUNT(defs), v);
	*text = capture_stop(&c);
	return status;
}

static void test_parse(void **state)
{
	struct values v;
	const char *text;

	(void)state;
	assert_int_equal(parse("ns1 vlan 10 dynamic mtu 1500 learning off mac 02:00:00:00:00:01 "
			       "ageing 250ms address 10.0.0.1/8 address fd00::1/64 --all",
			       &v, &text),
			 XSW_OK);
	assert_string_equal(text, "");
	assert_string_equal(v.port, "ns1");
	assert_int_equal(v.vlan, 10);
	assert_true(v.set && v.all && v.mac.set && v.learning.set && !v.learning.on);
	assert_int_equal(v.state, 1);
	assert_int_equal(v.mtu, 1500);
	assert_int_equal(v.ageing, 250000000);
	assert_int_equal(v.addrs.n, 2);
	assert_int_equal(v.mac.byte[5], 1);

	/* any order, but a required name takes the first word whatever it is */
	assert_int_equal(parse("vlan dynamic vlan 4094", &v, &text), XSW_OK);
	assert_string_equal(v.port, "vlan");
	assert_int_equal(v.vlan, 4094);
	assert_int_equal(v.state, 1);
	assert_int_equal(parse("ns1", &v, &text), XSW_OK);
	assert_false(v.set || v.all || v.mac.set || v.learning.set);
	assert_int_equal(v.state, -1);
	assert_int_equal(parse("ns1 --mtu=9000", &v, &text), XSW_OK);
	assert_int_equal(v.mtu, 9000);
	assert_int_equal(parse("ns1 -m 68", &v, &text), XSW_OK);
	assert_int_equal(v.mtu, 68);
}

/* A value that may be missing begins with a digit. */
static void test_alone(void **state)
{
	static const struct {
		const char *line;
		uint64_t watch;
	} rows[] = {
		{ "ns1 --watch", 1000000000 },
		{ "ns1 --watch 250ms", 250000000 },
		{ "ns1 --watch=10ms", 10000000 },
		{ "ns1 --watch dynamic", 1000000000 },
		{ "--watch vlan 10", 0 }, /* a required name takes the first word */
		{ "ns1 --watch vlan 10", 1000000000 },
		{ "ns1 --watch 2 vlan 10", 2000000000 },
	};
	struct values v;
	const char *text;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int status = parse(rows[i].line, &v, &text);

		assert_int_equal(status, rows[i].watch ? XSW_OK : XSW_USAGE);
		if (rows[i].watch)
			assert_int_equal(v.watch, rows[i].watch);
	}
}

static void test_lists_and_rates(void **state)
{
	struct values v;
	const char *text;

	(void)state;
	assert_int_equal(parse("ns1 max 4294967295 macs 02:00:00:00:00:01 ips 10.0.0.0/8,::1 "
			       "storm unknown 10kpps police 1gbit storm broadcast none",
			       &v, &text),
			 XSW_OK);
	assert_string_equal(text, "");
	assert_int_equal(v.most, UINT32_MAX);
	assert_true(v.macs.n == 1 && v.ips.n == 2);
	assert_true(v.rates[0].set && !v.rates[0].rate);
	assert_true(v.rates[1].set && v.rates[1].rate == 10000 && !v.rates[1].bits);
	assert_true(v.rate.rate == 1000000000 && v.rate.bits);
	assert_int_equal(parse("ns1 max none macs none ips none police none", &v, &text), XSW_OK);
	assert_true(!v.most && !v.macs.n && !v.ips.n && v.rate.set && !v.rate.rate);
}

static void test_errors(void **state)
{
	static const struct {
		const char *line;
		int status;
		const char *says; /* part of the message */
	} rows[] = {
		{ "", 1, "xswitch: obj do: PORT is missing\nhint: xswitch obj do help\n" },
		{ "a/b", 1, "\"a/b\" is not valid: expected a port name" },
		{ "-x", 1, "\"-x\"" },
		{ "ns1 vlna 10", 1, "unknown word \"vlna\", expected mac MAC, mtu N, vlan N" },
		{ "ns1 vla 10", 1, "unknown word \"vla\"" },
		{ "ns1 vlan", 1, "\"vlan\" needs a value: N" },
		{ "ns1 vlan 0", 1, "vlan \"0\" is not valid: expected a VLAN ID, 1..4094" },
		{ "ns1 vlan 4095", 1, "\"4095\"" },
		{ "ns1 vlan 4096", 1, "\"4096\"" },
		{ "ns1 vlan -1", 1, "\"-1\"" },
		{ "ns1 vlan 10x", 1, "\"10x\"" },
		{ "ns1 vlan 10 vlan 11", 1, "\"vlan\" is given twice" },
		{ "ns1 static dynamic", 1, "unknown word \"dynamic\"" },
		{ "ns1 ns2", 1, "unknown word \"ns2\"" },
		{ "ns1 mtu 67", 1, "mtu \"67\" is not valid: expected a number, 68..9000" },
		{ "ns1 --mtu=9001", 1, "\"9001\"" },
		{ "ns1 --mtu=", 1, "mtu \"\"" },
		{ "ns1 mtu=9000", 1, "unknown word \"mtu=9000\"" },
		{ "ns1 --all=1", 1, "unknown word \"--all=1\"" },
		{ "ns1 --all --all", 1, "\"--all\" is given twice" },
		{ "ns1 learning maybe", 1, "learning \"maybe\" is not valid: expected on|off" },
		{ "ns1 mac 02:00:00:00:00:01x", 1, "mac \"02:00:00:00:00:01x\"" },
		{ "ns1 ageing 1000001", 1, "\"1000001\"" },
		{ "ns1 ageing 3m", 1, "ageing \"3m\"" },
		{ "ns1 address 10.0.0.1", 1, "address \"10.0.0.1\"" },
		{ "ns1 locked on", 2, "\"locked\" is not available in this version\n" },
		{ "ns1 max 0", 1,
		  "max \"0\" is not valid: expected a number, 1..4294967295, or none" },
		{ "ns1 macs 02:00:00:00:00:01,x", 1, "macs \"x\" is not valid: expected none, or" },
		{ "ns1 macs", 1, "\"macs\" needs a value: LIST|none" },
		{ "ns1 ips 10.0.0.1/8", 1, "ips \"10.0.0.1/8\" is not valid: expected none, or" },
		{ "ns1 police 10", 1, "police \"10\" is not valid: expected none, or a rate" },
		{ "ns1 storm", 1, "\"storm\" needs a value: CLASS RATE|none" },
		{ "ns1 storm broadcast", 1, "\"storm\" needs a value: CLASS RATE|none" },
		{ "ns1 storm unicast 1pps", 1,
		  "storm \"unicast\" is not valid: expected broadcast|unk" },
		{ "ns1 storm unknown 1", 1, "storm \"1\" is not valid: expected none, or a rate" },
		{ "ns1 storm unknown 1pps storm unknown 2pps", 1,
		  "storm \"unknown\" is given twice" },
		{ "ns1 police 1pps police 2pps", 1, "\"police\" is given twice" },
		{ "ns1 --watch 9ms", 1, "--watch \"9ms\" is not valid: expected a time" },
		{ "ns1 --watch 0", 1, "10ms at least, 1000000s at most" },
		{ "ns1 --watch 1x", 1, "--watch \"1x\"" },
		{ "ns1 --watch --watch", 1, "\"--watch\" is given twice" },
		{ "ns1 \033[1m", 1, "\"\\033[1m\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct values v;
		const char *text;

		assert_int_equal(parse(rows[i].line, &v, &text), rows[i].status);
		if (!strstr(text, rows[i].says))
			fail_test("'%s' says: %s", rows[i].line, text);
		assert_int_equal(strncmp(text, "xswitch: obj do: ", 17), 0);
	}
}

static void test_too_many_addresses(void **state)
{
	char line[1024] = "ns1";
	struct values v;
	const char *text;

	(void)state;
	for (size_t i = 0; i < ARG_ADDRS_MAX; i++)
		strncat(line, " address 10.0.0.1/8", sizeof(line) - strlen(line) - 1);
	assert_int_equal(parse(line, &v, &text), XSW_OK);
	assert_int_equal(v.addrs.n, ARG_ADDRS_MAX);
	strncat(line, " address 10.0.0.1/8", sizeof(line) - strlen(line) - 1);
	assert_int_equal(parse(line, &v, &text), XSW_USAGE);
	assert_int_equal(v.addrs.n, ARG_ADDRS_MAX);
}

static void test_options(void **state)
{
	char *argv[] = { "--mtu=1500", "--all", "show", "--all" };
	char *bad[] = { "--al", "show" };
	struct args a = { .argc = 4, .argv = argv }, b = { .argc = 2, .argv = bad };
	struct values v = { 0 };
	struct capture c;

	(void)state;
	assert_int_equal(args_options(&a, defs, COUNT(defs), &v), XSW_OK);
	assert_true(v.all && v.mtu == 1500);
	assert_string_equal(args_peek(&a), "show");
	assert_string_equal(args_next(&a), "show");
	capture_start(&c, STDERR_FILENO);
	assert_int_equal(args_end(&a), XSW_USAGE);
	assert_non_null(strstr(capture_stop(&c), "unknown word \"--all\""));
	args_next(&a);
	assert_int_equal(args_end(&a), XSW_OK);
	assert_null(args_next(&a));
	capture_start(&c, STDERR_FILENO);
	assert_int_equal(args_options(&b, defs, COUNT(defs), &v), XSW_USAGE);
	assert_string_equal(capture_stop(&c),
			    "xswitch: unknown option \"--al\"\nhint: xswitch help\n");
}

/* "a|b|c": the words of a line; or the negative number. */
static const char *split(const char *line)
{
	static char out[256], copy[256];
	char *argv[4];
	int n;

	snprintf(copy, sizeof(copy), "%s", line);
	n = args_split(copy, argv, 4);
	snprintf(out, sizeof(out), "%d", n);
	for (int i = 0; i < n; i++)
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "|%s", argv[i]);
	return out;
}

static void test_split(void **state)
{
	static const char *const rows[][2] = {
		{ "", "0" },
		{ " \t\r\n", "0" },
		{ "# fdb add", "0" },
		{ "  # fdb", "0" },
		{ "a", "1|a" },
		{ " a\tb  c ", "3|a|b|c" },
		{ "a #b c", "1|a" },
		{ "a#b c", "1|a" },
		{ "'a b' \"c d\"", "2|a b|c d" },
		{ "'a \"b\"' \"c 'd'\"", "2|a \"b\"|c 'd'" },
		{ "a'b c'd", "1|ab cd" },
		{ "'#a' \"b#\" #c", "2|#a|b#" },
		{ "'' a \"\"", "3||a|" },
		{ "a\\ b", "2|a\\|b" },
		{ "a b c d", "4|a|b|c|d" },
		{ "a b c d # e", "4|a|b|c|d" },
		{ "a b c d e", "-2" },
		{ "a 'b", "-1" },
		{ "a b\"", "-1" },
		{ "'a\" b", "-1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(split(rows[i][0]), rows[i][1]);
}

static void test_place(void **state)
{
	struct capture c;

	(void)state;
	capture_start(&c, STDERR_FILENO);
	log_place("batch", 7, 0);
	assert_int_equal(fail(XSW_USAGE, "port %s", "x"), XSW_USAGE);
	log_place(NULL, 0, 0);
	fail(XSW_USAGE, "alone");
	assert_string_equal(capture_stop(&c), "xswitch: batch:7: port x\nxswitch: alone\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_addr),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_macs),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_lists_and_rates),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_too_many_addresses),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
