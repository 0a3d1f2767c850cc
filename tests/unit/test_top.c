// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_top.c - the screen of top without a terminal: what keys and looks make of it
 */
#include "capture.h"

#include <string.h>

#include "top.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SECOND	     1000000000ULL
#define CREATED	     1795295000ULL

/* A switch of n ports; port i receives 100 * i packets a second. */
struct lab {
	struct top top;
	struct xsw_look look;
	struct xsw_look_port *ports;
	struct top_screen screen;
	struct xsw_port_view view;
};

static void take(struct lab *lab, size_t n)
{
	struct xsw_look_port *old = lab->ports;

	lab->ports = calloc(n + 1, sizeof(*lab->ports));
	for (size_t i = 0; i < n; i++) {
		struct xsw_look_port *p = &lab->ports[i];

		p->number = (uint32_t)i + 1;
		snprintf(p->name, sizeof(p->name), "ns%u", p->number);
		p->state = i == 1 ? "errdisabled" : "forwarding";
		p->mode = i == 2 ? "access" : "transparent";
		p->pvid = i == 2 ? 10 : 0;
		p->learned = (uint32_t)(n - i);
		p->rates.rx_all = (struct xsw_speed){ 100.0 * (double)i, 48000.0 * (double)i };
		p->rates.drops = i == 1 ? 7.5 : 0;
		p->rates.reasons[XSW_R_storm] = p->rates.drops;
		p->stats.reasons[XSW_R_storm] = i == 1 ? 123456 : 0;
		p->stats.reasons[XSW_R_too_big] = i == 0 ? 3 : 0;
	}
	lab->look = (struct xsw_look){ .clock = (CREATED + 3661) * SECOND,
				       .created = CREATED * SECOND,
				       .name = "sw0",
				       .fdb_size = 65536,
				       .fdb_learned = 12,
				       .ports = lab->ports,
				       .nports = n };
	lab->look.all.rx_all = (struct xsw_speed){ 1234567, 9.9e9 };
	assert_int_equal(top_take(&lab->top, &lab->look), 0);
	free(old);
}

static void start(struct lab *lab, size_t n)
{
	*lab = (struct lab){
		.view = { .name = "ns1",
			  .type = "netns",
			  .mode = "transparent",
			  .hook = "tcx",
			  .ifname = "sw0p1",
			  .peer = "eth0",
			  .netns = "ns1",
			  .mtu = 1500,
			  .learned = 3,
			  .max_macs = 9,
			  .flags = { .learning = true, .flood = true, .bcast_flood = true } }
	};
	top_init(&lab->top);
	take(lab, n);
}

static void stop(struct lab *lab)
{
	top_free(&lab->top);
	top_screen_close(&lab->screen);
	free(lab->ports);
}

static const struct top_screen *draw(struct lab *lab, int rows, int cols)
{
	top_screen_close(&lab->screen);
	assert_int_equal(top_screen_open(&lab->screen, rows, cols), 0);
	top_draw(&lab->top, top_port(&lab->top) ? &lab->view : NULL, &lab->screen);
	return &lab->screen;
}

static void keys(struct lab *lab, const char *list)
{
	for (; *list; list++)
		top_key(&lab->top, *list);
}

/* The line without the blanks at its end. */
static const char *line(const struct lab *lab, int row)
{
	static char text[1024];
	size_t n;

	assert_true(row < lab->screen.used);
	snprintf(text, sizeof(text), "%s", top_line(&lab->screen, row));
	for (n = strlen(text); n && text[n - 1] == ' ';)
		text[--n] = '\0';
	return text;
}

static bool says(const struct lab *lab, const char *what)
{
	for (int i = 0; i < lab->screen.used; i++)
		if (strstr(top_line(&lab->screen, i), what))
			return true;
	return false;
}

/* Names in the order of the rows, from row `from` on. */
static const char *order(const struct lab *lab, size_t from, size_t n)
{
	static char text[256];

	*text = '\0';
	for (size_t i = from; i < from + n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", *text ? " " : "",
			 lab->top.order[i]->name);
	return text;
}

static void test_table(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 3);
	draw(&lab, 12, 80);
	assert_int_equal(lab.screen.used, 12);
	assert_string_equal(line(&lab, 0), "xswitch sw0: 3 ports, FDB 12 of 65536, up 1:01:01, "
					   "22:04:21Z, every 1 s");
	assert_string_equal(line(&lab, 1),
			    "rx 1.23M pps 9.90G bit/s, tx 0 pps 0 bit/s, drops 0 pps");
	assert_string_equal(line(&lab, 2), "");
	assert_string_equal(line(&lab, 3), "PORT^        STATE       VLAN          RXpps  RXbps  "
					   "TXpps  TXbps  DROPS   MACS");
	assert_string_equal(line(&lab, 4), "ns1          forwarding  transparent       0      0"
					   "      0      0      0      3");
	assert_string_equal(line(&lab, 5), "ns2          errdisabled transparent     100  48000"
					   "      0      0    7.5      2");
	assert_string_equal(line(&lab, 6), "ns3          forwarding  access 10       200  96000"
					   "      0      0      0      1");
	assert_string_equal(line(&lab, 7), "");
	assert_true(says(&lab, "q quit"));
	assert_int_equal(lab.screen.styles[3], TERM_BOLD);
	assert_int_equal(lab.screen.styles[4], TERM_REVERSE);
	assert_int_equal(lab.screen.styles[5], TERM_PLAIN);
	stop(&lab);
}

static void test_sort(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 12);
	assert_string_equal(order(&lab, 0, 3), "ns1 ns2 ns3");
	keys(&lab, "4"); /* received packets, biggest first */
	assert_string_equal(order(&lab, 0, 3), "ns12 ns11 ns10");
	keys(&lab, "r");
	assert_string_equal(order(&lab, 0, 3), "ns1 ns2 ns3");
	draw(&lab, 20, 80);
	assert_true(says(&lab, " ^RXpps"));
	keys(&lab, ">"); /* bits, and the usual way round again */
	assert_string_equal(order(&lab, 0, 1), "ns12");
	draw(&lab, 20, 80);
	assert_true(says(&lab, " vRXbps"));
	keys(&lab, "8");
	assert_string_equal(order(&lab, 0, 3), "ns2 ns1 ns3"); /* equals by number */
	keys(&lab, "2");
	assert_string_equal(order(&lab, 0, 2), "ns2 ns1");
	keys(&lab, "3");
	assert_string_equal(order(&lab, 0, 2), "ns3 ns1");
	keys(&lab, "9");
	assert_string_equal(order(&lab, 0, 2), "ns1 ns2");
	keys(&lab, ">");
	assert_int_equal(lab.top.sort, TOP_NAME);
	keys(&lab, "<");
	assert_int_equal(lab.top.sort, TOP_LEARNED);
	stop(&lab);
}

static void test_selection(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 12);
	/* whoever is first, until the user moves */
	keys(&lab, "4");
	assert_int_equal(lab.top.row, 0);
	keys(&lab, "jj");
	assert_string_equal(lab.top.selected, "ns10");
	keys(&lab, "r");
	assert_int_equal(lab.top.row, 9);
	keys(&lab, "k");
	assert_string_equal(lab.top.selected, "ns9");
	keys(&lab, "G");
	assert_string_equal(lab.top.selected, "ns12");
	/* it goes: the last one there is */
	take(&lab, 5);
	assert_int_equal(lab.top.row, 4);
	draw(&lab, 20, 80);
	assert_true(says(&lab, "ns5"));
	/* it comes back */
	take(&lab, 12);
	assert_int_equal(lab.top.row, 11);
	keys(&lab, "g");
	assert_string_equal(lab.top.selected, "");
	assert_int_equal(lab.top.row, 0);
	/* none at all */
	take(&lab, 0);
	keys(&lab, "jkGg\r");
	assert_int_equal(lab.top.page, TOP_PORTS);
	draw(&lab, 20, 80);
	assert_true(says(&lab, "no ports"));
	stop(&lab);
}

static void test_scroll(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 500);
	draw(&lab, 20, 80); /* 15 rows of ports */
	assert_int_equal(lab.top.fits, 15);
	top_key(&lab.top, TERM_KEY_PAGE_DOWN);
	draw(&lab, 20, 80);
	assert_int_equal(lab.top.row, 14);
	assert_int_equal(lab.top.first, 0);
	top_key(&lab.top, TERM_KEY_DOWN);
	draw(&lab, 20, 80);
	assert_int_equal(lab.top.first, 1);
	top_key(&lab.top, TERM_KEY_END);
	draw(&lab, 20, 80);
	assert_int_equal(lab.top.row, 499);
	assert_int_equal(lab.top.first, 485);
	assert_true(says(&lab, "ns500"));
	/* a bigger terminal shows as many as it can */
	draw(&lab, 50, 80);
	assert_int_equal(lab.top.first, 455);
	draw(&lab, 20, 80);
	assert_true(says(&lab, "ns500"));
	top_key(&lab.top, TERM_KEY_PAGE_UP);
	draw(&lab, 20, 80);
	assert_int_equal(lab.top.row, 485);
	top_key(&lab.top, TERM_KEY_HOME);
	draw(&lab, 20, 80);
	assert_int_equal(lab.top.first, 0);
	assert_int_equal(lab.screen.styles[4], TERM_REVERSE);
	stop(&lab);
}

static void test_port_page(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 3);
	keys(&lab, "\r");
	assert_int_equal(lab.top.page, TOP_PORT);
	draw(&lab, 30, 80);
	assert_string_equal(line(&lab, 3), "port ns1  number 1  type netns  state forwarding  "
					   "carrier off");
	assert_string_equal(line(&lab, 4), "device  netns ns1  dev sw0p1  peer eth0  mac "
					   "00:00:00:00:00:00  mtu 1500");
	assert_string_equal(line(&lab, 5), "ways    hook tcx  mode transparent");
	assert_string_equal(line(&lab, 6), "FDB     learned 3  max_macs 9");
	assert_string_equal(line(&lab, 7), "flags   mcast_flood off");
	assert_string_equal(line(&lab, 9), "CLASS         RX pps  RX bps  TX pps  TX bps");
	assert_string_equal(line(&lab, 14), "all                0       0       0       0");
	assert_string_equal(line(&lab, 16), "REASON             pps   TOTAL  WHY");
	assert_string_equal(
		line(&lab, 17),
		"too_big              0       3  longer than the MTU of the egress port");
	/* it vanishes under the user's eyes, and comes back */
	take(&lab, 0);
	draw(&lab, 30, 80);
	assert_true(says(&lab, "port ns1 is gone"));
	take(&lab, 1);
	draw(&lab, 30, 80);
	assert_true(says(&lab, "number 1"));
	/* down as far as there is something, and not further */
	draw(&lab, 10, 80);
	keys(&lab, "G");
	draw(&lab, 10, 80);
	assert_true(says(&lab, "too_big"));
	keys(&lab, "g");
	draw(&lab, 10, 80);
	assert_true(says(&lab, "number 1"));
	keys(&lab, "q");
	assert_int_equal(lab.top.page, TOP_PORTS);
	assert_false(lab.top.quit);
	stop(&lab);
}

static void test_other_pages(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 3);
	keys(&lab, "d");
	draw(&lab, 20, 80);
	assert_string_equal(line(&lab, 3), "REASON             pps   TOTAL  MOST AT, WHY");
	assert_string_equal(line(&lab, 4), "too_big              0       3  ns1: longer than the "
					   "MTU of the egress port");
	assert_string_equal(line(&lab, 5), "storm              7.5    123k  ns2: more broadcast, "
					   "multicast or unknown unicas");
	keys(&lab, "?");
	draw(&lab, 30, 80);
	assert_true(says(&lab, "sort by another column"));
	keys(&lab, "h4"); /* nothing more there */
	assert_int_equal(lab.top.sort, TOP_NAME);
	keys(&lab, "\033");
	assert_int_equal(lab.top.page, TOP_DROPS);
	keys(&lab, "q");
	assert_int_equal(lab.top.page, TOP_PORTS);
	take(&lab, 0);
	keys(&lab, "d");
	draw(&lab, 20, 80);
	assert_true(says(&lab, "nothing was dropped"));
	keys(&lab, "\033\033");
	assert_true(lab.top.quit);
	stop(&lab);
}

static void test_pace(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 1);
	assert_int_equal(top_interval(&lab.top), SECOND);
	keys(&lab, "+");
	assert_int_equal(top_interval(&lab.top), 2 * SECOND);
	keys(&lab, "-----------");
	assert_int_equal(top_interval(&lab.top), SECOND / 10);
	draw(&lab, 12, 80);
	assert_true(says(&lab, "every 0.1 s"));
	keys(&lab, "+++++++++++++++");
	assert_int_equal(top_interval(&lab.top), 60 * SECOND);
	keys(&lab, " ");
	assert_true(lab.top.paused);
	draw(&lab, 12, 100);
	assert_true(says(&lab, "PAUSED"));
	keys(&lab, " ");
	assert_true(!lab.top.paused && lab.top.look);
	stop(&lab);
}

/* Whatever the size, whatever the page: no line is too long, there are not too many. */
static void test_sizes(void **state)
{
	static const char *const pages[] = { "", "\r", "qd", "h" };
	struct lab lab;

	(void)state;
	start(&lab, 40);
	memset(lab.ports[7].name, 'x', sizeof(lab.ports[7].name) - 1);
	for (size_t i = 0; i < COUNT(pages); i++) {
		keys(&lab, pages[i]);
		for (int rows = 1; rows < 40; rows++) {
			for (int cols = 1; cols < 130; cols += rows % 3 + 1) {
				draw(&lab, rows, cols);
				assert_in_range(lab.screen.used, 1, rows);
				for (int r = 0; r < lab.screen.used; r++)
					assert_true((int)strlen(top_line(&lab.screen, r)) <= cols);
				top_key(&lab.top, cols % 2 ? TERM_KEY_PAGE_DOWN : TERM_KEY_HOME);
			}
		}
	}
	stop(&lab);
}

/* What does not fit is left out, the least important first; names are cut with a mark. */
static void test_narrow(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 2);
	snprintf(lab.ports[1].name, sizeof(lab.ports[1].name), "a-very-long-name-of-a-port");
	draw(&lab, 5, 67);
	assert_string_equal(line(&lab, 2),
			    "PORT^        STATE         RXpps  RXbps  TXpps  TXbps  DROPS   MACS");
	assert_string_equal(line(&lab, 4),
			    "a-very-long~ errdisabled     100  48000      0      0    7.5      1");
	draw(&lab, 5, 20);
	assert_string_equal(line(&lab, 2), "PORT^          RXbps");
	assert_string_equal(line(&lab, 4), "a-very-long~   48000");
	/* the column that sorts stays */
	keys(&lab, "9");
	draw(&lab, 5, 20);
	assert_string_equal(line(&lab, 2), "PORT           vMACS");
	draw(&lab, 2, 8);
	assert_string_equal(line(&lab, 0), "PORT");
	assert_string_equal(line(&lab, 1), "ns1");
	/* and where there is room, all of a name is shown */
	draw(&lab, 5, 120);
	assert_string_equal(line(&lab, 4), "a-very-long-name-of-a-port errdisabled transparent     "
					   "100  48000      0      0    7.5      1");
	stop(&lab);
}

static void test_numbers(void **state)
{
	static const struct {
		double v;
		const char *text;
	} rows[] = {
		{ 0, "0" },	      { 0.04, "0" },	    { 0.06, "0.1" },
		{ 9.94, "9.9" },      { 99.94, "99.9" },    { 99.96, "100" },
		{ 1234.4, "1234" },   { 99999, "99999" },   { 99999.6, "100k" },
		{ 123456, "123k" },   { 999499, "999k" },   { 999500, "1.00M" },
		{ 1490000, "1.49M" }, { 9994999, "9.99M" }, { 9996000, "10.0M" },
		{ 99.96e6, "100M" },  { 400e9, "400G" },    { 1e12, "1.00T" },
		{ 1e18, "1.00E" },
	};
	char text[TOP_NUMBER_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(top_number(text, rows[i].v), rows[i].text);
	assert_string_equal(top_count(text, 0), "0");
	assert_string_equal(top_count(text, 99999), "99999");
	assert_string_equal(top_count(text, UINT64_MAX), "18.4E");
}

/* Names come from outside. */
static void test_control_characters(void **state)
{
	struct lab lab;

	(void)state;
	start(&lab, 1);
	snprintf(lab.view.netns, sizeof(lab.view.netns), "/tmp/\033[2J\n\xc3\xa9");
	keys(&lab, "\r");
	draw(&lab, 30, 80);
	assert_true(says(&lab, "netns /tmp/?[2J???  dev"));
	stop(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_scroll),
		cmocka_unit_test(test_port_page),
		cmocka_unit_test(test_other_pages),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_control_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
